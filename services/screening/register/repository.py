"""Questions to the register."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.register.domain import Household, Member
from shared.db import driver

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
