"""What people read for the codes of values."""

from __future__ import annotations

from collections.abc import Mapping

from services.indicators.definitions.domain import Comparison
from services.indicators.values.domain import Status

STATUSES: Mapping[Status, str] = {
    "achieved": "已达到",
    "on_track": "按进度",
    "behind": "落后",
    "reversed": "低于基期",
    "gap_open": "有差距（期内）",
    "breached": "未达到（期末）",
    "no_baseline": "没有可比的数",
    "no_target": "没有目标",
    "not_computable": "不可计算",
}
COMPARED: Mapping[Comparison, str] = {
    "at_least": "不低于",
    "at_most": "不高于",
    "more_than": "高于",
    "rising": "高于上年",
    "zero": "等于",
}
"""How a number compares with its target, in files: a spreadsheet takes a cell that begins with = for a formula."""


def reading_words(status: Status | None, population: str | None) -> str:
    """Where a value stands by another reading of the plan, or why that is not known."""
    if status is not None:
        return STATUSES[status]
    return f"口径不同（{population}），未单独统计" if population else "口径不同，未单独统计"


BESIDE = {
    "unrecorded": "无记录",
    "undecided": "归属未定",
    "households": "户数",
    "households_covered": "已保障户数",
    "without": "缺收入户数",
    "net_income_per_head": "人均纯收入",
    "net_income_per_head_before": "上年人均纯收入",
    "villages_over_100k": "10万元以上村数",
    "villages_over_200k": "20万元以上村数",
    "villages_over_500k": "50万元以上村数",
    "operating_income": "经营性收入（万元）",
}
"""Titles of the numbers beside a value; those that are observed quantities bear the quantity's title."""
