"""Rule versions and what an explanation says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
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
VERDICTS: dict[Verdict, str] = {"hit": "符合条件", "clear": "不符合条件", "unknown": "无法判断"}


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The provision a rule rests on, with the words that matter."""

    document: str
    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class RiskBy:
    """A risk that depends on what a fact says: its value → risk type; other values leave the rule's own."""

    fact: str
    risks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One published version of a rule; never changed, only followed by another.

    `population` (None: every household) and `condition` are texts of the rule language; `parameters`
    (its own and those of the facts it names) and `evidence` are names; `valid_to` is the last day,
    None without end; `risk_type` None is a work check.
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
    risk_by: RiskBy | None = None

    def risk_of(self, facts: Mapping[str, object]) -> str | None:
        """The risk type of a household with these facts: an accident may be a natural disaster."""
        if self.risk_by is None:
            return self.risk_type
        return self.risk_by.risks.get(str(facts.get(self.risk_by.fact)), self.risk_type)

    @property
    def texts(self) -> tuple[str, ...]:
        """Population (when there is one) and condition."""
        return (self.condition,) if self.population is None else (self.population, self.condition)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A declared parameter that has no value in force somewhere, and the live rules that are unknown
    without it; `through` are the titles of the facts that read it, when the rules do not themselves."""

    name: str
    rules: tuple[RuleVersion, ...]
    through: tuple[str, ...] = ()

    @property
    def consequence(self) -> str:
        """What stays unknown because of it, in words."""
        if not self.rules:
            return "目前没有生效的规则用到它"
        named = "、".join(f"{rule.code} {rule.title}" for rule in self.rules)
        if self.through:
            facts = "、".join(f"“{title}”" for title in self.through)
            return f"{named}：{facts}算不出的户一律判为“无法判断”，既不发预警，也不使已有的预警缓解"
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
