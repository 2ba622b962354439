"""Declarations of the facts: name, Chinese title, type, unit, kinds needed, what silence blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

FactType = Literal["count", "fen", "boolean", "grade", "text", "days"]
Silence = Literal["clear", "both", "none"]

GRADES = {1: "A", 2: "B", 3: "C", 4: "D"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a household.

    `kinds` are the feed numbers it is computed from. `silence` says what an overdue feed blocks:
    `clear` (a TRUE on what is known stands, only FALSE becomes unknown), `both` (facts of absence:
    nothing can be said) or `none`. A fact whose feeds this release does not take yet is not
    `available`: it is NULL for every household, which the rules read as unknown, never as no.
    """

    name: str
    title: str
    type: FactType
    unit: str
    kinds: tuple[int, ...]
    silence: Silence
    group: str
    available: bool = True


_DECLARED = (
    Fact("members", "家庭成员数", "count", "人", (17,), "none", "people"),
    Fact("lifted", "脱贫户", "boolean", "", (17,), "none", "people"),
    Fact("policy_entitled", "享受帮扶政策", "boolean", "", (17,), "none", "people"),
    Fact("monitored", "监测对象（未消除风险）", "boolean", "", (23,), "both", "people", available=False),
    Fact(
        "low_income", "低收入人口（低保、特困、低保边缘）", "boolean", "", (1, 2, 3), "both", "people", available=False
    ),
    Fact("self_paid_in_catalogue_12m_sum", "近12个月家庭合规自付医疗费用", "fen", "元", (8,), "clear", "illness"),
    Fact("uninsured_members", "当年未参加基本医疗保险的成员数", "count", "人", (7,), "both", "insurance"),
    Fact("dwelling_grade", "最近一次住房安全鉴定等级", "grade", "级", (9,), "clear", "dwelling"),
    Fact("dwelling_unsafe", "住房不安全（C级或D级且无竣工改造）", "boolean", "", (9, 10), "clear", "dwelling"),
    Fact("renovation_recorded", "鉴定之后已纳入改造", "boolean", "", (9, 10), "both", "dwelling"),
)

FACTS: dict[str, Fact] = {fact.name: fact for fact in _DECLARED}
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(fact.group for fact in _DECLARED))


def groups_fed_by(kinds: set[int]) -> tuple[str, ...]:
    """The groups to compute again when records of `kinds` arrived.

    A household record (17) moves members between households, so it feeds every group.
    """
    if 17 in kinds:
        return GROUPS
    return tuple(g for g in GROUPS if any(f.group == g and kinds & set(f.kinds) for f in _DECLARED))


def kinds_of(groups: tuple[str, ...]) -> tuple[int, ...]:
    """Feed numbers whose records the facts of `groups` are computed from, ascending."""
    return tuple(sorted({k for f in _DECLARED if f.group in groups and f.available for k in f.kinds}))


SILENCE_KINDS: tuple[int, ...] = tuple(sorted({k for f in _DECLARED if f.silence != "none" for k in f.kinds}))


def wire_value(fact: Fact, value: Any) -> str | int | bool | None:
    """A fact's value as every answer gives it: money in yuan with two decimals, a grade by letter."""
    if value is None:
        return None
    if fact.type == "fen":
        sign, fen = ("-" if value < 0 else ""), abs(value)
        return f"{sign}{fen // 100}.{fen % 100:02d}"
    if fact.type == "grade":
        return GRADES[value]
    known: str | int | bool = value
    return known
