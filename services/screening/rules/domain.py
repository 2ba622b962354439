"""Rule versions and what an explanation says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Severity = Literal["urgent", "high", "normal", "info"]
Origin = Literal["shipped", "authored"]
Verdict = Literal["hit", "clear", "unknown"]
RulePart = Literal["population", "condition"]

SEVERITIES: dict[Severity, str] = {
    "urgent": "紧急（24小时内）",
    "high": "高（3日内）",
    "normal": "一般（10日内）",
    "info": "提示",
}
VERDICTS: dict[Verdict, str] = {"hit": "命中", "clear": "未命中", "unknown": "无法判断"}


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The provision a rule rests on, with the words that matter."""

    document: str
    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One published version of a rule; never changed, only followed by another.

    `population` (None: every household) and `condition` are texts of the rule language; `parameters`
    and `evidence` are names; `valid_to` is the last day, None without end.
    """

    code: str
    version: int
    title: str
    risk_type: str | None
    severity: Severity
    population: str | None
    condition: str
    parameters: tuple[str, ...]
    evidence: tuple[str, ...]
    departments: tuple[str, ...]
    measures_expected: tuple[str, ...]
    legal_basis: tuple[LegalBasis, ...]
    valid_from: date
    valid_to: date | None
    author: str
    approver: str
    origin: Origin
    known_at: datetime

    @property
    def texts(self) -> tuple[str, ...]:
        """Population (when there is one) and condition."""
        return (self.condition,) if self.population is None else (self.population, self.condition)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A declared parameter that has no value in force somewhere, and the live rules that are unknown without it."""

    name: str
    rules: tuple[RuleVersion, ...]

    @property
    def consequence(self) -> str:
        """What stays unknown because of it, in words."""
        if not self.rules:
            return "目前没有生效的规则用到它"
        named = "、".join(f"{rule.code} {rule.title}" for rule in self.rules)
        return f"{named}：一律判为“无法判断”，既不发预警，也不使已有的预警缓解"


@dataclass(frozen=True, slots=True)
class MissingItem:
    """What an unknown verdict lacks: a fact or parameter by name, a stable reason, and in words."""

    name: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class LeafLine:
    """One comparison of the rule with the values it was judged on. Money in `value` is a decimal
    string in yuan; `truth` None means unknown."""

    part: RulePart
    text: str
    value: str | int | bool | None
    truth: bool | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule for one household: the verdict, what an unknown one lacks, every leaf, and a
    sentence. `demo`: a parameter that it read is an example, not an adopted standard."""

    verdict: Verdict
    missing: tuple[MissingItem, ...]
    leaves: tuple[LeafLine, ...]
    text: str
    demo: bool
