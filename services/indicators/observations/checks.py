"""What may be an observation: unit, bounds, division and period of its input. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from itertools import chain

from services.indicators.definitions.domain import LEVELS, Catalogue, Indicator, Input, Level
from services.indicators.definitions.periods import SHAPES, Granularity, granularity_of, start_of, year_of
from services.indicators.observations import official, pairs
from services.indicators.observations.domain import OFFICIAL, Draft, Place
from services.indicators.observations.spots import Spot
from shared.errors import FieldError

FIRST_YEAR = 2020
"""The base year of the plan's averages: nothing older is needed."""

_PERCENT, _WHOLE = "%", Decimal(100)
_NEAR = 0.5


def check(draft: Draft, catalogue: Catalogue, level: Level | None, today: date, at: Spot) -> list[FieldError]:
    """Everything wrong with a draft whose division is of `level` (None: no such division)."""
    if draft.input == OFFICIAL:
        found = catalogue.by_code().get(draft.indicator or "")
        wrong = _unknown_indicator(draft, catalogue, at) if found is None else _official(draft, found, level, today, at)
    else:
        entry = catalogue.inputs.get(draft.input)
        if entry is None:
            wrong = _unknown_input(draft, catalogue, at)
        else:
            wrong = _input(draft, entry, pairs.whole_of(catalogue, draft.input), level, today, at)
        wrong = chain(wrong, _only_official(draft, catalogue, at))
    return [*wrong, *_document(draft, today, at)]


def repeats(drafts: Sequence[Draft], spots: Sequence[Spot]) -> list[FieldError]:
    """Lines of one list that say something else of the same place than an earlier one: which is right, nobody knows."""
    first: dict[Place, int] = {}
    wrong: list[FieldError] = []
    for index, (draft, at) in enumerate(zip(drafts, spots, strict=True)):
        before = first.setdefault(draft.place, index)
        if not draft.says_the_same(drafts[before]):
            row = spots[before].row
            other = f"本清单第 {before + 1} 条" if row is None else f"本文件第 {row} 行"
            message = f"与{other}重复（同一观测项、区划和期间），数值等不一致，只能留一条。"
            wrong.append(at.wrong("period", "repeated_in_list", message, draft.period))
    return wrong


def _official(draft: Draft, indicator: Indicator, level: Level | None, today: date, at: Spot) -> Iterator[FieldError]:
    granularities: list[Granularity] = list(dict.fromkeys((*indicator.periods, "year")))
    yield from official.faults(draft, indicator, level, at)
    yield from _period(draft, granularities, indicator.title, today, at)


def _input(
    draft: Draft, entry: Input, whole: str | None, level: Level | None, today: date, at: Spot
) -> Iterator[FieldError]:
    """`whole`: the indicator whose denominator the input is."""
    yield from _division(draft, entry, level, at)
    yield from _period(draft, entry.periods, entry.title, today, at)
    if draft.unit not in entry.units:
        yield at.wrong("unit", "wrong_unit", f"“{entry.title}”的单位应为{'或'.join(entry.units)}。", draft.unit)
    if whole is not None and draft.value == 0:
        yield at.wrong("value", "denominator_zero", f"“{entry.title}”是“{whole}”的分母，不能为 0。", draft.value)
    else:
        yield from _value(draft, entry, at)


def _division(draft: Draft, entry: Input, level: Level | None, at: Spot) -> Iterator[FieldError]:
    if level is None:
        yield at.wrong("division_code", "unknown_division", "没有这个行政区划代码。", draft.division_code)
    elif level not in entry.levels:
        allowed = "、".join(LEVELS[name] for name in entry.levels)
        message = f"“{entry.title}”只按{allowed}填报，不按{LEVELS[level]}填报。"
        yield at.wrong("division_code", "division_level", message, draft.division_code)


def _period(
    draft: Draft, granularities: Sequence[Granularity], title: str, today: date, at: Spot
) -> Iterator[FieldError]:
    if granularity_of(draft.period) not in granularities:
        shapes = "、".join(SHAPES[name] for name in granularities)
        yield at.wrong("period", "period_shape", f"“{title}”按{shapes}填报。", draft.period)
    elif year_of(draft.period) < FIRST_YEAR:
        message = f"期间早于 {FIRST_YEAR} 年，规划用不到。"
        yield at.wrong("period", "period_too_early", message, draft.period)
    elif start_of(draft.period) > today:
        yield at.wrong("period", "period_in_future", "期间还没有开始。", draft.period)


def _value(draft: Draft, entry: Input, at: Spot) -> Iterator[FieldError]:
    exponent = draft.value.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        yield at.wrong("value", "not_a_number", f"“{entry.title}”应为数字。", draft.value)
    elif draft.value > _WHOLE == entry.maximum and _PERCENT in entry.units:
        yield at.wrong("value", "ratio_over_100", f"“{entry.title}”是比率，不能超过 100%。", draft.value)
    elif not entry.minimum <= draft.value <= entry.maximum:
        message = f"“{entry.title}”应在 {entry.minimum} 到 {entry.maximum} 之间。"
        yield at.wrong("value", "out_of_range", message, draft.value)
    elif -exponent > entry.decimals:
        yield at.wrong("value", "too_many_decimals", f"“{entry.title}”{decimals_words(entry.decimals)}。", draft.value)


def decimals_words(decimals: int) -> str:
    """How many decimals a number may have."""
    return f"最多 {decimals} 位小数" if decimals else "应为整数"


def _document(draft: Draft, today: date, at: Spot) -> Iterator[FieldError]:
    if draft.document_on is not None and draft.document_on > today:
        yield at.wrong("document_on", "date_in_future", "文件日期晚于今天。", draft.document_on.isoformat())


def _only_official(draft: Draft, catalogue: Catalogue, at: Spot) -> Iterator[FieldError]:
    """What only a published figure may carry."""
    if draft.indicator is not None:
        named = catalogue.by_code().get(draft.indicator)
        if named is not None and named.computed:
            yield at.wrong("indicator", "computed_indicator", _computed(named), draft.indicator)
        else:
            message = f"只有已公布的数字（观测项 {OFFICIAL}）写明指标，其他观测项不写。"
            yield at.wrong("indicator", "only_for_official_value", message, draft.indicator)
    for name in ("numerator", "denominator"):
        if (given := getattr(draft, name)) is not None:
            message = f"只有已公布的数字（观测项 {OFFICIAL}）可以附分子、分母，其他观测项各自填报。"
            yield at.wrong(name, "only_for_official_value", message, given)


def _unknown_input(draft: Draft, catalogue: Catalogue, at: Spot) -> Iterator[FieldError]:
    """A code that is no input: an indicator's, or one mistyped."""
    named = catalogue.by_code().get(draft.input)
    if named is not None and named.computed:
        yield at.wrong("input", "computed_indicator", _computed(named), draft.input)
        return
    if named is not None and named.inputs:
        parts = "、".join(f"{entry.title}（{entry.code}）" for entry in named.inputs)
        message = f"“{named.title}”是指标，由观测项计算，请填报：{parts}；已公布的数字用 {OFFICIAL}。"
    else:
        message = f"没有这个观测项，{_near(draft.input, [*catalogue.inputs, OFFICIAL])}"
    yield at.wrong("input", "unknown_input", message, draft.input)


def _unknown_indicator(draft: Draft, catalogue: Catalogue, at: Spot) -> Iterator[FieldError]:
    if draft.indicator is None:
        message = f"观测项 {OFFICIAL} 是已公布的数字，须写明是哪一项指标。"
        yield at.wrong("indicator", "indicator_missing", message)
    else:
        message = f"没有这个指标，{_near(draft.indicator, list(catalogue.by_code()))}"
        yield at.wrong("indicator", "unknown_indicator", message, draft.indicator)


def _computed(indicator: Indicator) -> str:
    return (
        f"“{indicator.title}”由各部门报送的记录计算，不接收填报的数值；"
        f"已公布的数字用观测项 {OFFICIAL}，写明指标 {indicator.code}，与计算值并列。"
    )


def _near(code: str, known: list[str]) -> str:
    found = get_close_matches(code, known, 3, _NEAR)
    return f"是不是 {'、'.join(found)}？" if found else "可用的见 GET /v1/indicators。"
