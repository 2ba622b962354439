"""Formulas over observed figures: numbers, what is missing, and the city as the sum of its banners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.cohort.domain import IncomeMean, Source
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.observations.domain import Observation
from services.indicators.values.computation import observed_sources
from services.indicators.values.figures import Figures, said
from services.indicators.values.formulas import FORMULAS, Asked, Made, periods_needed
from services.indicators.values.incomes import INCOMES
from shared.codes import divisions
from shared.ids import uuid7

CITY, HANGJIN, DONGSHENG = divisions.CITY, "150625000000", "150602000000"
BANNERS = {d.code: d.name for d in divisions.all_divisions() if d.level == "banner"}
VILLAGES = [d.code for d in divisions.all_divisions() if d.rural and d.code.startswith("150625")]
KNOWN = datetime(2026, 1, 1, tzinfo=UTC)
CATALOGUE = definitions.catalogue()


def seen(code: str, division: str, period: str, value: str | int | Decimal, unit: str | None = None) -> Observation:
    """An observation in force."""
    unit = unit or CATALOGUE.inputs[code].units[0]
    return Observation(uuid7(), code, division, period, Decimal(value), unit, "示例", None, None, "某人", KNOWN)


def make(code: str, division: str, period: str, *observations: Observation) -> Made:
    """What an indicator's own formula makes of observations."""
    indicator = definitions.get(code)
    asked = Asked(division, period, indicator.formula.arguments, CATALOGUE.plan.first_year)
    return FORMULAS[indicator.formula.name or ""](asked, figures(indicator, *observations))


def numbers(made: Made) -> list[Any]:
    """Value, numerator and denominator."""
    return [made.value, made.numerator, made.denominator]


def figures(indicator: Indicator, *observations: Observation) -> Figures:
    return Figures({entry.code: entry for entry in indicator.inputs}, observations, BANNERS)


def test_every_formula_of_the_definitions_is_there() -> None:
    named = {i.formula.name for i in CATALOGUE.indicators if not i.computed}
    assert named <= FORMULAS.keys()


def test_a_ratio_is_the_divisions_own_pair() -> None:
    made = make("township_sewage", HANGJIN, "2023",
                seen("township_sewage_treated", HANGJIN, "2023", "83"),
                seen("township_sewage_discharged", HANGJIN, "2023", "100"))  # fmt: skip
    assert numbers(made) == [83, 83, 100]
    assert made.ratio
    assert len(made.used) == 2


def test_what_is_missing_is_named_and_nothing_of_another_year_is_used() -> None:
    made = make("township_sewage", HANGJIN, "2023",
                seen("township_sewage_treated", HANGJIN, "2022", "83"),
                seen("township_sewage_discharged", HANGJIN, "2023", "100"))  # fmt: skip
    assert made.value is None
    title = CATALOGUE.inputs["township_sewage_treated"].title
    assert made.reason == f"2023年{title}尚未填报"


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=9, max_size=9))
def test_the_city_is_the_sum_of_its_banners_over_the_sum_of_theirs(pairs: list[tuple[int, int]]) -> None:
    observations = []
    for banner, (treated, villages) in zip(BANNERS, pairs, strict=True):
        observations.append(seen("sewage_villages", banner, "2024", treated))
        observations.append(seen("villages", banner, "2024", villages))
    city = make("village_sewage", CITY, "2024", *observations)
    parts = [make("village_sewage", banner, "2024", *observations) for banner in BANNERS]
    assert city.numerator == sum(part.numerator or 0 for part in parts)
    assert city.denominator == sum(part.denominator or 0 for part in parts)
    assert city.value == (city.numerator or 0) * 100 / (city.denominator or 1)
    assert set(city.used) == {one for part in parts for one in part.used}


def test_a_banner_that_is_missing_makes_no_sum_and_is_named() -> None:
    observations = [seen("sewage_villages", banner, "2024", 5) for banner in BANNERS if banner != HANGJIN]
    observations += [seen("villages", banner, "2024", 10) for banner in BANNERS]
    made = make("village_sewage", CITY, "2024", *observations)
    assert made.value is None
    assert "缺杭锦旗" in (made.reason or "")


def test_the_citys_own_pair_goes_before_sums_but_is_never_mixed_with_them() -> None:
    observations = [seen(code, banner, "2024", n) for banner in BANNERS for code, n in
                    (("sewage_villages", 5), ("villages", 10))]  # fmt: skip
    half = [*observations, seen("sewage_villages", CITY, "2024", 700)]
    assert make("village_sewage", CITY, "2024", *half).numerator == 45
    own = make("village_sewage", CITY, "2024", *half, seen("villages", CITY, "2024", 735))
    assert numbers(own)[1:] == [700, 735]


def test_a_gap_of_growth_rates_takes_the_regions_from_the_city() -> None:
    made = make("hangjin_income_growth_gap", HANGJIN, "2023",
                seen("rural_income_growth", HANGJIN, "2023", "9.1"),
                seen("region_rural_income_growth", CITY, "2023", "8.4"))  # fmt: skip
    assert made.value == Decimal("0.7")
    assert (made.numerator, made.beside) == (Decimal("9.1"), {"region_rural_income_growth": Decimal("8.4")})


def gdp(years: Mapping[str, tuple[str, str]]) -> list[Observation]:
    return [
        one
        for year, (own, region) in years.items()
        for one in (seen("gdp_constant", HANGJIN, year, own), seen("region_gdp_constant", CITY, year, region))
    ]


def test_average_growth_is_compound_since_the_base_year() -> None:
    observed = gdp({"2020": ("100", "1000"), "2023": ("133.1", "1000")})
    made = make("hangjin_gdp_growth_gap", HANGJIN, "2023", *observed)
    assert round(made.value or 0, 10) == 10
    assert "3 年平均" in (made.basis or "")
    assert "没有年均增速" in (make("hangjin_gdp_growth_gap", HANGJIN, "2020", *observed).reason or "")
    assert "2020年" in (make("hangjin_gdp_growth_gap", HANGJIN, "2023", *observed[2:]).reason or "")


@given(st.decimals("0.5", "2", places=3), st.integers(1, 5))
def test_whoever_grows_as_the_region_has_no_gap(factor: Decimal, years: int) -> None:
    then, now = Decimal(100), 100 * factor
    observed = gdp({"2020": (str(then), str(then * 7)), str(2020 + years): (str(now), str(now * 7))})
    made = make("hangjin_gdp_growth_gap", HANGJIN, str(2020 + years), *observed)
    assert made.value is not None
    assert abs(made.value) < Decimal("1e-20")


INCOMES_OF_VILLAGES = st.lists(st.integers(0, 120), min_size=1, max_size=len(VILLAGES))


@given(INCOMES_OF_VILLAGES)
def test_villages_are_counted_by_band_and_silence_is_not_reaching(incomes: list[int]) -> None:
    reported = [seen("village_operating_income", code, "2024", n) for code, n in zip(VILLAGES, incomes, strict=False)]
    whole = seen("villages", HANGJIN, "2024", len(VILLAGES))
    made = make("village_income_over_500k", HANGJIN, "2024", *reported, whole)
    counted = [sum(n >= limit for n in incomes) for limit in (10, 20, 50)]
    assert [made.beside[f"villages_over_{n}00k"] for n in (1, 2, 5)] == counted
    assert numbers(made)[1:] == [counted[2], len(VILLAGES)]
    assert made.beside["unrecorded"] == len(VILLAGES) - len(incomes)


def test_the_plans_own_318_of_735_is_a_band() -> None:
    incomes = [25] * 318 + [12] * 417
    codes = [d.code for d in divisions.all_divisions() if d.rural][:735]
    observed = [seen("village_operating_income", code, "2021", n) for code, n in zip(codes, incomes, strict=True)]
    made = make("village_income_over_500k", CITY, "2021", *observed, seen("villages", CITY, "2021", 735))
    assert [*numbers(made), made.beside["villages_over_200k"]] == [0, 0, 735, 318]
    assert made.beside["villages_over_100k"] == 735


def test_more_villages_than_there_are_is_no_number() -> None:
    reported = [seen("village_operating_income", code, "2024", 60) for code in VILLAGES[:3]]
    made = make("village_income_over_500k", HANGJIN, "2024", *reported, seen("villages", HANGJIN, "2024", 2))
    assert made.value is None
    assert "多于嘎查村总数 2 个" in (made.reason or "")


def test_a_village_is_one_of_one_with_its_income_beside_and_a_township_is_counted_from_the_code_list() -> None:
    village, township = VILLAGES[0], VILLAGES[0][:9] + "000"
    reported = seen("village_operating_income", village, "2024", "600000", None)
    made = make("village_income_over_500k", village, "2024", reported)
    assert [*numbers(made)[1:], made.beside["operating_income"]] == [1, 1, 600000]
    inside = sum(code.startswith(township[:9]) for code in VILLAGES)
    assert make("village_income_over_500k", township, "2024", reported).denominator == inside


@pytest.mark.parametrize("code", sorted({i.code for i in CATALOGUE.indicators if i.formula.name == "cumulative"}))
def test_what_is_cumulative_needs_every_year_since_the_first(code: str) -> None:
    name = definitions.get(code).formula.arguments["value"]
    levels = CATALOGUE.inputs[name].levels
    place = CITY if "city" in levels else HANGJIN
    years = ["2021", "2022", "2023"]
    observed = [seen(name, place, year, 10) for year in years]
    assert make(code, place, "2023", *observed).value == 30
    assert make(code, place, "2022", *observed).value == 20
    hole = make(code, place, "2023", observed[0], observed[2])
    assert hole.value is None
    assert "2022年" in (hole.reason or "")


def test_monthly_standards_are_compared_by_the_year() -> None:
    made = make("allowance_standard_ratio", HANGJIN, "2024",
                seen("rural_allowance_standard", HANGJIN, "2024", "714", "元/人·月"),
                seen("urban_allowance_standard", HANGJIN, "2024", "12000", "元/人·年"))  # fmt: skip
    assert numbers(made) == [Decimal("71.4"), 8568, 12000]


def mean(**numbers: int) -> IncomeMean:
    plain = {"households": 2, "without": 0, "net_fen": 110_00, "heads": 1, "net_before_fen": 100_00, "heads_before": 1}
    return IncomeMean(**{**plain, **numbers}, reason=None, gaps=(), sources=())


def test_lifted_income_grows_by_heads_and_not_by_households() -> None:
    indicator = definitions.get("lifted_income_growth_gap")
    asked = Asked(HANGJIN, "2024", indicator.formula.arguments, 2021)
    observed = figures(indicator, seen("rural_income_growth", HANGJIN, "2024", "8"))
    made = INCOMES["income_growth_gap"](asked, mean(), observed)
    assert numbers(made)[:2] == [2, 10]
    twice = mean(net_fen=220_00, heads=2)
    assert INCOMES["income_growth_gap"](asked, twice, observed).value == 2
    loss = INCOMES["income_growth_gap"](asked, mean(net_before_fen=-1), observed)
    assert (loss.value, loss.reason) == (None, "2023年人均纯收入不为正，没有增速")
    unknown = INCOMES["income_growth_gap"](asked, mean(), figures(indicator))
    assert numbers(unknown)[:2] == [None, 10]
    assert "尚未填报" in (unknown.reason or "")


def test_income_ratio_is_mean_income_over_the_observed_one() -> None:
    indicator = next(i for i in CATALOGUE.indicators if i.formula.name == "income_ratio")
    asked = Asked(HANGJIN, "2024", indicator.formula.arguments, 2021)
    observed = figures(indicator, seen("rural_income", HANGJIN, "2024", "200"))
    made = INCOMES["income_ratio"](asked, mean(without=3), observed)
    assert numbers(made) == [55, 110, 200]
    assert "3 户没有两年的家庭收入" in (made.basis or "")


def test_periods_are_said_as_people_say_them_and_only_needed_ones_are_asked_for() -> None:
    assert [said(period) for period in ("2026", "2026-Q2", "2026-05")] == ["2026年", "2026年第2季度", "2026年5月"]
    assert periods_needed("cumulative", "2023", {}, 2021) == ["2023", "2021", "2022"]
    assert periods_needed("growth", "2023", {"base": "2020"}, 2021) == ["2023", "2020"]
    assert periods_needed("observed", "2023-05", {}, 2021) == ["2023-05", "2023"]


def aged(code: str, division: str, made: Made, *observations: Observation) -> tuple[Source, ...]:
    indicator = definitions.get(code)
    return observed_sources(indicator, made, figures(indicator, *observations), (division, "2025"))


def test_a_figure_in_force_is_not_never_reported_because_another_source_is_missing() -> None:
    """The growth rate is there; that no household reported its income makes it no older."""
    indicator = next(i for i in CATALOGUE.indicators if i.formula.name == "income_growth_gap")
    entry, waiting = indicator.inputs[0], Made(reason="东胜区未报送家庭收入记录")
    rate = seen(entry.code, CITY if entry.levels == ("city",) else HANGJIN, "2025", 6)
    feed = f"{entry.department}/observation"
    assert aged(indicator.code, HANGJIN, waiting, rate) == (Source(feed, KNOWN, KNOWN),)
    assert aged(indicator.code, HANGJIN, waiting) == (Source(feed, None, None),)


def test_a_part_that_never_reported_makes_the_whole_the_older() -> None:
    treated = seen("township_sewage_treated", HANGJIN, "2025", 83)
    (source,) = aged("township_sewage", HANGJIN, Made(reason="缺一个数"), treated)
    assert (source.newest_known_at, source.stalest_known_at) == (KNOWN, None)
