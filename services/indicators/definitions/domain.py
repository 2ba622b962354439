"""An indicator as the plan defines it: words, numbers, formula, and the path between its years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from services.indicators.definitions.periods import Granularity

Family = Literal["main", "other"]
Attribute = Literal["binding", "expected"]
Direction = Literal["up", "down", "equal", "zero"]
Comparison = Literal["at_least", "at_most", "more_than", "rising", "zero"]
Path = Literal["every_year", "straight_line", "final_year", "yearly"]
Method = Literal["plan", "practice", "ours"]
Level = Literal["city", "banner", "township", "village"]

FAMILIES: dict[Family, str] = {"main": "专栏1主要指标", "other": "规划的其他目标"}
ATTRIBUTES: dict[Attribute, str] = {"binding": "约束性", "expected": "预期性"}
COMPARISONS: dict[Comparison, str] = {
    "at_least": "≥",
    "at_most": "≤",
    "more_than": "＞",
    "rising": "高于上年",
    "zero": "=",
}
LEVELS: dict[Level, str] = {"city": "全市", "banner": "旗区", "township": "苏木乡镇", "village": "嘎查村"}


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
    `method` says whose formula it is: the plan's, the yearbook's practice, or ours. `arguments` are
    its parts: input codes, and constants under `base` (a year), `threshold`, `kinds` and `sources` (of projects and
    of their money in the ledger, separated by blanks), and `grace_days` (of January)."""

    name: str | None
    version: int
    method: Method
    text: str
    numerator: str
    denominator: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Input:
    """An observed quantity: in which units, between which bounds, for which divisions and periods.

    `additive`: the city's is the sum of its banners' where it is not given itself. `binding`: it feeds
    a binding indicator, so whoever enters it is not whoever approves it. An input of level city alone
    holds for whoever is compared with it: it is always looked up under the city's code.
    """

    code: str
    title: str
    units: tuple[str, ...]
    minimum: Decimal
    maximum: Decimal
    decimals: int
    levels: tuple[Level, ...]
    periods: tuple[Granularity, ...]
    department: str
    additive: bool
    binding: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way in which the plan can be read: its words (`quote`) at `place`, and the target they set.
    `population` names whom it is about where that is not whom the value counts: no value says where it stands."""

    code: str
    title: str
    place: str
    quote: str
    comparison: Comparison
    target: Decimal
    population: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of 专栏1 (family `main`) or another target of the plan (`other`).

    `quote` is what the plan says at `place`, `plan_2021` and `plan_2025` its words for the two years (empty:
    it has none), `baseline` and `target` its numbers. `target` is None where no number stands (`rising`, or
    a plan of single years), `targets` those of single years for path `yearly`. `scope` says what the value
    leaves out; `waiting` why there is no value yet; `computed` that it comes from records and not from
    observations.
    """

    number: int
    code: str
    family: Family
    title: str
    place: str
    quote: str
    attribute: Attribute
    unit: str
    direction: Direction
    precision: int
    plan_2021: str
    plan_2025: str
    baseline: Decimal | None
    target: Decimal | None
    comparison: Comparison
    path: Path
    targets: Mapping[int, Decimal]
    readings: tuple[Reading, ...]
    formula: Formula
    computed: bool
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

    def target_of(self, year: int, plan: Plan, previous: Decimal | None = None) -> Decimal | None:
        """What the plan expects of `year`: None where it sets nothing.

        `previous` is the value of the year before, the target of what must rise. After the plan's last
        year its last target stands, since nothing newer was published; a plan of single years ends.
        """
        if year < plan.first_year:
            return None
        if self.comparison == "rising":
            return previous
        if year in self.targets:
            return self.targets[year]
        if year >= plan.last_year or self.path == "every_year":
            return self.target
        if self.path == "straight_line" and self.baseline is not None and self.target is not None:
            share = Decimal(year - plan.first_year) / Decimal(plan.last_year - plan.first_year)
            return (self.baseline + (self.target - self.baseline) * share).normalize() + 0
        return None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions, 专栏1 first. `departments` names the keepers of observed quantities in Chinese;
    `digest` changes with any definition, so that a new release computes again."""

    plan: Plan
    indicators: tuple[Indicator, ...]
    inputs: Mapping[str, Input]
    departments: Mapping[str, str]
    digest: str

    def family(self, family: Family) -> tuple[Indicator, ...]:
        """One family in the plan's order: `main` is the sixteen of 专栏1."""
        return tuple(indicator for indicator in self.indicators if indicator.family == family)

    def by_code(self) -> dict[str, Indicator]:
        """Indicators of both families by their code."""
        return {indicator.code: indicator for indicator in self.indicators}

    def by_number(self) -> dict[int, Indicator]:
        """Indicators of both families by their number."""
        return {indicator.number: indicator for indicator in self.indicators}

    def fed_by_input(self, code: str) -> tuple[Indicator, ...]:
        """The indicators an observed quantity is part of."""
        return tuple(i for i in self.indicators if any(entry.code == code for entry in i.inputs))

    def fed_by_feed(self, feed: str) -> tuple[Indicator, ...]:
        """The computed indicators that records of a feed (`department/kind`), or the ledger, can change."""
        return tuple(i for i in self.indicators if i.formula.name is not None and feed in i.sources)
