"""Keeping the projection, and asking it who is covered, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import repository
from services.indicators.cohort.domain import (
    HOUSEHOLD,
    INCOME,
    KINDS,
    MONITORED,
    Count,
    Coverage,
    IncomeMean,
    Touched,
)
from services.indicators.cohort.judging import Judge, Question
from services.indicators.cohort.projecting import apply, claim, settle
from services.indicators.cohort.repository import EVERYTHING, Calculation, Scope
from services.indicators.cohort.tracing import changed, contributions, units_of_record
from shared.codes import divisions

__all__ = [
    "CALCULATIONS",
    "INCOMES",
    "INCOMES_ASKED",
    "Touched",
    "apply",
    "changed",
    "claim",
    "contributions",
    "counts",
    "coverage",
    "feeds_of",
    "income",
    "judge",
    "settle",
    "units_of_record",
]

_WORDS = {
    "cohort": ("脱贫户、监测对象", "脱贫户和监测对象名册"),
    "children": ("持证残疾儿童少年", "持证儿童名册"),
    "sites": ("有劳动能力的集中安置搬迁户", "搬迁户名册"),
}
INCOMES_ASKED = Question(INCOME, None, HOUSEHOLD, (), "脱贫户", "脱贫户名册")


_NARROWER = {
    "schooled_members": "脱贫户、监测对象中的义务教育适龄成员",
    "insured_members": "脱贫户、监测对象中的应参保成员",
    "linked_households": "享受政策的脱贫户和监测户",
}
"""Whom a calculation is about when that is not everybody of its base: those may be there and none of these."""


def _question(name: str, calculation: Calculation) -> Question:
    whom, listed = _WORDS[calculation.base]
    whom = _NARROWER.get(name, whom)
    also = {"cohort": (MONITORED,), "children": (HOUSEHOLD,), "sites": ()}[calculation.base]
    return Question(calculation.main, calculation.further, calculation.roll, also, whom, listed)


CALCULATIONS: Mapping[str, Question] = {name: _question(name, one) for name, one in repository.COVERAGES.items()}
"""The coverages by name: what `coverage` and `counts` answer."""
INCOMES = frozenset(repository.ALL) - frozenset(CALCULATIONS)
"""The names whose units are lifted households with their incomes: what `income` answers."""


def feeds_of(name: str) -> frozenset[str]:
    """The feeds (`department/kind`) that have a say in a calculation; KeyError for an unknown `name`."""
    return frozenset(KINDS[kind] for kind in repository.ALL[name].kinds)


async def counts(
    conn: AsyncConnection, name: str, days: Sequence[date], known_at: datetime, banners: Collection[str] | None = None
) -> list[Count]:
    """The counts of a calculation by day and division (divisions without units are absent), by one statement.

    With `banners` (12 digits) only theirs and their townships', and no city row: what is known to the city only is
    in a count of everything. KeyError for an unknown `name`.
    """
    scope = EVERYTHING if banners is None else Scope("banners", tuple(sorted(code[:6] for code in banners)))
    return await repository.counts(conn, name, days, known_at, scope)


async def judge(
    conn: AsyncConnection,
    name: str,
    counted: Sequence[Count],
    days: Sequence[date],
    known_at: datetime,
    division_codes: Sequence[str],
) -> dict[tuple[date, str], Coverage]:
    """Counts with what the feeds' silence means, as known at T; the banners' own counts must be among them."""
    judge_ = Judge(CALCULATIONS[name], await repository.arrivals(conn, known_at), _banners())
    return judge_.coverages(counted, days, division_codes)


async def coverage(
    conn: AsyncConnection,
    name: str,
    days: Sequence[date],
    known_at: datetime,
    division_codes: Sequence[str],
    banners: Collection[str] | None = None,
) -> dict[tuple[date, str], Coverage]:
    """Coverage by (day, division) as known at T, by one counting statement; KeyError for an unknown `name`.

    With `banners` only the divisions in them are answered.
    """
    counted = await counts(conn, name, days, known_at, banners)
    asked = [code for code in division_codes if banners is None or divisions.banner_of(code) in banners]
    return await judge(conn, name, counted, days, known_at, asked)


async def income(
    conn: AsyncConnection, years: Sequence[int], known_at: datetime, division_codes: Sequence[str]
) -> dict[tuple[int, str], IncomeMean]:
    """Incomes of the lifted households by (year, division), of the twelve months to December and those before, of the
    households lifted on 31 December of the year, as known at T."""
    found = await repository.incomes(conn, sorted({date(year, 12, 31) for year in years}), known_at)
    judge_ = Judge(INCOMES_ASKED, await repository.arrivals(conn, known_at), _banners())
    return judge_.means(found, years, division_codes)


def _banners() -> dict[str, str]:
    return {d.code: d.name for d in divisions.all_divisions() if d.level == "banner"}
