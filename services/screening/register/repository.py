"""Questions to the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.register.domain import Household, Member, Unmatched, UnmatchedCount
from shared.db import driver
from shared.versions.models import UNPLACED

_HOUSEHOLD = """
SELECT v.source_id, v.version, v.household_no, v.division_code, s.base_status, s.lifted_year, s.policy_entitled
FROM record_version v JOIN household_state s ON s.source_id = v.source_id AND s.version = v.version
WHERE v.kind = 17 AND v.household_no = $1
    AND v.visible_from <= $3 AND $3 < v.visible_to AND v.effective_on <= $2 AND $2 < v.holds_to
ORDER BY v.effective_on DESC, v.version DESC, v.source_id DESC
LIMIT 1
"""
_MEMBERS = """
SELECT person_key, relation, labour FROM (
    SELECT DISTINCT ON (p.person_key) p.person_key, p.household_no, p.relation, p.labour
    FROM member p JOIN record_version v ON v.kind = 17 AND v.source_id = p.source_id AND v.version = p.version
    WHERE p.person_key IN (SELECT q.person_key FROM member q WHERE q.household_no = $1)
        AND v.visible_from <= $3 AND $3 < v.visible_to AND v.effective_on <= $2 AND $2 < v.holds_to
    ORDER BY p.person_key, v.effective_on DESC, v.version DESC, v.source_id DESC
) belongs WHERE household_no = $1 ORDER BY relation <> 'head', person_key
"""
# What departments tell of persons whom no household names; a benefit tells of those it covers.
_UNMATCHED = f"""
WITH lone AS MATERIALIZED (
    SELECT p.person_key FROM person p
    WHERE p.person_key > $4 AND NOT EXISTS (
        SELECT FROM member m JOIN record_version v
            ON v.kind = 17 AND v.source_id = m.source_id AND v.version = m.version
        WHERE m.person_key = p.person_key
            AND v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to)
), told AS (
    SELECT l.person_key, v.kind, v.source_id, v.division_code, v.known_at, v.first_known_at
    FROM lone l JOIN record_version v ON v.subject_key = l.person_key
    WHERE v.visible_from <= $2 AND $2 < v.visible_to
    UNION ALL
    SELECT l.person_key, v.kind, v.source_id, v.division_code, v.known_at, v.first_known_at
    FROM lone l JOIN covered c ON c.person_key = l.person_key
    JOIN record_version v ON v.kind = c.kind AND v.source_id = c.source_id AND v.version = c.version
    WHERE v.visible_from <= $2 AND $2 < v.visible_to
), found AS (
    SELECT person_key, array_agg(DISTINCT kind ORDER BY kind) AS kinds,
        count(DISTINCT (kind, source_id)) AS records,
        (array_agg(left(division_code, 6) || '000000' ORDER BY known_at DESC, source_id)
            FILTER (WHERE division_code IS NOT NULL))[1] AS division_code,
        min(first_known_at) AS first_known_at, max(known_at) AS newest_known_at
    FROM told GROUP BY person_key
), seen AS (
    SELECT * FROM found WHERE starts_with(coalesce(division_code, '{UNPLACED}'), $3)
)
"""
_UNMATCHED_PAGE = f"""{_UNMATCHED}
SELECT person_key, division_code, kinds, records, first_known_at, newest_known_at
FROM seen ORDER BY person_key LIMIT $5
"""
_UNMATCHED_COUNTS = f"""{_UNMATCHED}
SELECT division_code, count(*) FROM seen GROUP BY division_code ORDER BY division_code NULLS LAST
"""


async def household(conn: AsyncConnection, household_no: str, as_of: date, known_at: datetime) -> Household | None:
    """The household and who belongs to it at (D, T), or None."""
    db = await driver(conn)
    found = await db.fetchrow(_HOUSEHOLD, household_no, as_of, known_at)
    if found is None:
        return None
    members = await db.fetch(_MEMBERS, household_no, as_of, known_at)
    return Household(
        found["household_no"],
        found["division_code"],
        found["base_status"],
        found["lifted_year"],
        found["policy_entitled"],
        tuple(Member(*member) for member in members),
    )


async def add_income_stops(conn: AsyncConnection, rows: Sequence[tuple[str, str, str, date, datetime]]) -> None:
    """Store (event_id, asset_id, household_no, stopped_on, known_at); what is there already stays."""
    db = await driver(conn)
    await db.execute(
        """INSERT INTO asset_income_stop (event_id, asset_id, household_no, stopped_on, known_at)
           SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::timestamptz[])
           ON CONFLICT DO NOTHING""",
        *[[row[column] for row in rows] for column in range(5)],
    )


async def unmatched(
    conn: AsyncConnection, as_of: date, known_at: datetime, prefix: str, after: str, limit: int
) -> list[Unmatched]:
    """Persons with records whom no household names at (D, T), after a person key, in their order."""
    db = await driver(conn)
    found = await db.fetch(_UNMATCHED_PAGE, as_of, known_at, prefix, after, limit)
    return [Unmatched(r[0], r[1], tuple(r[2]), r[3], r[4], r[5]) for r in found]


async def unmatched_counts(conn: AsyncConnection, as_of: date, known_at: datetime, prefix: str) -> list[UnmatchedCount]:
    """How many there are by banner."""
    db = await driver(conn)
    return [UnmatchedCount(*r) for r in await db.fetch(_UNMATCHED_COUNTS, as_of, known_at, prefix, "")]
