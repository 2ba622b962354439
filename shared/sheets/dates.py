"""Dates, months and instants as cells and as text, put into ISO 8601; local times are Beijing's.

A real date cell is the spreadsheet's own form and needs no word; everything else that is put right is said.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from shared.sheets.domain import Cell, Said, shown

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
ZONED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)
_WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})\s*[-/.年]\s*(?P<month>[0-9]{1,2})\s*[-/.月]\s*(?P<day>[0-9]{1,2})\s*日?"
    r"(?:[T\s]*(?P<hour>[0-9]{1,2})[:时](?P<minute>[0-9]{1,2})(?:[:分](?P<second>[0-9]{1,2})(?P<rest>\.[0-9]{1,9})?)?[分秒]?)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})", re.ASCII)
_WRITTEN_MONTH = re.compile(
    r"(?P<year>[0-9]{4})(?:\s*[-/年]\s*(?P<one>[0-9]{1,2})\s*月?|\.?(?P<two>[0-9]{2}))", re.ASCII
)
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?", re.ASCII)
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 (a sheet knows no zone)
_SERIALS = range(16_000, 110_000)
"""1943 to 2201 in either system: a number outside is no date."""
_NOT_MONTHS = range(190_001, 220_013)
_ZONE = "+08:00"


def day(cell: Cell, *, from_1904: bool = False) -> str | Said:
    """`YYYY-MM-DD`; what is no date is passed on as text, to be refused by the feed."""
    if isinstance(cell, str):
        return cell if DAY.fullmatch(cell) else _written_day(cell)
    found = _moment(cell, from_1904=from_1904)
    if found is None:
        return _compact_day(cell)
    text = found.date().isoformat()
    if isinstance(cell, float):
        return _serial(text, from_1904=from_1904)
    return text if found.time() == time() else Said(text, "time_dropped", f"已去掉时刻，按 {text} 读入")


def month(cell: Cell, *, from_1904: bool = False) -> str | Said:
    """`YYYY-MM`; Excel itself turns a typed 2026-03 into the first day of the month, which needs no word."""
    if isinstance(cell, str):
        return cell if MONTH.fullmatch(cell) else _written_month(cell)
    if isinstance(cell, float) and cell in _NOT_MONTHS:
        return _written_month(str(int(cell)))
    found = _moment(cell, from_1904=from_1904)
    if found is None:
        return shown(cell)
    text = found.isoformat()[:7]
    if isinstance(cell, float):
        return _serial(text, from_1904=from_1904)
    return text if found.day == 1 else Said(text, "day_dropped", f"已去掉日，按 {text} 读入")


def instant(cell: Cell, *, from_1904: bool = False) -> str | Said:
    """An instant with offset; a local time is Beijing's, a bare date its first second, both said unless it is a real
    date-and-time cell, which can hold no offset."""
    if isinstance(cell, str):
        return cell if ZONED.fullmatch(cell) else _written_instant(cell)
    found = _moment(cell, from_1904=from_1904)
    if found is None:
        return _compact_instant(cell)
    text = f"{_whole_seconds(found).isoformat()}{_ZONE}"
    if isinstance(cell, float):
        return _serial(text, from_1904=from_1904)
    return text if isinstance(cell, datetime) else _first_second(text)


def _moment(cell: Cell, *, from_1904: bool) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, float) and int(cell) in _SERIALS:
        return _EPOCHS[from_1904] + timedelta(days=cell)
    return None


def _serial(text: str, *, from_1904: bool) -> Said:
    system = "1904" if from_1904 else "1900"
    return Said(text, "serial_date", f"是日期序号，已按 {system} 日期系统换成 {text}，请核对")


def _first_second(text: str) -> Said:
    return Said(text, "time_assumed", f"没有时刻，已按北京时间当天 0 时读入：{text}")


def _whole_seconds(moment: datetime) -> datetime:
    """A serial holds a second only nearly."""
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def _compact_day(cell: Cell) -> str | Said:
    return _written_day(str(int(cell))) if isinstance(cell, float) and cell.is_integer() else shown(cell)


def _compact_instant(cell: Cell) -> str | Said:
    return _written_instant(str(int(cell))) if isinstance(cell, float) and cell.is_integer() else shown(cell)


@lru_cache(maxsize=16_384)
def _written_day(raw: str) -> str | Said:
    found = _read(raw)
    if found is None:
        return raw
    text = found.date().isoformat()
    if _SERIAL.fullmatch(raw):
        return _serial(text, from_1904=False)
    return text if text == raw else Said(text, "date_normalised", f"已按 {text} 读入")


@lru_cache(maxsize=4_096)
def _written_month(raw: str) -> str | Said:
    text = unicodedata.normalize("NFKC", raw).strip()
    found = _WRITTEN_MONTH.fullmatch(text)
    if found:
        number = int(found["one"] or found["two"])
        read = f"{found['year']}-{number:02d}"
        return Said(read, "date_normalised", f"已按 {read} 读入") if 1 <= number <= 12 else raw
    whole = _read(raw)
    if whole is None or _SERIAL.fullmatch(raw):
        return raw
    read = whole.isoformat()[:7]
    return Said(read, "day_dropped", f"已去掉日，按 {read} 读入")


@lru_cache(maxsize=16_384)
def _written_instant(raw: str) -> str | Said:
    found = _read(raw)
    if found is None:
        return raw
    text = f"{found.isoformat()}{_ZONE}"
    if _SERIAL.fullmatch(raw):
        return _serial(f"{_whole_seconds(found).isoformat()}{_ZONE}", from_1904=False)
    return (
        Said(text, "zone_assumed", f"没有时区，已按北京时间读入：{text}")
        if ":" in raw or "时" in raw
        else _first_second(text)
    )


def _read(raw: str) -> datetime | None:
    """The date and time of a text in one of the ways people write them, None if there is none such."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if _SERIAL.fullmatch(text):
        return _moment(float(text), from_1904=False)
    found = _WRITTEN.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    micro = int(f"{parts.get('rest') or '.':0<7}"[1:7])
    try:
        return datetime(int(parts["year"]), int(parts["month"]), int(parts["day"]), hour, minute, second, micro)  # noqa: DTZ001 (see _EPOCHS)
    except ValueError:
        return None
