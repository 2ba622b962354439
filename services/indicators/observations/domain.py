"""An observation, as it is sent and as it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

Outcome = Literal["accepted", "corrected", "proposed", "duplicate"]
State = Literal["proposed", "approved", "rejected"]
STATES: dict[State, str] = {"proposed": "待审核", "approved": "已生效", "rejected": "已退回"}

OFFICIAL = "official_value"
"""The input of a published figure: it names the indicator, and is never an argument of a formula."""

Place = tuple[str, str | None, str, str]
"""Input, indicator (official values only), division, period."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An observation as it was sent. `value` is exact; `supersedes` the one it corrects; `indicator`,
    `numerator` and `denominator` belong to official values; `restatement_reason` opens a closed period."""

    input: str
    division_code: str
    period: str
    value: Decimal
    unit: str
    document: str
    document_on: date | None
    supersedes: UUID | None
    indicator: str | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    restatement_reason: str | None = None

    @property
    def place(self) -> Place:
        """What it is an observation of: at any time one observation of a place is in force."""
        return (self.input, self.indicator, self.division_code, self.period)

    def says_the_same(self, other: Draft | Observation) -> bool:
        """Whether sending this again would change nothing."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("value", "unit", "numerator", "denominator", "document", "document_on")
        )


@dataclass(frozen=True, slots=True)
class Observation:
    """A stored observation; what it says is never changed, only superseded by a later one.

    `known_at` is when it was received, `in_force_from` when it came into force (None: it never did):
    at once, or with the approval of a second person where one is needed.
    """

    observation_id: UUID
    input: str
    division_code: str
    period: str
    value: Decimal
    unit: str
    document: str
    document_on: date | None
    supersedes: UUID | None
    submitted_by: str
    known_at: datetime
    indicator: str | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    restatement_reason: str | None = None
    state: State = "approved"
    checked_by: str | None = None
    checked_at: datetime | None = None
    note: str | None = None
    in_force_from: datetime | None = None

    @property
    def place(self) -> Place:
        """See `Draft.place`."""
        return (self.input, self.indicator, self.division_code, self.period)

    @property
    def approved_by(self) -> str | None:
        """Who approved it; None while nobody did, and where nobody has to."""
        return self.checked_by if self.state == "approved" else None


PER_YEAR = {"元/人·年": Decimal(1), "元/人·月": Decimal(12)}
RURAL, URBAN = "rural", "urban"
_SIDES = {RURAL: "农村牧区", URBAN: "城市"}


@dataclass(frozen=True, slots=True)
class Allowance:
    """Rural and urban minimum-living standard (yuan a person a year), or why there is no pair of them.

    `used` are the observations behind it; `basis` says whose standards they are.
    """

    rural: Decimal | None
    urban: Decimal | None
    reason: str | None
    basis: str | None
    used: tuple[Observation, ...]


def allowance(observations: Iterable[Observation], division: str, parts: Mapping[str, str]) -> Allowance:
    """The pair of standards of a division in one period.

    Its own pair if it was observed; else, for a division made of `parts` (code → name), the mean of
    all parts weighted by the persons each side covers. A part that is missing is said, not skipped.
    """
    by_place = {(o.input, o.division_code): o for o in observations}
    own = {side: by_place.get((f"{side}_allowance_standard", division)) for side in _SIDES}
    rural, urban = own[RURAL], own[URBAN]
    if rural is not None and urban is not None:
        return Allowance(_per_year(rural), _per_year(urban), None, "按本级公布的标准计算", (rural, urban))
    if rural is not None or urban is not None or not parts:
        missing = "、".join(f"{_SIDES[side]}低保标准" for side, found in own.items() if found is None)
        return Allowance(None, None, f"{missing}尚未填报", None, ())
    return _weighted(by_place, parts)


def _weighted(by_place: Mapping[tuple[str, str], Observation], parts: Mapping[str, str]) -> Allowance:
    names = {
        f"{side}_allowance_{what}": f"{word}{title}"
        for side, word in _SIDES.items()
        for what, title in (("standard", "低保标准"), ("persons", "保障人数"))
    }
    lacking = {part: [title for name, title in names.items() if (name, part) not in by_place] for part in parts}
    lacking = {part: titles for part, titles in lacking.items() if titles}
    if lacking:
        return Allowance(None, None, _lacking(lacking, parts, len(names)), None, ())
    rural, urban = (_mean(by_place, parts, side) for side in (RURAL, URBAN))
    used = tuple(by_place[name, part] for part in parts for name in names)
    return Allowance(rural, urban, None, "按各旗区保障人数加权（农村、城市各按本侧人数）", used)


def _lacking(lacking: Mapping[str, list[str]], parts: Mapping[str, str], wanted: int) -> str:
    blank = [part for part, titles in lacking.items() if len(titles) == wanted]
    if len(blank) == len(parts):
        return "农村牧区和城市低保标准、保障人数尚未填报"
    said = [f"{parts[part]}缺{'、'.join(titles)}" for part, titles in lacking.items() if part not in blank]
    if blank:
        said.append(f"{'、'.join(parts[part] for part in blank)}尚未填报")
    return f"全市加权所需的观测值不齐：{'；'.join(said)}"


def _mean(by_place: Mapping[tuple[str, str], Observation], parts: Iterable[str], side: str) -> Decimal:
    weighted = [
        (_per_year(by_place[f"{side}_allowance_standard", part]), by_place[f"{side}_allowance_persons", part].value)
        for part in parts
    ]
    return sum((standard * persons for standard, persons in weighted), Decimal(0)) / sum(p for _, p in weighted)


def _per_year(observation: Observation) -> Decimal:
    return observation.value * PER_YEAR[observation.unit]
