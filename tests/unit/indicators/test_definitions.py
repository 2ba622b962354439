"""The definitions say what the plan says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions import service
from services.indicators.definitions.domain import Indicator
from services.indicators.definitions.errors import UnknownIndicatorError
from services.indicators.holdings import service as holdings
from shared.feeds import catalogue as feeds
from tests.factories.ledger import INDUSTRY, KINDS, LINKAGE

CATALOGUE = service.catalogue()

# 专栏1 as printed: number, title, 2021, 2025, attribute.
PRINTED = [
    (1, "脱贫人口收入", None, "收入增幅高于当地农牧民人均可支配收入增幅", "binding"),
    (2, "脱贫地区（杭锦旗）农牧民收入", None, "农牧民收入增幅高于全区平均水平", "binding"),
    (3, "返贫人口", None, "动态清零", "binding"),
    (4, "贫困地区（杭锦旗）生产总值年均增速", None, "高于全自治区平均水平", "expected"),
    (5, "农村牧区低保标准占城市低保标准比例（%）", "71.4", "75", "expected"),
    (6, "村集体经济收入（万元）", None, "50万元以上占比超过30%", "expected"),
    (7, "脱贫人口、监测对象义务教育保障率（%）", "100", "100", "binding"),
    (8, "脱贫人口、监测对象参加基本医疗保险率（%）", "100", "100", "binding"),
    (9, "脱贫人口、监测对象住房安全保障率", "100", "100", "binding"),
    (10, "脱贫人口、监测对象饮水安全保障率（%）", "100", "100", "binding"),
    (11, "享受政策脱贫户、监测户与企业紧密利益联结（%）", "65", "100", "expected"),
    (12, "农村牧区卫生厕所普及率（%）", "69.2", "＞75", "expected"),
    (13, "农村牧区生活污水处理率（%）", "43", "＞50", "expected"),
    (14, "苏木乡镇污水处理率（%）", "83", "＞85", "expected"),
    (15, "大病专项救治病种（≥）", "30", "39", "expected"),
    (16, "残疾儿童少年义务教育阶段入学率（%）", "93", "95", "expected"),
]


@pytest.mark.parametrize("printed", PRINTED, ids=lambda row: str(row[0]))
def test_row_is_as_printed(printed: tuple[int, str, str | None, str, str]) -> None:
    number, title, baseline, plan_2025, attribute = printed
    indicator = service.catalogue().indicators[number - 1]
    assert (indicator.number, indicator.title, indicator.attribute) == (number, title, attribute)
    assert indicator.baseline == (None if baseline is None else Decimal(baseline))
    assert indicator.plan_2025 == plan_2025


def test_there_are_sixteen_and_each_says_where_it_comes_from_or_why_it_does_not() -> None:
    indicators = service.catalogue().family("main")
    assert [indicator.number for indicator in indicators] == list(range(1, 17))
    assert {i.number for i in indicators if i.formula.name is None} == {3}


def test_only_what_waits_for_cases_has_no_formula() -> None:
    waiting = [i for i in CATALOGUE.indicators if i.formula.name is None]
    assert all(bool(i.waiting) == (i in waiting) for i in CATALOGUE.indicators)
    assert [i.number for i in waiting] == [3]
    assert all(i.computed for i in waiting), "nobody may fill in what the cases will say"


def test_what_the_ledger_answers_is_filled_in_by_nobody() -> None:
    entered = [i for i in CATALOGUE.indicators if i.sources == (holdings.FEED,)]
    assert [i.number for i in entered] == [113, 114, *range(120, 130)]
    assert all(i.computed and not i.inputs for i in entered)
    assert {i.formula.name for i in entered} == set(holdings.CALCULATIONS)


def test_the_kinds_and_sources_that_formulas_name_are_those_of_the_ledger() -> None:
    named = {name: set[str]() for name in ("kinds", "sources")}
    for indicator in CATALOGUE.indicators:
        for name, codes in named.items():
            codes.update(indicator.formula.arguments.get(name, "").split())
    assert named == {"kinds": set(KINDS), "sources": set(LINKAGE)}
    lists = yaml.safe_load(Path("services/assets/terms/lists.yaml").read_text("utf-8"))
    assert named["kinds"] == set(lists["project_kind"]["values"])
    assert named["sources"] < set(lists["fund_source"]["values"])
    assert set(INDUSTRY) == set(CATALOGUE.by_code()["industry_fund_share"].formula.arguments["kinds"].split())


def test_numbers_and_codes_are_unique_and_families_do_not_mix() -> None:
    numbers = [i.number for i in CATALOGUE.indicators]
    assert numbers == sorted(set(numbers))
    assert all((i.number > 100) == (i.family == "other") for i in CATALOGUE.indicators)
    codes = [*(i.code for i in CATALOGUE.indicators), *(r.code for i in CATALOGUE.indicators for r in i.readings)]
    assert len(set(codes)) == len(codes)


def test_an_input_named_like_an_indicator_is_that_indicator() -> None:
    for indicator in CATALOGUE.indicators:
        if indicator.code in CATALOGUE.inputs:
            assert (indicator.formula.name, dict(indicator.formula.arguments)) == (
                "observed",
                {"value": indicator.code},
            )


def test_an_input_feeds_what_names_it_and_binds_where_that_binds() -> None:
    for code, entry in CATALOGUE.inputs.items():
        fed = CATALOGUE.fed_by_input(code)
        assert fed, f"nobody asks for {code}"
        assert entry.binding == any(i.binding for i in fed)
        assert all(f"{entry.department}/observation" in i.sources for i in fed)
        assert entry.department in CATALOGUE.departments
        assert entry.minimum < entry.maximum
        assert "%" not in entry.units or entry.decimals == 2
    assert {i.code for i in CATALOGUE.fed_by_input("rural_income_growth")} == {
        "lifted_income_growth_gap",
        "hangjin_income_growth_gap",
        "hangjin_national_growth_gap",
    }


def test_a_ratio_of_counts_is_of_like_levels() -> None:
    """A banner's share can only be asked for where both parts may be given for a banner (or for everybody)."""
    for indicator in CATALOGUE.indicators:
        for entry in indicator.inputs:
            shared = set(entry.levels) & set(indicator.levels)
            assert shared or entry.levels in (("city",), ("village",), ("banner",)), (indicator.code, entry.code)


@pytest.mark.parametrize("indicator", [i for i in CATALOGUE.indicators if i.sources], ids=lambda i: i.code)
def test_a_feed_is_in_the_catalogue_and_marks_what_it_feeds(indicator: Indicator) -> None:
    for source in indicator.sources:
        department, _, kind = source.partition("/")
        assert kind == "observation" or source == holdings.FEED or feeds.get(department, kind)
        assert kind == "observation" or indicator in CATALOGUE.fed_by_feed(source)


def test_a_target_in_absolute_numbers_is_the_citys_alone() -> None:
    for indicator in CATALOGUE.family("other"):
        if indicator.unit not in ("%", "百分点", "元") and not indicator.divisions:
            assert indicator.levels == ("city",), f"no banner can be measured by {indicator.code}"
            assert all(entry.additive or entry.levels == ("city",) for entry in indicator.inputs)


def test_a_plan_of_single_years_ends_and_a_level_stands() -> None:
    plan = CATALOGUE.plan
    funds, linkage = service.get("city_linkage_fund_plan"), service.get("tight_linkage_mechanism")
    assert [funds.target_of(year, plan) for year in (2020, 2021, 2025, 2026)] == [None, 18286, 18330, None]
    assert [linkage.target_of(year, plan) for year in (2020, 2021, 2024, 2026)] == [None, 60, 90, 100]
    rights = service.get("asset_rights_confirmed")
    assert [rights.target_of(year, plan) for year in (2021, 2022, 2026)] == [None, 100, 100]


@given(st.decimals(0, 200, places=2), st.integers(2021, 2030))
def test_what_must_rise_is_measured_by_the_year_before(previous: Decimal, year: int) -> None:
    ratio = service.get("hangjin_national_income_ratio")
    assert ratio.target_of(year, CATALOGUE.plan, previous) == previous
    assert ratio.target_of(year, CATALOGUE.plan) is None
    assert ratio.target_of(2020, CATALOGUE.plan, previous) is None


@given(st.sampled_from([i for i in CATALOGUE.indicators if i.path == "straight_line"]), st.integers(2021, 2030))
def test_a_straight_line_begins_at_the_baseline_and_never_passes_the_target(indicator: Indicator, year: int) -> None:
    plan = CATALOGUE.plan
    assert indicator.target_of(plan.first_year, plan) == indicator.baseline
    now, later = indicator.target_of(year, plan), indicator.target_of(year + 1, plan)
    assert now is not None
    assert later is not None
    assert now <= later <= (indicator.target or 0)


def test_targets_run_straight_or_hold_every_year() -> None:
    catalogue = service.catalogue()
    ratio, insured, collective = (catalogue.indicators[i] for i in (4, 7, 5))
    assert [ratio.target_of(year, catalogue.plan) for year in (2021, 2023, 2025, 2026)] == [
        Decimal(text) for text in ("71.4", "73.2", "75", "75")
    ]
    assert {insured.target_of(year, catalogue.plan) for year in range(2021, 2027)} == {Decimal(100)}
    assert collective.target_of(2024, catalogue.plan) is None
    assert ratio.target_of(2020, catalogue.plan) is None


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownIndicatorError):
        service.get("gdp")
