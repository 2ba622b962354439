"""What a single field's value is checked for beyond its shape, by the field's kind; it normalises in place and notes
that it did."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from shared.codes import credit, disability, divisions, dwelling, identity
from shared.codes.errors import CodeError
from shared.codes.lists import CodeList
from shared.feeds.draft import Draft
from shared.feeds.texts import expectation, fault
from shared.privacy import mask_id

FieldCheck = Callable[[Draft, str, str], None]
EARLIEST = date(1949, 10, 1)
AHEAD = timedelta(days=400)
FAR_AHEAD = timedelta(days=36_525)
MAX_FEN = 10_000_000_000
CLOCK_SLACK = timedelta(hours=24)
"""A department's clock, or a local time that it calls UTC, may be ahead by this; further ahead would block every
later correction, because the newest version wins."""
_EARLIEST_US = 631_152_000_000_000  # 1990-01-01
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIXTY = {f"{number:02d}": number for number in range(60)}
_SEVENTH_DECIMAL = len("2026-03-05T09:30:00.123456")
_NAME_SPACES = re.compile(r"\s+")
_NAME_DOTS = re.compile(r"[•・‧∙⋅.]")
_SHOWN_CANDIDATES = 5
_ID_LENGTH = 18
_ID_INSIDE = ("id_number_in_text", "里有身份证号；个人号码只能填在身份证号字段")


@lru_cache(maxsize=32_768)
def read_day(text: str) -> date | None:
    """The date of `YYYY-MM-DD`, None if there is none such."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day(draft: Draft, field: str, value: str) -> None:
    _dated(draft, field, value, draft.today + AHEAD, "太晚，最多可比今天晚 400 天")


def _far_day(draft: Draft, field: str, value: str) -> None:
    _dated(draft, field, value, draft.today + FAR_AHEAD, "太晚，最多可比今天晚 100 年；没有期限的请不填")


def _past_day(draft: Draft, field: str, value: str) -> None:
    _dated(draft, field, value, draft.today, "晚于今天，已发生的事不能在将来")


def _dated(draft: Draft, field: str, value: str, latest: date, too_late: str) -> None:
    day = read_day(value)
    if day is None:
        draft.refuse(field, *expectation("day"))
    elif day > latest:
        draft.refuse(field, "date_in_future", too_late)
    elif day < EARLIEST:
        draft.refuse(field, "date_too_early", "早于 1949-10-01，请核对")


def _month(draft: Draft, field: str, value: str) -> None:
    _monthly(draft, field, value, draft.today + AHEAD, "太晚，最多可比本月晚 13 个月")


def _past_month(draft: Draft, field: str, value: str) -> None:
    _monthly(draft, field, value, draft.today, "晚于本月，已发生的事不能在将来")


def _monthly(draft: Draft, field: str, value: str, latest: date, too_late: str) -> None:
    """The shape of a month is known to be right; months compare as their texts do."""
    if value > latest.isoformat()[:7]:
        draft.refuse(field, "date_in_future", too_late)
    elif value < EARLIEST.isoformat()[:7]:
        draft.refuse(field, "date_too_early", "早于 1949 年 10 月，请核对")


def _school_year(draft: Draft, field: str, value: str) -> None:
    first, second = int(value[:4]), int(value[5:])
    if second != first + 1:
        draft.refuse(field, *expectation("school_year"))
    elif not EARLIEST.year <= first <= draft.today.year + 1:
        draft.refuse(field, "out_of_range", f"应在 {EARLIEST.year} 年与明年之间开始")


def _division(draft: Draft, field: str, value: str) -> None:
    found = divisions.resolve(value)
    if found.code is None:
        if found.candidates:
            names = "、".join(f"{divisions.path(code)}（{code}）" for code in found.candidates[:_SHOWN_CANDIDATES])
            draft.refuse(field, "division_ambiguous", f"有 {len(found.candidates)} 个同名地方，请改填代码：{names}")
        else:
            draft.refuse(field, "division_unknown", "在区划代码表中查不到，请填鄂尔多斯市内的 12 位区划代码")
        return
    if found.how not in ("code", "prefix"):
        place = f"{found.code}（{divisions.path(found.code)}）"
        draft.note(field, "division_resolved", f"填的是名称，已换成代码 {place}，请核对", shown=value[:30])
    draft.values[field] = found.code


def _credit_code(draft: Draft, field: str, value: str) -> None:
    try:
        code = credit.parse(value)
    except CodeError as error:
        draft.refuse(field, error.code, error.message)
        return
    if code != value:
        draft.note(field, "credit_code_normalised", "已统一写法（全角转半角、去空格、转大写）")
        draft.values[field] = code


def _disability_card(draft: Draft, field: str, value: str) -> None:
    try:
        card = disability.parse_card(value)
    except CodeError as error:
        draft.refuse(field, error.code, error.message, shown=mask_id(value))
        return
    if card.number != value:
        text = "已统一写法（全角转半角、去空格、转大写）"
        draft.note(field, "disability_card_normalised", text, shown=mask_id(value))
        draft.values[field] = card.number


def _dwelling_grade(draft: Draft, field: str, value: str) -> None:
    try:
        grade, changed = dwelling.grade(value)
    except CodeError as error:
        draft.refuse(field, error.code, error.message)
        return
    if changed:
        draft.note(field, "dwelling_grade_normalised", f"已按对照表换成 {grade} 级，请核对", shown=value)
        draft.values[field] = grade


def spelled(codes: CodeList) -> FieldCheck:
    """The check of a field that takes any spelling of the list: puts the code in its place and notes it."""

    def check(draft: Draft, field: str, value: str) -> None:
        if value in codes.titles:
            return
        found = codes.find(value)
        if found is None:
            draft.refuse(field, *fault("not_one_of", allowed=codes.in_words()))
            return
        draft.note(field, "code_normalised", f"已按代码表换成 {found}（{codes.titles[found]}），请核对", shown=value)
        draft.values[field] = found

    return check


def _person_name(draft: Draft, field: str, value: str) -> None:
    if value.isalpha() and not value.isascii():
        return
    name, wrong = read_name(value)
    if wrong:
        draft.refuse(field, "name_format", wrong)
    elif name != value:
        draft.note(field, "name_normalised", "已统一写法（去空格、统一间隔号）")
        draft.values[field] = name


def read_name(value: str) -> tuple[str, str | None]:
    """A name without stray spaces and with one middle dot `·`; or a Chinese predicate of what is wrong with it."""
    stripped = value.strip()
    if not stripped or not stripped.isprintable():
        return value, "不能为空白，也不能含换行或控制字符"
    if any(character.isdigit() for character in stripped):
        return value, "里有数字，请核对是否与号码填串了列"
    if stripped.isascii():
        return _NAME_SPACES.sub(" ", stripped), None
    return _NAME_DOTS.sub("·", _NAME_SPACES.sub("", stripped)), None


def _area(draft: Draft, field: str, value: str) -> None:
    """`96.9` and `96.90` are one area: two decimals, or a spreadsheet's number cell would be a correction."""
    whole, _, part = value.partition(".")
    draft.values[field] = f"{whole}.{part:0<2}"


def _free_text(draft: Draft, field: str, value: str) -> None:
    if len(value) >= _ID_LENGTH and identity.contains(value):
        draft.refuse(field, *_ID_INSIDE)


CHECKS: Mapping[str, FieldCheck] = MappingProxyType(
    {
        "day": _day,
        "past_day": _past_day,
        "far_day": _far_day,
        "month": _month,
        "past_month": _past_month,
        "school_year": _school_year,
        "division": _division,
        "credit_code": _credit_code,
        "disability_card": _disability_card,
        "dwelling_grade": _dwelling_grade,
        "area": _area,
        "person_name": _person_name,
        "text": _free_text,
        "source_id": _free_text,
        "household_no": _free_text,
        "institution_code": _free_text,
    }
)


def read_instant(draft: Draft, field: str, value: str, latest: int) -> tuple[int, str] | None:
    """Microseconds since 1970 and the canonical UTC text `…Z` of an instant; None after refusing it in the draft.

    `latest` is in microseconds too. Whole seconds in Beijing time, which nearly all systems send, are put together from
    a remembered hour: a third of the price of datetime arithmetic.
    """
    if value[19:] == "+08:00":
        try:
            base, hour = _beijing_hour(value[:13])
            version = base + _SIXTY[value[14:16]] * 60_000_000 + _SIXTY[value[17:19]] * 1_000_000
        except (KeyError, ValueError, OverflowError):
            draft.refuse(field, *expectation("instant"))
            return None
        text = f"{hour}{value[13:19]}Z"
    else:
        try:
            moment = datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            draft.refuse(field, *expectation("instant"))
            return None
        version, text = microseconds(moment), f"{moment.isoformat()[:-6]}Z"
        if value[_SEVENTH_DECIMAL : _SEVENTH_DECIMAL + 1].isdigit():
            draft.note(field, "precision_dropped", "精确到微秒，更细的部分已舍去")
    if _EARLIEST_US <= version <= latest:
        return version, text
    _refuse_instant(draft, field, too_late=version > latest)
    return None


def _refuse_instant(draft: Draft, field: str, *, too_late: bool) -> None:
    if too_late:
        text = "比现在晚一天以上，请检查系统时钟和时区；时间较新的版本会压过以后的更正"
        draft.refuse(field, "instant_in_future", text)
    else:
        draft.refuse(field, "instant_too_early", "早于 1990 年，请检查系统时钟")


@lru_cache(maxsize=32_768)
def _beijing_hour(text: str) -> tuple[int, str]:
    """For `2026-03-05T09` in Beijing time: its microseconds since 1970 and the same hour in UTC, `2026-03-05T01`."""
    moment = datetime.fromisoformat(f"{text}:00:00+08:00").astimezone(UTC)
    return microseconds(moment), moment.isoformat()[:13]


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime; a double holds them exactly until the year 2255."""
    return round(moment.timestamp() * 1_000_000)


def instant_text(version: int) -> str:
    """The canonical UTC text `…Z` of microseconds since 1970, as `read_instant` gives it."""
    return f"{(_EPOCH + timedelta(microseconds=version)).isoformat()[:-6]}Z"


def amounts(draft: Draft, fields: tuple[str, ...]) -> None:
    """Read the money fields into `draft.fen` and write them canonically with two decimals."""
    values, fen = draft.values, draft.fen
    for field in fields:
        text = values[field]
        if text is None:
            continue
        if text[-3:-2] == ".":
            amount = int(text.replace(".", ""))
        else:
            whole, _, cents = text.partition(".")
            amount = int(whole + (cents + "00")[:2])
            values[field] = yuan(amount)
        if amount > MAX_FEN:
            draft.refuse(field, "amount_too_large", "超过 1 亿元，请核对单位是否为元")
        fen[field] = amount


def yuan(fen: int) -> str:
    """`1234.50` of 123450 fen; negative amounts keep their sign."""
    sign, amount = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{amount // 100}.{amount % 100:02d}"
