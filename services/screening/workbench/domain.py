"""How the pages say things: clocks, ages and values in a clerk's words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from services.screening.facts.domain import FACTS
from services.screening.parameters.shipped import definitions

SEVERITIES: Mapping[str, str] = {"urgent": "紧急", "high": "高", "normal": "一般", "info": "提示"}
"""Worst first."""
LIMITS: Mapping[str, str] = {"urgent": "24 小时内", "high": "3 天内", "normal": "10 天内", "info": "不限时"}
STATES: Mapping[str, str] = {
    "open": "待核实",
    "verifying": "核实中",
    "confirmed": "属实",
    "not_confirmed": "不属实",
    "superseded": "数据更正撤销",
}
OUTCOMES: Mapping[str, str] = {
    "verifying": "正在核实，还没有结论",
    "confirmed": "属实，需要帮扶",
    "not_confirmed": "不属实，不需要帮扶",
}
"""What an officer may say of a clue, in the order of the form."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SPANS = {"月": "个月"}
"""A span of time, not the month of that number."""
_IN_HOURS = timedelta(days=2)
"""Shorter spans are told in hours: three days are nobody's 72."""


@dataclass(frozen=True, slots=True)
class Silent:
    """One feed that is overdue or was never delivered, in words, for the places that a reader sees."""

    department: str
    title: str
    words: str


def span(length: timedelta) -> str:
    """`不到 1 小时`, `5 小时`, `3 天`: whole ones, never more than have passed."""
    if length < _HOUR:
        return "不到 1 小时"
    if length < _IN_HOURS:
        return f"{length // _HOUR} 小时"
    return f"{length // _DAY} 天"


def clock_words(due_at: datetime | None, now: datetime) -> str:
    """How long is left to verify, or by how long it is over."""
    if due_at is None:
        return "不限时"
    return f"已超期 {span(now - due_at)}" if due_at < now else f"还剩 {span(due_at - now)}"


def age_words(since: date, today: date) -> str:
    """`今天`, or days ago."""
    days = (today - since).days
    return "今天" if days <= 0 else f"{days} 天前"


def below(path: str, place: str) -> str:
    """The part of a place's path that says more than where the reader looks already; its own name at least."""
    return path.removeprefix(place) or path


def value_words(value: str | int | bool | None, unit: str) -> str:
    """A fact's or parameter's value with its unit, thousands grouped; unknown is said."""
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    said = f"{Decimal(value):,}" if _NUMBER.fullmatch(str(value)) else value
    return f"{said} {_SPANS.get(unit, unit)}".rstrip()


def fact_words(name: str, value: str | int | bool | None, unit: str) -> str:
    """The same of a fact by name; one that is a code of a list is said by the list's word."""
    label = FACTS[name].label(value) if name in FACTS and isinstance(value, str) else None
    return value_words(label or value, unit)


def parameter_words(name: str, value: str | int | None, unit: str) -> str:
    """The same of a parameter by name; a share is said in per cent, as the sentence says it."""
    if value is not None and name in definitions() and definitions()[name].type == "share":
        return f"{(Decimal(value) * 100).normalize():f} %"
    return value_words(value, unit)


def silence_words(ages: Sequence[tuple[str, int | None, bool]], overdue_days: int, *, alone: bool) -> str | None:
    """What is missing of one feed; `ages` are (place, days since it last came or None, overdue) of each banner in
    sight; None when it is late nowhere. `alone`: one banner is in sight, and need not be named."""
    never = [place for place, age, _ in ages if age is None]
    late = [(place, age) for place, age, overdue in ages if overdue and age is not None]
    if not never and not late:
        return None
    if alone:
        return "从未报送" if never else f"已 {late[0][1]} 天未到数，超过 {overdue_days} 天的期限"
    said = []
    if late:
        days = "、".join(f"{place} {age} 天" for place, age in late)
        said.append(f"超过 {overdue_days} 天未到数：{days}")
    if never:
        said.append("各旗区均从未报送" if len(never) == len(ages) else f"从未报送：{'、'.join(never)}")
    return "；".join(said)
