"""Published figures (已公布的数字): what may be the official value of an indicator. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from services.indicators.definitions.domain import LEVELS, Indicator, Level
from services.indicators.observations.domain import Draft
from services.indicators.observations.spots import Spot
from shared.errors import FieldError
from shared.numbers import plain

MAX_DECIMALS = 4
_LARGEST = Decimal(10) ** 12
_WHOLE = Decimal(100)
_CHANGES = frozenset({"growth", "growth_gap", "average_growth_gap", "income_growth_gap"})
"""Formulas whose result may be below 0 and over 100."""
_COMPARISONS = frozenset({"income_ratio"})
"""Formulas in % of something that they are no part of."""


def faults(draft: Draft, indicator: Indicator, level: Level | None, at: Spot) -> Iterator[FieldError]:
    """Everything wrong with an official value of `indicator`, its period aside."""
    yield from _division(draft, indicator, level, at)
    if draft.unit != indicator.unit:
        yield at.wrong("unit", "wrong_unit", f"“{indicator.title}”的单位应为{indicator.unit}。", draft.unit)
    wrong = list(_value(draft, indicator, at))
    yield from wrong or _pair(draft, indicator, at)


def is_share(indicator: Indicator) -> bool:
    """Whether the indicator is a part of a whole: between 0 and 100 %, its numerator within its denominator."""
    name = indicator.formula.name
    return indicator.unit == "%" and indicator.comparison != "rising" and name not in _CHANGES | _COMPARISONS


def _division(draft: Draft, indicator: Indicator, level: Level | None, at: Spot) -> Iterator[FieldError]:
    if level is None:
        yield at.wrong("division_code", "unknown_division", "没有这个行政区划代码。", draft.division_code)
    elif level not in indicator.levels:
        allowed = "、".join(LEVELS[name] for name in indicator.levels)
        message = f"“{indicator.title}”只有{allowed}的数，没有{LEVELS[level]}的数。"
        yield at.wrong("division_code", "division_level", message, draft.division_code)
    elif not indicator.covers(draft.division_code, level):
        yield at.wrong(
            "division_code", "division_not_covered", f"“{indicator.title}”不涉及这个区划。", draft.division_code
        )


def _value(draft: Draft, indicator: Indicator, at: Spot) -> Iterator[FieldError]:
    exponent = draft.value.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        yield at.wrong("value", "not_a_number", f"“{indicator.title}”应为数字。", draft.value)
    elif is_share(indicator) and draft.value > _WHOLE:
        yield at.wrong("value", "ratio_over_100", f"“{indicator.title}”是比率，不能超过 100%。", draft.value)
    elif abs(draft.value) > _LARGEST or (draft.value < 0 and indicator.formula.name not in _CHANGES):
        yield at.wrong("value", "out_of_range", f"“{indicator.title}”不能小于 0，也不能大于一万亿。", draft.value)
    elif -exponent > MAX_DECIMALS:
        yield at.wrong("value", "too_many_decimals", f"“{indicator.title}”最多 {MAX_DECIMALS} 位小数。", draft.value)


def _pair(draft: Draft, indicator: Indicator, at: Spot) -> Iterator[FieldError]:
    numerator, denominator = draft.numerator, draft.denominator
    if numerator is None and denominator is None:
        return
    if numerator is None or denominator is None:
        missing = "numerator" if numerator is None else "denominator"
        yield at.wrong(missing, "pair_incomplete", "分子和分母要么都填，要么都不填。")
    elif denominator == 0:
        yield at.wrong("denominator", "denominator_zero", "分母不能为 0。", denominator)
    elif not (numerator.is_finite() and denominator.is_finite() and numerator >= 0 and denominator > 0):
        yield at.wrong("numerator", "out_of_range", "分子、分母应为不小于 0 的数字。", numerator)
    elif is_share(indicator) and numerator > denominator:
        yield at.wrong("numerator", "numerator_over_denominator", f"分子大于分母 {plain(denominator)}。", numerator)
    elif is_share(indicator) and not _agrees(draft.value, numerator / denominator * _WHOLE):
        message = (
            f"与分子 ÷ 分母不符：{plain(numerator)} ÷ {plain(denominator)} = {numerator / denominator * _WHOLE:.4f}%。"
        )
        yield at.wrong("value", "value_not_the_ratio", message, draft.value)


def _agrees(value: Decimal, exact: Decimal) -> bool:
    """Rounded or cut off at the last place of `value`, either is how people publish."""
    exponent = value.as_tuple().exponent
    place = Decimal(1).scaleb(min(exponent, 0) if isinstance(exponent, int) else 0)
    return abs(value - exact) < place
