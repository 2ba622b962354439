"""What may be an observation, and the ratio of allowance standards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Level
from services.indicators.observations.checks import check, repeats
from services.indicators.observations.domain import Draft, Observation, allowance
from services.indicators.observations.spots import Spot, as_typed
from shared.ids import uuid7

CATALOGUE = definitions.catalogue()
AT = Spot("/observations/0")
TODAY = date(2025, 6, 30)
GOOD = Draft("rural_allowance_standard", "150625000000", "2025", Decimal(9072), "元/人·年", "某文件", None, None)


def codes(draft: Draft, level: Level | None = "banner") -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in check(draft, CATALOGUE, level, TODAY, AT)]


def test_a_good_one_has_nothing_wrong() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("change", "level", "wrong"),
    [
        ({"input": "gdp"}, "banner", ("/observations/0/input", "unknown_input")),
        ({}, None, ("/observations/0/division_code", "unknown_division")),
        ({}, "township", ("/observations/0/division_code", "division_level")),
        ({"period": "2025-06"}, "banner", ("/observations/0/period", "period_shape")),
        ({"period": "2019"}, "banner", ("/observations/0/period", "period_too_early")),
        ({"period": "2026"}, "banner", ("/observations/0/period", "period_in_future")),
        ({"unit": "万元"}, "banner", ("/observations/0/unit", "wrong_unit")),
        ({"value": Decimal(0)}, "banner", ("/observations/0/value", "out_of_range")),
        ({"value": Decimal("1e30")}, "banner", ("/observations/0/value", "out_of_range")),
        ({"value": Decimal("9072.005")}, "banner", ("/observations/0/value", "too_many_decimals")),
        ({"value": Decimal("NaN")}, "banner", ("/observations/0/value", "not_a_number")),
        ({"document_on": date(2025, 7, 1)}, "banner", ("/observations/0/document_on", "date_in_future")),
        ({"indicator": "sanitary_toilets"}, "banner", ("/observations/0/indicator", "only_for_official_value")),
        ({"indicator": "dwelling_safety"}, "banner", ("/observations/0/indicator", "computed_indicator")),
        ({"input": "dwelling_safety"}, "banner", ("/observations/0/input", "computed_indicator")),
        ({"input": "sanitary_toilets"}, "banner", ("/observations/0/input", "unknown_input")),
        ({"denominator": Decimal(7)}, "banner", ("/observations/0/denominator", "only_for_official_value")),
        ({"input": "rural_households", "unit": "户", "value": Decimal(0)}, "banner",
         ("/observations/0/value", "denominator_zero")),
        ({"input": "urban_allowance_standard", "value": Decimal(0)}, "banner",
         ("/observations/0/value", "denominator_zero")),
        ({"input": "official_value"}, "banner", ("/observations/0/indicator", "indicator_missing")),
        ({"input": "official_value", "indicator": "dwelling"}, "banner",
         ("/observations/0/indicator", "unknown_indicator")),
        ({"input": "rural_allowance_persons", "unit": "人", "value": Decimal("1.5")}, "banner",
         ("/observations/0/value", "too_many_decimals")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(change: dict[str, Any], level: Level | None, wrong: tuple[str, str]) -> None:
    assert codes(replace(GOOD, **change), level) == [wrong]


def test_everything_wrong_is_named_at_once() -> None:
    bad = replace(GOOD, unit="人", value=Decimal(-1), period="2030")
    assert {code for _, code in codes(bad)} == {"wrong_unit", "out_of_range", "period_in_future"}


def test_a_mistyped_input_is_told_what_is_like_it() -> None:
    (error,) = check(replace(GOOD, input="rural_alowance_standard"), CATALOGUE, "banner", TODAY, AT)
    assert "rural_allowance_standard" in error["message"]


def test_a_row_is_named_by_its_number_and_chinese_heading() -> None:
    (error,) = check(replace(GOOD, unit="万元"), CATALOGUE, "banner", TODAY, Spot.of_row(17))
    assert error["pointer"] == "/rows/17/单位"
    assert error["message"].startswith("第 17 行“单位”：")


def observed(code: str, division: str, value: str, unit: str = "元/人·年") -> Observation:
    known = datetime(2025, 3, 1, tzinfo=UTC)
    return Observation(uuid7(), code, division, "2025", Decimal(value), unit, "某文件", None, None, "clerk", known)


def test_months_and_years_are_brought_to_one_unit() -> None:
    pair = allowance(
        [
            observed("rural_allowance_standard", "A", "9072"),
            observed("urban_allowance_standard", "A", "1008", "元/人·月"),
        ],
        "A",
        {},
    )
    assert (pair.rural, pair.urban, pair.reason) == (Decimal(9072), Decimal(12096), None)


def test_half_a_pair_is_no_ratio_and_says_which_half() -> None:
    pair = allowance([observed("rural_allowance_standard", "A", "9072")], "A", {})
    assert pair.rural is None
    assert pair.reason == "城市低保标准尚未填报"


def test_a_weighted_mean_wants_every_part() -> None:
    whole = _parts({"A": ("8000", "10", "12000", "1"), "B": ("9000", "30", "12000", "3")})
    names = {"A": "甲旗", "B": "乙旗"}
    assert allowance(whole, "C", names).rural == Decimal(8750)
    lacking = allowance(whole[:-1], "C", names)
    assert lacking.rural is None
    assert lacking.reason == "全市加权所需的观测值不齐：乙旗缺城市保障人数"
    of_one = [o for o in whole if o.division_code == "A"]
    assert allowance(of_one, "C", names).reason == "全市加权所需的观测值不齐：乙旗尚未填报"
    assert allowance([], "C", names).reason == "农村牧区和城市低保标准、保障人数尚未填报"


@given(st.dictionaries(st.text("AB", min_size=1, max_size=4), st.integers(1, 10**6), min_size=1, max_size=9))
def test_equal_standards_weigh_to_themselves_whatever_the_persons(persons: dict[str, int]) -> None:
    whole = _parts({part: ("9000", str(count), "12000", str(count)) for part, count in persons.items()})
    pair = allowance(whole, "city", dict.fromkeys(persons, "旗"))
    assert (pair.rural, pair.urban) == (Decimal(9000), Decimal(12000))
    assert len(pair.used) == 4 * len(persons)


def _parts(parts: dict[str, tuple[str, str, str, str]]) -> list[Observation]:
    names = (
        "rural_allowance_standard",
        "rural_allowance_persons",
        "urban_allowance_standard",
        "urban_allowance_persons",
    )
    return [
        observed(name, part, value) for part, values in parts.items() for name, value in zip(names, values, strict=True)
    ]


def test_a_whole_number_is_asked_for_in_words() -> None:
    half = replace(GOOD, input="rural_allowance_persons", unit="人", value=Decimal("1.5"))
    (error,) = check(half, CATALOGUE, "banner", TODAY, AT)
    assert error["message"] == "“农村牧区低保保障人数”应为整数。"


def test_two_lines_that_say_different_things_of_one_place_are_named() -> None:
    lines = [GOOD, replace(GOOD, period="2024"), replace(GOOD, value=Decimal(9100)), GOOD]
    spots = [Spot(f"/observations/{index}") for index in range(len(lines))]
    (error,) = repeats(lines, spots)
    assert (error["pointer"], error["code"]) == ("/observations/2/period", "repeated_in_list")
    assert error["message"].startswith("与本清单第 1 条重复（同一观测项、区划和期间）")
    (of_file,) = repeats(lines, [Spot.of_row(row) for row in (2, 3, 4, 5)])
    assert "与本文件第 2 行重复" in of_file["message"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("unit", "万元"), ("unit", "元/人·月"), ("unit", "立方米"), ("value", Decimal("2E+4")), ("value", "9,072.50"),
        ("division_code", "150625000000"), ("period", "2025-06"), ("input", "gdp"), ("indicator", "dwelling_safety"),
        ("value", Decimal(100000000000)), ("document_on", "2025-07-01"),
    ],
)  # fmt: skip
def test_what_belongs_in_a_field_is_shown_as_typed(name: str, typed: object) -> None:
    assert as_typed(name, typed) == (format(typed, "f") if isinstance(typed, Decimal) else typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("value", Decimal(150602199001011234)), ("value", "150602900101123"), ("value", "13912345678"),
        ("unit", "张三"), ("division_code", "150602199001011234"), ("period", "张三"), ("input", "15060219900101123x"),
        ("value", "张三"), ("document", "张三"), ("division_name", "张三"),
    ],
)  # fmt: skip
def test_what_could_be_a_persons_is_masked(name: str, typed: object) -> None:
    shown = as_typed(name, typed)
    assert "*" in shown
    assert shown != str(typed)
