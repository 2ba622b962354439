"""Who belongs to the cohort at (D, T) and who of them is covered.

Every coverage is a list of units first (`*_UNITS`: one row a person, with its division, its
household and whether it counts in the numerator) and a count of that list second, so that the
households behind a number can be listed by the very query that counted them.
$1 = days (date[]), $2 = T (timestamptz).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort.domain import Arrival, Count
from shared.db import driver

_VISIBLE = "v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= {day} AND {day} < v.holds_to"

# A household or person is taken from the visible household version naming it with the greatest
# (effective_on, version, source_id) (screening §1). Only households that were ever lifted are read:
# a twentieth of all.
_COHORT = f"""
WITH d AS MATERIALIZED (SELECT DISTINCT unnest($1::date[]) AS day),
candidate AS MATERIALIZED (
    SELECT DISTINCT v.household_no
    FROM household_state s
    JOIN record_version v ON v.kind = 17 AND v.source_id = s.source_id AND v.version = s.version
    WHERE s.base_status = 'lifted'
),
lifted AS MATERIALIZED (
    SELECT h.day, h.household_no, h.division_code
    FROM (
        SELECT DISTINCT ON (d.day, v.household_no) d.day, v.household_no, v.division_code, s.base_status
        FROM candidate c
        JOIN record_version v ON v.kind = 17 AND v.household_no = c.household_no
        JOIN household_state s ON s.source_id = v.source_id AND s.version = v.version
        JOIN d ON {_VISIBLE.format(day="d.day")}
        ORDER BY d.day, v.household_no, v.effective_on DESC, v.version DESC, v.source_id DESC
    ) h
    WHERE h.base_status = 'lifted'
),
named AS MATERIALIZED (
    SELECT DISTINCT p.person_key FROM member p WHERE p.household_no IN (SELECT l.household_no FROM lifted l)
),
belongs AS (
    SELECT DISTINCT ON (d.day, p.person_key) d.day, p.person_key, p.household_no, p.insurance_exempt
    FROM named n
    JOIN member p ON p.person_key = n.person_key
    JOIN record_version v ON v.kind = 17 AND v.source_id = p.source_id AND v.version = p.version
    JOIN d ON {_VISIBLE.format(day="d.day")}
    ORDER BY d.day, p.person_key, v.effective_on DESC, v.version DESC, v.source_id DESC
),
m AS MATERIALIZED (
    SELECT b.day, b.person_key, b.household_no, l.division_code, b.insurance_exempt
    FROM belongs b JOIN lifted l ON l.day = b.day AND l.household_no = b.household_no
)
"""

# Insured in either scheme counts once; the insurance year is D's calendar year, without grace.
INSURED_UNITS = f"""
, units AS (
SELECT m.day, m.division_code, m.household_no, m.person_key,
    coalesce(e.enrolled, false) AS covered, e.recorded, e.sourced, false AS doubtful
FROM m
LEFT JOIN LATERAL (
    SELECT bool_or(v.flag) FILTER (WHERE {_VISIBLE.format(day="m.day")}) AS enrolled,
        count(*) FILTER (WHERE {_VISIBLE.format(day="m.day")}) > 0 AS recorded,
        count(*) > 0 AS sourced
    FROM record_version v
    WHERE v.kind = 7 AND v.subject_key = m.person_key AND v.year = extract(year FROM m.day)::int AND v.known_at <= $2
) e ON true
WHERE NOT m.insurance_exempt
)
"""

# The newest appraisal of any member stands for the house (the head may have changed since); C and D
# count once a renovation, rebuilt or rented or public housing was accepted after it. Houses carry
# their members along as an array: joining two of these lists again costs the planner's guess of one
# row, and that was half a minute for 17,000 persons.
HOUSED_UNITS = f"""
, house AS MATERIALIZED (
    SELECT m.day, m.household_no, m.division_code, array_agg(m.person_key) AS members
    FROM m GROUP BY m.day, m.household_no, m.division_code
),
units AS (
    SELECT h.day, h.division_code, h.household_no, unnest(h.members) AS person_key,
        coalesce(a.grade <= 2 OR r.accepted, false) AS covered,
        a.grade IS NOT NULL AS recorded,
        s.sourced,
        coalesce(a.grade >= 3 AND NOT r.accepted, false) AS doubtful
    FROM house h
    LEFT JOIN LATERAL (
        SELECT v.grade, v.happened_on
        FROM record_version v
        WHERE v.kind = 9 AND v.subject_key = ANY(h.members) AND v.happened_on <= h.day
            AND {_VISIBLE.format(day="h.day")}
        ORDER BY v.happened_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) a ON true
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT 1 FROM record_version v
            WHERE v.kind = 9 AND v.subject_key = ANY(h.members) AND v.happened_on <= h.day AND v.known_at <= $2
        ) AS sourced
    ) s
    CROSS JOIN LATERAL (
        SELECT a.grade >= 3 AND EXISTS (
            SELECT 1 FROM record_version v
            WHERE v.kind = 10 AND v.subject_key = ANY(h.members) AND v.flag
                AND v.ends_on BETWEEN a.happened_on AND h.day AND {_VISIBLE.format(day="h.day")}
        ) AS accepted
    ) r
)
"""

# City, banners and townships in one pass; a household known to its banner only has no township
# row, one known to the city only no banner row.
_COUNTED = """
SELECT u.day,
    rpad(coalesce(u.township, u.banner, left(u.city, 4)), 12, '0') AS division_code,
    count(*)::int AS denominator,
    count(*) FILTER (WHERE u.covered)::int AS numerator,
    count(*) FILTER (WHERE u.recorded)::int AS recorded,
    count(*) FILTER (WHERE u.sourced)::int AS sourced,
    count(*) FILTER (WHERE u.doubtful)::int AS doubtful,
    count(DISTINCT u.household_no)::int AS households,
    (count(DISTINCT u.household_no)
        - count(DISTINCT u.household_no) FILTER (WHERE NOT u.covered))::int AS households_covered
FROM (
    SELECT units.*, left(division_code, 4) AS city, left(division_code, 6) AS banner,
        left(division_code, 9) AS township
    FROM units
) u
GROUP BY GROUPING SETS ((u.day, u.city), (u.day, u.banner), (u.day, u.township))
HAVING coalesce(right(u.township, 3) <> '000', right(u.banner, 2) <> '00', true)
"""


async def insured(conn: AsyncConnection, days: Sequence[date], known_at: datetime) -> list[Count]:
    """Members of lifted households who must be insured, and who are, by division and day."""
    return await _count(conn, INSURED_UNITS, days, known_at)


async def housed(conn: AsyncConnection, days: Sequence[date], known_at: datetime) -> list[Count]:
    """Members of lifted households, and those who live in a safe house, by division and day."""
    return await _count(conn, HOUSED_UNITS, days, known_at)


async def _count(conn: AsyncConnection, units: str, days: Sequence[date], known_at: datetime) -> list[Count]:
    db = await driver(conn)
    rows = await db.fetch(_COHORT + units + _COUNTED, list(days), known_at)
    return [Count(**dict(row)) for row in rows]


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
