"""An indicator as the plan defines it: words, numbers, formula, and the path between its two years."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Attribute = Literal["binding", "expected"]
Direction = Literal["up", "down", "equal", "zero"]
Comparison = Literal["at_least", "more_than", "zero"]
Path = Literal["every_year", "straight_line", "final_year"]
Method = Literal["plan", "practice", "ours"]
Granularity = Literal["month", "year"]
Level = Literal["city", "banner", "township", "village"]

ATTRIBUTES: dict[str, str] = {"binding": "约束性", "expected": "预期性"}
COMPARISONS: dict[str, str] = {"at_least": "≥", "more_than": "＞", "zero": "="}
LEVELS: dict[str, str] = {"city": "全市", "banner": "旗区", "township": "苏木乡镇", "village": "嘎查村"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the indicators stand and the years they span."""

    document: str
    place: str
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Formula:
    """How a value is computed. `name` is the calculation, None while its sources are not connected;
    `method` says whose formula it is: the plan's, the yearbook's practice, or ours."""

    name: str | None
    version: int
    method: Method
    text: str
    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class Input:
    """An observed quantity: in which units, between which bounds, for which divisions and periods."""

    code: str
    title: str
    units: tuple[str, ...]
    minimum: Decimal
    maximum: Decimal
    decimals: int
    levels: tuple[Level, ...]
    periods: tuple[Granularity, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of 专栏1. `plan_2021` and `plan_2025` are the plan's words, `baseline` and `target`
    its numbers; `scope` says what the value leaves out; `waiting` why there is no value yet."""

    number: int
    code: str
    title: str
    attribute: Attribute
    unit: str
    direction: Direction
    precision: int
    plan_2021: str
    plan_2025: str
    baseline: Decimal | None
    target: Decimal
    comparison: Comparison
    path: Path
    formula: Formula
    owner: str
    cadence: str
    periods: tuple[Granularity, ...]
    levels: tuple[Level, ...]
    divisions: tuple[str, ...]
    sources: tuple[str, ...]
    waiting: str | None
    scope: str | None
    notes: tuple[str, ...]
    inputs: tuple[Input, ...]

    @property
    def binding(self) -> bool:
        """Binding (约束性): must hold, and failing is a breach once the period has closed."""
        return self.attribute == "binding"

    def covers(self, code: str, level: Level) -> bool:
        """Whether the indicator has a value for this division."""
        return level in self.levels and (not self.divisions or code in self.divisions)

    def target_of(self, year: int, plan: Plan) -> Decimal | None:
        """What the plan expects of `year`: None where it sets nothing.

        After the plan's last year its last target stands, since nothing newer was published.
        """
        if year >= plan.last_year:
            return self.target
        if year < plan.first_year:
            return None
        if self.path == "every_year":
            return self.target
        if self.path == "straight_line" and self.baseline is not None:
            share = Decimal(year - plan.first_year) / Decimal(plan.last_year - plan.first_year)
            return self.baseline + (self.target - self.baseline) * share
        return None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions. `digest` changes with any of them, so that a new release computes again."""

    plan: Plan
    indicators: tuple[Indicator, ...]
    digest: str

    def by_code(self) -> dict[str, Indicator]:
        """Indicators by their code."""
        return {indicator.code: indicator for indicator in self.indicators}

    def inputs(self) -> dict[str, tuple[Indicator, Input]]:
        """Observed quantities by code, each with the indicator it feeds."""
        return {entry.code: (indicator, entry) for indicator in self.indicators for entry in indicator.inputs}
