"""A value that one person proposes and another approves, and what a value may be. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.screening.parameters.domain import ParameterDefinition, wire_value
from shared.errors import FieldError

ProposalState = Literal["proposed", "approved", "rejected"]
STATES: dict[ProposalState, str] = {"proposed": "待审定", "approved": "已批准", "rejected": "已退回"}

FIRST_DAY = date(2021, 1, 1)
"""The first day of the plan: no standard of it is older."""
AHEAD = timedelta(days=731)
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_DIVISION = re.compile(r"[0-9]{12}")
_ONE_LINE = re.compile(r"[^\x00-\x1f\x7f]+")
_LARGEST = Decimal(10) ** 10
_LIMITS = {"share": Decimal(1), "percent": Decimal(100), "days": Decimal(3660), "count": Decimal(1000)}

_NEVER_ZERO = ("fen", "share", "percent")
_HEADS = "人"
"""Lines, shares and numbers of persons are what households are held against; days and months may be none."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to hold: the value and its unit as they wrote them, money in yuan."""

    division_code: str
    valid_from: date
    valid_to: date | None
    value: str
    unit: str
    document: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed value of a parameter. `value` is in the inner unit; `version` is that of the value it became."""

    proposal_id: UUID
    name: str
    division_code: str
    valid_from: date
    valid_to: date | None
    value: Decimal
    document: str
    state: ProposalState
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str | None = None
    version: int | None = None


def inner(definition: ParameterDefinition, wish: Wish) -> Decimal:
    """The wish's value in the inner unit; ValueError when it is no number."""
    if not _NUMBER.fullmatch(wish.value):
        raise ValueError(wish.value)
    written = Decimal(wish.value)
    return written * 100 if definition.type == "fen" else written


def faults(definition: ParameterDefinition, wish: Wish, today: date) -> Iterator[FieldError]:
    """Everything that is wrong with a wish, each with its place; whether the division exists is not looked at."""
    if not _DIVISION.fullmatch(wish.division_code):
        yield _fault("division_code", "not_a_division", "适用区划应为 12 位数字的区划代码")
    if wish.unit != definition.unit:
        yield _fault("unit", "wrong_unit", f"“{definition.title}”的单位是{_unit(definition)}，不是{wish.unit or '空'}")
    yield from _value_faults(definition, wish)
    yield from _day_faults(definition, wish, today)
    if not wish.document.strip() or not _ONE_LINE.fullmatch(wish.document):
        yield _fault("document", "not_one_line", "依据文件应写在一行之内，不能为空白")


def _value_faults(definition: ParameterDefinition, wish: Wish) -> Iterator[FieldError]:
    try:
        value = inner(definition, wish)
    except ValueError:
        yield _fault("value", "not_a_number", "应为不带正负号、单位和分隔符的数，最多六位小数，例如 10000.00")
        return
    if value == 0 and (definition.type in _NEVER_ZERO or definition.unit == _HEADS):
        why = f"不能为 {_zero(definition)}：那样每一户都会达到，分不出有风险的户"
        yield _fault("value", "zero", f"“{definition.title}”{why}")
        return
    limit = _LIMITS.get(definition.type, _LARGEST)
    if not 0 <= value <= limit:
        most = wire_value(definition.type, limit)
        why = "是几分之几，三成写 0.3" if definition.type == "share" else f"不能超过 {most}，也不能小于 0"
        yield _fault("value", "out_of_range", f"“{definition.title}”{why}")
    elif definition.type in ("fen", "count", "days") and value != value.to_integral_value():
        why = "最多两位小数" if definition.type == "fen" else "应为整数"
        yield _fault("value", "too_precise", f"“{definition.title}”{why}")
    elif -int(value.as_tuple().exponent) > 6:  # numeric(18, 6)
        yield _fault("value", "too_precise", f"“{definition.title}”最多六位小数")


def _day_faults(definition: ParameterDefinition, wish: Wish, today: date) -> Iterator[FieldError]:
    first, last = wish.valid_from, wish.valid_to
    if first < FIRST_DAY:
        yield _fault("valid_from", "too_early", f"生效日期不能早于 {FIRST_DAY.isoformat()}")
    if first > today + AHEAD:
        yield _fault("valid_from", "too_late", "生效日期最多比今天晚两年")
    if last is not None and last < first:
        yield _fault("valid_to", "ends_before_it_begins", "截止日期不能早于生效日期")
    elif definition.yearly and (last is None or last.year != first.year):
        yield _fault(
            "valid_to", "not_one_year", f"“{definition.title}”逐年公布，有效期应在同一年之内，不能顺延到下一年"
        )


def _zero(definition: ParameterDefinition) -> str:
    return f"0 {definition.unit}".rstrip()


def _unit(definition: ParameterDefinition) -> str:
    return definition.unit or "空（几分之几）"


def _fault(field: str, code: str, message: str) -> FieldError:
    return FieldError(pointer=f"/{field}", code=code, message=message, value_masked=None)
