"""Counting units by city, banner and township in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort.domain import Arrival, Count, IncomeCount
from services.indicators.cohort.repository.people import Scope
from services.indicators.cohort.repository.units import COVERAGES, INCOMES
from shared.codes import divisions
from shared.db import driver

# A household known to its banner only has no township row, one known to the city only no banner row.
_BY_PLACE = """
SELECT u.day, rpad(coalesce(u.township, u.banner, left(u.city, 4)), 12, '0') AS division_code, {columns}
FROM (
    SELECT units.*, left(division_code, 4) AS city, left(division_code, 6) AS banner,
        left(division_code, 9) AS township
    FROM units
) u
GROUP BY GROUPING SETS ((u.day, u.city), (u.day, u.banner), (u.day, u.township))
HAVING coalesce(right(u.township, 3) <> '000', right(u.banner, 2) <> '00', true)
"""
_COUNTED = _BY_PLACE.format(
    columns="""
    count(*) FILTER (WHERE NOT u.undecided)::int AS denominator,
    count(*) FILTER (WHERE u.covered AND NOT u.undecided)::int AS numerator,
    count(*) FILTER (WHERE u.recorded AND NOT u.undecided)::int AS recorded,
    count(*) FILTER (WHERE u.sourced AND NOT u.undecided)::int AS sourced,
    count(*) FILTER (WHERE u.doubtful AND NOT u.undecided)::int AS doubtful,
    count(DISTINCT nullif(u.household_no, '')) FILTER (WHERE NOT u.undecided)::int AS households,
    (count(DISTINCT nullif(u.household_no, '')) FILTER (WHERE NOT u.undecided)
        - count(DISTINCT nullif(u.household_no, '')) FILTER (WHERE NOT u.covered AND NOT u.undecided))::int
        AS households_covered,
    count(*) FILTER (WHERE u.undecided)::int AS undecided"""
)
_EARNED = _BY_PLACE.format(
    columns="""
    count(*) FILTER (WHERE u.covered)::int AS households,
    count(*) FILTER (WHERE NOT u.covered)::int AS without,
    count(*) FILTER (WHERE u.sourced)::int AS sourced,
    coalesce(sum(u.net_fen) FILTER (WHERE u.covered), 0)::bigint AS net_fen,
    coalesce(sum(u.heads) FILTER (WHERE u.covered), 0)::bigint AS heads,
    coalesce(sum(u.net_before_fen) FILTER (WHERE u.covered), 0)::bigint AS net_before_fen,
    coalesce(sum(u.heads_before) FILTER (WHERE u.covered), 0)::bigint AS heads_before"""
)


async def counts(
    conn: AsyncConnection, name: str, days: Sequence[date], known_at: datetime, scope: Scope
) -> list[Count]:
    """The units of a calculation by division and day; in a scope of banners without the city's row."""
    calculation = COVERAGES[name]
    db = await driver(conn)
    arguments = scope.arguments(calculation.base, days, known_at)
    rows = await db.fetch(calculation.statement(scope.asked) + _COUNTED, *arguments)
    return [Count(**dict(row)) for row in rows if scope.asked != "banners" or row["division_code"] != divisions.CITY]


async def incomes(conn: AsyncConnection, days: Sequence[date], known_at: datetime) -> list[IncomeCount]:
    """Lifted households and their incomes by division and year; `days` are last days of years."""
    db = await driver(conn)
    rows = await db.fetch(INCOMES.statement("all") + _EARNED, list(days), known_at)
    return [IncomeCount(**dict(row)) for row in rows]


async def arrivals(conn: AsyncConnection, known_at: datetime) -> list[Arrival]:
    """When each banner was heard of in each feed, as known at T."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT kind, banner_code, max(known_hour) AS newest_known_at,
               (min(known_hour) AT TIME ZONE 'Asia/Shanghai')::date AS first_on,
               (max(known_hour) AT TIME ZONE 'Asia/Shanghai')::date AS newest_on
           FROM feed_arrival WHERE known_hour <= $1 GROUP BY kind, banner_code""",
        known_at,
    )
    return [Arrival(**dict(row)) for row in rows]
