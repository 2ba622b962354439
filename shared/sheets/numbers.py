"""Numbers as cells and as text: what people and programs write, put into the one form a feed takes."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal

from shared.privacy import mask
from shared.sheets.domain import Cell, Said, Unreadable, shown

PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,2})?", re.ASCII)
_WRITTEN = re.compile(
    r"(?:[¥$]|RMB|人民币)?\s*(?P<sign>[+-]?)\s*"
    r"(?P<whole>[0-9]{1,3}(?:[, ][0-9]{3}){1,4}|[0-9]{1,15})(?P<cents>\.[0-9]*)?",
    re.ASCII,
)
_SCIENTIFIC = re.compile(r"[+-]?[0-9](\.[0-9]+)?[Ee]\+[0-9]{2,3}", re.ASCII)
_SUFFIXES = {
    "元": ("元", "圆", "元整"),
    "平方米": ("平方米", "平米", "m2", "㎡"),
    "个月": ("个月", "月"),
    "年级": ("年级",),
}
_EXACT = 1e15
"""Excel keeps 15 digits of a number and turns the rest into zeros."""
_LONGEST_INTEGER = 18
_LOST = (
    "number_precision_lost",
    "被表格存成了数字，只保留了前 15 位，后面的数字已经丢失；请把这一列设为文本格式后重新填写",
)


def lost(text: str) -> Unreadable:
    """A number whose later digits the spreadsheet has thrown away."""
    return Unreadable(text, *_LOST)


def is_scientific(text: str) -> bool:
    """Whether a text is a number as a spreadsheet shortens it: `1.50625E+17`."""
    return _SCIENTIFIC.fullmatch(text) is not None


def number_text(cell: float) -> str | Unreadable:
    """A number cell as plain text with the 15 digits that Excel vouches for, or Unreadable beyond them."""
    if not math.isfinite(cell) or abs(cell) >= _EXACT:
        return lost(f"{cell:.15g}")
    text = f"{cell:.15g}"
    return format(Decimal(text), "f") if "e" in text else text


def amount(cell: Cell, unit: str | None) -> str | Said | Unreadable:
    """An amount as text for the feed; what is no number at all is passed on as it stands, to be refused there."""
    if isinstance(cell, str):
        return cell if PLAIN.fullmatch(cell) else _written_amount(cell, unit)
    if isinstance(cell, float):
        return number_text(cell)
    return shown(cell)


def _written_amount(raw: str, unit: str | None) -> str | Said | Unreadable:
    text = _plain(raw, unit)
    if is_scientific(text):
        return lost(raw)
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return raw
    whole = re.sub(r"[, ]", "", found["whole"]).lstrip("0") or "0"
    cents = (found["cents"] or "").rstrip("0") if len(found["cents"] or "") > 3 else found["cents"] or ""
    sign = "-" if found["sign"] == "-" else ""
    value = f"{sign}{whole}{cents}".rstrip(".")
    if value == raw:
        return raw
    return Said(value, "number_normalised", f"已按数字 {mask(value)} 读入（去掉千分位、全角、空格或单位）")


def integer(cell: Cell, unit: str | None) -> int | str | Said | Unreadable:
    """A whole number; what is none is passed on as text, to be refused by the feed."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < _EXACT else number_text(cell)
    if not isinstance(cell, str):
        return shown(cell)
    text = cell if cell.isascii() else _plain(cell, unit)
    if text.isdigit() and text.isascii():
        if len(text) > _LONGEST_INTEGER:
            return Unreadable(text, "number_too_large", f"有 {len(text)} 位数字，数值过大")
        return int(text) if text == cell else _as_integer(int(text))
    found = _WRITTEN.fullmatch(_plain(cell, unit))
    if found is None or (found["cents"] or "").strip(".0"):
        return cell
    return _as_integer(int(found["sign"] + re.sub(r"[, ]", "", found["whole"])))


def _as_integer(value: int) -> Said:
    return Said(value, "number_normalised", f"已按整数 {mask(value)} 读入（去掉千分位、全角、空格或单位）")


def _plain(raw: str, unit: str | None) -> str:
    """Half-width, without blanks around and without the unit behind."""
    text = unicodedata.normalize("NFKC", raw).strip()
    for suffix in _SUFFIXES.get(unit or "", (unit,) if unit else ()):
        text = text.removesuffix(unicodedata.normalize("NFKC", suffix)).rstrip()
    return text
