"""Projects and assets as known at an instant, and which of them make up a number. Pure; money is yuan, to the fen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from shared.codes import divisions

FEED = "assets/ledger"
"""What these numbers rest on, beside the departments' feeds."""
TITLE = "扶贫项目资产台账"
About = Literal["projects", "assets"]


class Heard(NamedTuple):
    """What events told news of: from which day on it can matter, in which banners (12 digits; the city's code: in the
    city only)."""

    about: About
    banners: frozenset[str]
    since: date
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Project:
    """A project by the last word about it."""

    project_id: str
    code: str
    year: int
    kind: str
    division_code: str
    total: Decimal
    funds: Mapping[str, Decimal]
    event_id: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset that stands on a day. `owned`: its ownership is confirmed then; `event_ids` told both."""

    asset_id: str
    code: str
    division_code: str
    owned: bool
    event_ids: tuple[str, ...]
    known_at: datetime


class Word(NamedTuple):
    """Something that was told of a project or an asset."""

    holding_id: str
    event_id: str
    known_at: datetime


class Standing(NamedTuple):
    """Assets of one division on one day, and those whose ownership is confirmed."""

    assets: int
    owned: int

    def plus(self, other: Standing) -> Standing:
        """Both together."""
        return Standing(self.assets + other.assets, self.owned + other.owned)


class Asked(NamedTuple):
    """Which projects of a division: of some years, of some kinds (none: of all), their money from some sources."""

    division_code: str
    years: Collection[int]
    kinds: Collection[str]
    sources: Collection[str]


@dataclass(frozen=True, slots=True)
class Calculation:
    """How a number is made. `in_all`: over the plan's years up to the period's, else of its own; `amount` is what a
    project adds (None: assets are counted); `share`: of all kinds' in percent."""

    about: About
    in_all: bool = False
    amount: Callable[[Project, Collection[str]], Decimal] | None = None
    share: bool = False


def _one(_project: Project, _sources: Collection[str]) -> Decimal:
    return Decimal(1)


def _investment(project: Project, _sources: Collection[str]) -> Decimal:
    return project.total


def _funds(project: Project, sources: Collection[str]) -> Decimal:
    return sum((amount for source, amount in project.funds.items() if source in sources), Decimal(0))


CALCULATIONS: Mapping[str, Calculation] = {
    "industry_fund_share": Calculation("projects", amount=_funds, share=True),
    "investment_in_all": Calculation("projects", in_all=True, amount=_investment),
    "projects": Calculation("projects", amount=_one),
    "projects_in_all": Calculation("projects", in_all=True, amount=_one),
    "rights_confirmed": Calculation("assets"),
    "special_funds_in_all": Calculation("projects", in_all=True, amount=_funds),
}


class Counted(NamedTuple):
    """A project and what it adds to a number: itself, or yuan; `chosen` where it is of the kinds asked for."""

    project: Project
    amount: Decimal
    chosen: bool


def counted(calculation: Calculation, projects: Sequence[Project], asked: Asked) -> list[Counted]:
    """The projects behind a number, those of other kinds among them: with `share` they make up the whole. One that
    adds nothing is left out."""
    if calculation.amount is None:
        return []
    found = []
    prefix = divisions.prefix(asked.division_code)
    for project in projects:
        if project.year in asked.years and project.division_code.startswith(prefix):
            amount = calculation.amount(project, asked.sources)
            if amount:
                found.append(Counted(project, amount, not asked.kinds or project.kind in asked.kinds))
    return found
