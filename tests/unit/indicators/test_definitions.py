"""The definitions say what the plan says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.indicators.definitions import service
from services.indicators.definitions.errors import UnknownIndicatorError

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
    assert all((i.formula.name is None) == bool(i.waiting) for i in indicators)


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
