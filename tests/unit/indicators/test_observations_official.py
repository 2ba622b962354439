"""What may be the official value of an indicator, and two observations that make a share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Level
from services.indicators.observations import pairs
from services.indicators.observations.checks import check
from services.indicators.observations.domain import OFFICIAL, Draft
from services.indicators.observations.spots import Spot

CATALOGUE = definitions.catalogue()
AT = Spot("")
CITY, HANGJIN, DONGSHENG = "150600000000", "150625000000", "150602000000"
TOILETS = Draft(
    OFFICIAL, CITY, "2021", Decimal("69.2"), "%", "规划", None, None, indicator="sanitary_toilets"
)  # fmt: skip
VILLAGES = replace(
    TOILETS,
    indicator="village_income_over_500k",
    value=Decimal("43.3"),
    numerator=Decimal(318),
    denominator=Decimal(735),
)


def codes(draft: Draft, level: Level | None = "city") -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in check(draft, CATALOGUE, level, date(2025, 6, 30), AT)]


def test_the_plans_own_figures_may_be_official_also_of_computed_indicators() -> None:
    assert codes(TOILETS) == codes(VILLAGES) == []
    assert codes(replace(TOILETS, indicator="tight_linkage", value=Decimal(65))) == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"value": Decimal("100.1")}, ("/value", "ratio_over_100")),
        ({"value": Decimal(-1)}, ("/value", "out_of_range")),
        ({"value": Decimal("NaN")}, ("/value", "not_a_number")),
        ({"value": Decimal("1.23456")}, ("/value", "too_many_decimals")),
        ({"unit": "户"}, ("/unit", "wrong_unit")),
        ({"period": "2019"}, ("/period", "period_too_early")),
        ({"period": "2026"}, ("/period", "period_in_future")),
        ({"numerator": Decimal(1)}, ("/denominator", "pair_incomplete")),
        ({"denominator": Decimal(1)}, ("/numerator", "pair_incomplete")),
        ({"numerator": Decimal(1), "denominator": Decimal(0)}, ("/denominator", "denominator_zero")),
        ({"numerator": Decimal(3), "denominator": Decimal(2)}, ("/numerator", "numerator_over_denominator")),
        ({"numerator": Decimal(1), "denominator": Decimal(2)}, ("/value", "value_not_the_ratio")),
        ({"numerator": Decimal(-1), "denominator": Decimal(2)}, ("/numerator", "out_of_range")),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], wrong: tuple[str, str]) -> None:
    assert codes(replace(TOILETS, **change)) == [wrong]


def test_an_indicator_of_one_banner_has_no_official_value_of_another() -> None:
    gap = replace(TOILETS, indicator="hangjin_income_growth_gap", value=Decimal("-0.4"), unit="百分点")
    assert codes(replace(gap, division_code=HANGJIN), "banner") == []
    assert codes(replace(gap, division_code=DONGSHENG), "banner") == [("/division_code", "division_not_covered")]
    assert codes(replace(gap, division_code="150625100000"), "township") == [("/division_code", "division_level")]
    assert codes(gap, None) == [("/division_code", "unknown_division")]


@given(whole=st.integers(1, 10**6), part=st.integers(0, 10**6), places=st.integers(0, 4), cut=st.booleans())
def test_a_share_published_rounded_or_cut_off_agrees_with_its_parts(
    whole: int, part: int, places: int, cut: bool
) -> None:
    part = min(part, whole)
    exact = Decimal(part) / Decimal(whole) * 100
    value = exact.quantize(Decimal(1).scaleb(-places), rounding="ROUND_DOWN" if cut else "ROUND_HALF_UP")
    said = replace(TOILETS, value=value, numerator=Decimal(part), denominator=Decimal(whole))
    assert codes(said) == []
    off = replace(said, value=value + 2 if value <= 50 else value - 2)
    assert codes(off) == [("/value", "value_not_the_ratio")]


@given(part=st.integers(0, 1000), whole=st.integers(1, 1000))
def test_a_part_over_its_whole_is_refused_whichever_of_the_two_comes_last(part: int, whole: int) -> None:
    small = Draft("sanitary_toilet_households", HANGJIN, "2025", Decimal(part), "户", "文件", None, None)
    large = replace(small, input="rural_households", value=Decimal(whole))
    wanted = ["numerator_over_denominator"] if part > whole else []
    for last, first in ((small, large), (large, small)):
        assert [e["code"] for e in pairs.faults(last, CATALOGUE, {first.place: first}, AT)] == wanted
    elsewhere = replace(large, division_code=DONGSHENG)
    assert list(pairs.faults(small, CATALOGUE, {elsewhere.place: elsewhere}, AT)) == []


def test_both_sides_of_a_share_are_each_others_partners() -> None:
    assert pairs.partners(CATALOGUE, "sanitary_toilet_households") == ["rural_households"]
    assert "sanitary_toilet_households" in pairs.partners(CATALOGUE, "rural_households")
    assert pairs.partners(CATALOGUE, "rural_allowance_standard") == []


def test_of_two_that_come_together_it_is_said_once() -> None:
    small = Draft("sanitary_toilet_households", HANGJIN, "2025", Decimal(9), "户", "文件", None, None)
    large = replace(small, input="rural_households", value=Decimal(8))
    sent = {one.place: one for one in (small, large)}
    assert [len(list(pairs.faults(one, CATALOGUE, sent, AT, sent))) for one in (small, large)] == [1, 0]
