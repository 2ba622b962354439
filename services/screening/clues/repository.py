"""Questions to the worklist. Each is answered by an index, or from a row a village, grade and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.clues.domain import ClueKey
from services.screening.warnings.domain import HouseholdWarning
from services.screening.warnings.repository import unverified_of
from shared.db import driver

_KEY = """
c.household_no, c.division_code, c.rank, nullif(c.due_at, 'infinity') AS due_at, c.raised_at,
nullif(c.shown_from, '-infinity') AS shown_from
"""
_WHERE = """
c.division_code LIKE $1 AND (c.shown_from > $2) = $3 AND ($4::smallint IS NULL OR c.rank = $4)
    AND ($5::smallint IS NULL
        OR (c.rank, c.due_at, c.household_no) > ($5, coalesce($6::timestamptz, 'infinity'), $7::text))
ORDER BY c.rank, c.due_at, c.household_no LIMIT $8
"""
# The banner's index begins with it: one walk in the worklist's order, whatever lies in other banners.
_PAGE = f"SELECT {_KEY} FROM clue c WHERE {_WHERE}"
_PAGE_OF_BANNER = f"SELECT {_KEY} FROM clue c WHERE left(c.division_code, 6) = left($1, 6) AND {_WHERE}"
_ONE = f"SELECT {_KEY} FROM clue c WHERE c.household_no = $1 AND c.division_code LIKE $2"
# Overdue by a whole day is told by the counts; what became overdue since midnight is few, and looked up.
_COUNTS = """
SELECT left(division_code, $2) AS place, rank, sum(clues) FILTER (WHERE shown_from <= $3) AS clues,
    sum(warnings) FILTER (WHERE shown_from <= $3) AS warnings,
    sum(clues) FILTER (WHERE shown_from <= $3 AND due_on < $3) AS overdue,
    sum(clues) FILTER (WHERE shown_from > $3) AS snoozed
FROM clue_count WHERE division_code LIKE $1 GROUP BY 1, 2
"""
_DUE_SINCE = """
SELECT left(division_code, $2) AS place, count(*) AS overdue FROM clue
WHERE rank = ANY('{1,2,3}') AND due_at >= $4 AND due_at < $5 AND shown_from <= $3 AND division_code LIKE $1
"""
_DUE_SINCE_MIDNIGHT = f"{_DUE_SINCE} GROUP BY 1"
_DUE_SINCE_MIDNIGHT_OF_BANNER = f"{_DUE_SINCE} AND left(division_code, 6) = left($1, 6) GROUP BY 1"


@dataclass(frozen=True, slots=True)
class After:
    """The sort key of the last clue of a page; `due_at` None is after all days."""

    rank: int
    due_at: datetime | None
    household_no: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What the counts say of one place and rank."""

    place: str
    rank: int
    clues: int
    warnings: int
    overdue: int
    snoozed: int


def _in_banner(prefix: str) -> bool:
    return len(prefix) >= 6


async def page(
    conn: AsyncConnection, prefix: str, today: date, *, snoozed: bool, rank: int | None, after: After | None, limit: int
) -> list[ClueKey]:
    """The first clues in the divisions after `after`; those put off beyond today, or the others."""
    key = (None, None, None) if after is None else (after.rank, after.due_at, after.household_no)
    sql = _PAGE_OF_BANNER if _in_banner(prefix) else _PAGE
    rows = await (await driver(conn)).fetch(sql, f"{prefix}%", today, snoozed, rank, *key, limit)
    return [_key(row) for row in rows]


async def one(conn: AsyncConnection, household_no: str, prefix: str) -> ClueKey | None:
    """The clue of a household, if it is within the divisions."""
    row = await (await driver(conn)).fetchrow(_ONE, household_no, f"{prefix}%")
    return None if row is None else _key(row)


async def warnings_of(
    conn: AsyncConnection, households: Sequence[str]
) -> dict[str, list[tuple[HouseholdWarning, str]]]:
    """The unverified warnings of these households with their rules' titles."""
    found: dict[str, list[tuple[HouseholdWarning, str]]] = defaultdict(list)
    for warning, title in await unverified_of(conn, households):
        found[warning.household_no].append((warning, title))
    return found


async def tallies(conn: AsyncConnection, prefix: str, digits: int, today: date) -> list[Tally]:
    """Per place (the first `digits` of the code) and rank; overdue are those due before today."""
    rows = await (await driver(conn)).fetch(_COUNTS, f"{prefix}%", digits, today)
    return [Tally(row["place"], row["rank"], *(row[name] or 0 for name in Tally.__slots__[2:])) for row in rows]


async def due_since(
    conn: AsyncConnection, prefix: str, digits: int, today: date, midnight: datetime, now: datetime
) -> dict[str, int]:
    """Per place: the clues that became overdue since midnight."""
    sql = _DUE_SINCE_MIDNIGHT_OF_BANNER if _in_banner(prefix) else _DUE_SINCE_MIDNIGHT
    rows = await (await driver(conn)).fetch(sql, f"{prefix}%", digits, today, midnight, now)
    return {row["place"]: row["overdue"] for row in rows}


def _key(row: asyncpg.Record) -> ClueKey:
    return ClueKey(*row)
