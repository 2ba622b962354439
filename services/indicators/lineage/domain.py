"""Which part of a number each thing behind it is, and how much of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

from services.indicators.cohort.domain import Contribution
from services.indicators.definitions.domain import Indicator
from services.indicators.holdings.domain import About
from services.indicators.observations.domain import Observation
from services.indicators.values.domain import Stored, Value
from shared.codes import divisions

Part = Literal["numerator", "denominator", "missing", "beside"]
PARTS: Final[dict[Part, str]] = {
    "numerator": "分子",
    "denominator": "分母",
    "missing": "在分母、不在分子",
    "beside": "对照的数（例如被减的增速）",
}

_SIDES: Final[Mapping[str, Part]] = {
    "value": "numerator",
    "numerator": "numerator",
    "minuend": "numerator",
    "rural_standard": "numerator",
    "rural_persons": "numerator",
    "denominator": "denominator",
    "urban_standard": "denominator",
    "urban_persons": "denominator",
    "villages": "denominator",
    "income": "denominator",
    "subtrahend": "beside",
    "growth": "beside",
}
"""Part of the number by the formula's argument that an input is; `place_of` knows those that depend on more."""
_SUMS: Final = frozenset({"observed", "ratio", "growth", "growth_gap", "cumulative", "village_bands"})
"""Formulas whose parts are sums of what was observed: there the contributions add up to the number."""


@dataclass(frozen=True, slots=True)
class Share:
    """An observation as a part of a value. `counts` is what it adds to that part, in the input's first unit;
    None where the part is no sum (a weighted mean, an average growth)."""

    observation: Observation
    part: Part
    counts: Decimal | None

    @property
    def place(self) -> tuple[str, str]:
        """What lists are ordered and paged by."""
        return self.observation.division_code, str(self.observation.observation_id)


@dataclass(frozen=True, slots=True)
class Compared:
    """One part of a value as it was published and as it is counted now, both as of the value's own day and
    instant. Either is None where that part has no number."""

    published: Decimal | None
    recounted: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Recounted minus published."""
        if self.published is None or self.recounted is None:
            return None
        return self.recounted - self.published

    @property
    def differs(self) -> bool:
        """Whether the two do not agree."""
        return self.published != self.recounted


def part_of(value: Value, part: Part) -> Decimal | None:
    """The number of one part of a value; None where there is none."""
    if part == "numerator":
        return value.numerator
    if part == "denominator":
        return value.denominator
    if part == "missing" and value.numerator is not None and value.denominator is not None:
        return value.denominator - value.numerator
    return None


def shares(indicator: Indicator, value: Value, used: Iterable[tuple[Observation, Decimal]]) -> list[Share]:
    """What each observation behind a value is of it; `used` are they, each with its amount in the first unit. A village
    that is counted by itself is its own whole as well."""
    name, arguments = indicator.formula.name, indicator.formula.arguments
    roles = {code: role for role, code in arguments.items()}
    found: list[Share] = []
    for observation, amount in used:
        role = roles[observation.input]
        if name == "village_bands" and role == "income":
            reached = amount >= Decimal(arguments["threshold"])
            found.append(Share(observation, "numerator" if reached else "missing", Decimal(1)))
            if _is_village(value.division_code):
                found.append(Share(observation, "denominator", Decimal(1)))
        else:
            part = _SIDES[role]
            if name == "growth" and observation.period == arguments["base"] != value.period:
                part = "denominator"
            found.append(Share(observation, part, amount if adds_up(indicator, part) else None))
    return sorted(found, key=lambda share: share.place)


def _is_village(code: str) -> bool:
    place = divisions.get(code)
    return place is not None and place.level == "village"


def adds_up(indicator: Indicator, part: Part) -> bool:
    """Whether a part of an observed number is the sum of the observations behind it."""
    return indicator.formula.name in _SUMS and part != "beside"


def words(compared: Compared, value: Value) -> str | None:
    """What a reader must know of a part whose count today is another, or that has no number; else None."""
    if compared.published is None and compared.recounted is None:
        return value.reason or "这一部分没有数"
    if not compared.differs:
        return None
    if compared.difference is None:
        return "按数值自己的截至日期和知悉时间重新计算，结果与发布时不同：其中一次没有这一部分的数。"
    more = "多" if compared.difference > 0 else "少"
    by = format(abs(compared.difference).normalize(), "f")
    return (
        f"按数值自己的截至日期和知悉时间重新计算，比发布时{more} {by}：发布之后又收到了更早产生的记录。"
        "下面列出的是重新计算的，数值在下次计算时更新或重述。"
    )


@dataclass(frozen=True, slots=True)
class Holding:
    """A project or an asset of the ledger as a part of a value: itself, or its money in yuan."""

    about: About
    holding_id: str
    code: str
    division_code: str
    counts: Decimal
    covered: bool
    event_ids: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str]:
        """What lists are ordered and paged by."""
        return self.division_code, self.holding_id


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what is behind a part of a value: `units` counted from records, `shares` that are observations, or
    `holdings` that are projects or assets.
    `adds_up`: the contributions of all pages and `unlisted` (what has no list, such as villages that did not report)
    sum up to `compared.recounted`."""

    compared: Compared
    adds_up: bool
    unlisted: Decimal
    units: Sequence[Contribution] = ()
    shares: Sequence[Share] = ()
    holdings: Sequence[Holding] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """A value that a record or an observation is behind: how many units it is evidence for in the value's
    numerator and denominator; of an observation also the `part` it is. `later`: its newest version was not yet
    known to the value."""

    stored: Stored
    title: str
    part: Part | Literal["official"] | None
    numerator: int
    denominator: int
    later: bool

    @property
    def place(self) -> tuple[int, str, str, UUID]:
        """What lists are ordered and paged by."""
        return *self.stored.value.place, self.stored.value_id


def place_of(unit: Contribution) -> tuple[str, str]:
    """What units are ordered and paged by."""
    return unit.household_no, unit.person_key or ""


def above(code: str) -> list[str]:
    """The divisions that a division is counted in: its township, its banner, the city, and itself."""
    return list(dict.fromkeys((code, *(code[:digits].ljust(12, "0") for digits in (9, 6, 4)))))
