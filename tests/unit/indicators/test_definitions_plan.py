"""Every word and number that a definition quotes stands in the plan. The plan's text is no part of the product: it is
read where it lies beside the checkout."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from services.indicators.definitions import methods, service

PLAN = Path(__file__).parents[4] / "shared" / "data" / "plan.zh.txt"
CATALOGUE = service.catalogue()
OTHER = CATALOGUE.family("other")
QUOTES = [
    *((indicator.code, indicator.place, indicator.quote) for indicator in CATALOGUE.indicators),
    *((reading.code, reading.place, reading.quote) for i in CATALOGUE.indicators for reading in i.readings),
    *((one.code, quote.place, quote.text) for one in methods.contradictions() for quote in one.quotes),
]
MULTIPLES = {"": 1, "万": 10_000, "亿": 100_000_000}
WHOLE = {"都", "所有", "全覆盖", "全面", "每个", "一村一", "至少有1个", "至少1人"}
"""Words that mean all of them."""


def bare(text: str) -> str:
    """Without the blanks and line ends of the table cells."""
    return "".join(text.split())


def numbers(text: str) -> set[Decimal]:
    """The numbers in a Chinese text: 9.7万 is 97000."""
    found = re.findall(r"([0-9]+(?:\.[0-9]+)?)([万亿]?)", text)
    return {Decimal(number) * factor for number, unit in found for factor in (1, MULTIPLES[unit])}


@pytest.fixture(scope="module")
def plan() -> str:
    if not PLAN.exists():
        pytest.skip("the plan's text is not on this machine")
    return bare(PLAN.read_text("utf-8"))


@pytest.mark.parametrize(("code", "place", "quote"), QUOTES, ids=[code for code, *_ in QUOTES])
def test_a_quote_stands_in_the_plan_at_its_place(plan: str, code: str, place: str, quote: str) -> None:
    wanted = bare(quote)
    assert wanted in plan, code
    chapter = re.match(r"第(.)章第(.)节", place)
    assert chapter is not None, code
    assert wanted in _section(plan, chapter[1], chapter[2]), f"{code} is not in {place}"
    box = re.search(r"专栏([0-9]+)", place)
    assert box is None or wanted in _box(plan, box[1]), f"{code} is not in {place}"


def _section(plan: str, chapter: str, section: str) -> str:
    of_chapter = re.split(r"第[一二三四五]章(?!第)", plan)["一二三四五".index(chapter) + 1]
    return re.split(r"第[一二三四五]节", of_chapter)["一二三四五".index(section) + 1]


def _box(plan: str, number: str) -> str:
    start = re.search(rf"专栏{number}：", plan)
    assert start is not None
    following = re.search(rf"专栏{int(number) + 1}：", plan)
    return plan[start.start() : following.start() if following else len(plan)]


@pytest.mark.parametrize("code", [i.code for i in CATALOGUE.family("main")])
def test_a_row_of_the_box_shows_its_own_cells(code: str) -> None:
    row = service.get(code)
    cells = row.quote.split()
    assert (cells[0], cells[-1]) == (row.title, {"binding": "约束性", "expected": "预期性"}[row.attribute])
    assert cells[1] == row.plan_2021
    assert cells[-2] == row.plan_2025


@pytest.mark.parametrize("code", [i.code for i in OTHER])
def test_a_target_is_the_number_of_its_own_quote(code: str) -> None:
    one = service.get(code)
    said = numbers(one.quote)
    if one.unit == "万元":
        said |= {number / 10_000 for number in said}
    if one.path == "yearly" and one.unit in ("个", "万元"):
        return  # the table's cells: test_the_plans_single_years_are_the_tables_cells
    if code == "tight_linkage_mechanism":
        assert [one.targets[2021] + 10 * n for n in range(5)] == [one.targets[year] for year in range(2021, 2026)]
        assert one.baseline in said
    elif one.target is None:
        assert one.comparison == "rising"
        assert "不断提高" in one.quote
    elif code == "industry_projects_in_all":
        assert one.target == sum(sum(service.get(c).targets.values()) for c in INDUSTRY)
    elif one.target == 0:
        assert "高于" in one.quote
    elif one.target not in said:
        assert one.target == 100
        assert any(word in one.quote for word in WHOLE)
    assert not one.plan_2021 or numbers(one.plan_2021) <= said | {one.targets[2021]}


INDUSTRY = ("processing_projects", "other_industry_projects")
KINDS = (*INDUSTRY, "infrastructure_projects", "education_health_projects", "other_guarantee_projects")


def test_the_plans_single_years_are_the_tables_cells(plan: str) -> None:
    box_5 = _box(plan, "5")
    for code in ("city_linkage_fund_plan", "key_banner_fund_plan"):
        assert "".join(str(number) for number in service.get(code).targets.values()) in box_5
    for code in ("projects", *KINDS):
        one = service.get(code)
        assert bare(one.quote).endswith("".join(str(number) for number in one.targets.values()))
        assert sum(one.targets.values()) in numbers(one.quote)
    for year in range(2021, 2026):
        assert service.get("projects").targets[year] == sum(service.get(kind).targets[year] for kind in KINDS)


def test_what_follows_from_the_plans_numbers_is_computed_from_numbers_it_has(plan: str) -> None:
    figures = {(one.code, f.title): f.value for one in methods.contradictions() for f in one.figures}
    assert figures["income_growth_30", "四年复合年均增速"] == Decimal("24.0")
    assert figures["income_growth_30", "四年增幅的算术平均"] == Decimal("34.1")
    assert figures["key_villages_67_or_87", "分旗区列出的合计"] == 87
    assert figures["key_villages_67_or_87", "87个占735个"] == Decimal("11.8")
    assert figures["share_of_villages_over_200k", "318个占735个"] == Decimal("43.3")
    assert figures["industry_projects_814_or_811", "专栏7两类相加"] == 811
    assert figures["projects_1240_or_1245", "五年相加"] == 1245
    assert figures["reached_more_than_there_were", "多出的户数"] > 0
    assert "735个嘎查村" in plan
