"""What people read in a snapshot where a program reads codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from services.indicators.definitions.domain import Method, Path
from services.indicators.values.domain import Status
from shared import clock

STATUS_WORDS: Final[dict[Status, str]] = {
    "achieved": "已达到目标",
    "on_track": "在路径上",
    "behind": "落后",
    "reversed": "低于基期",
    "gap_open": "期内未达到",
    "breached": "期末未达到",
    "no_baseline": "没有基期值",
    "no_target": "没有目标",
    "not_computable": "不可计算",
}
METHOD_WORDS: Final[dict[Method, str]] = {"plan": "规划原文", "practice": "统计年鉴惯例", "ours": "本平台"}
PATH_WORDS: Final[dict[Path, str]] = {
    "every_year": "每年都须达到",
    "straight_line": "基期到目标的直线",
    "final_year": "只看末年",
    "yearly": "逐年目标",
}


def minute(moment: datetime | None) -> str | None:
    """An instant as a clerk in Ordos reads it."""
    return None if moment is None else f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def day(found: date | None) -> str | None:
    """A day as it is written."""
    return None if found is None else found.isoformat()
