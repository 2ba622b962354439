"""Until when people put a household and rule off: kept by pair, so that a warning raised again carries it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.warnings.domain import Pair
from shared.db import driver

_IN_FORCE = """
SELECT s.household_no, s.rule_code, s.until
FROM unnest($1::text[], $2::text[]) AS p (household_no, rule_code)
JOIN warning_snooze s ON s.household_no = p.household_no AND s.rule_code = p.rule_code
WHERE s.until > $3
"""
_PUT = """
INSERT INTO warning_snooze (household_no, rule_code, until, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (household_no, rule_code) DO UPDATE
SET until = EXCLUDED.until, reason = EXCLUDED.reason, set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at
"""
_END = """
DELETE FROM warning_snooze s USING unnest($1::text[], $2::text[]) AS p (household_no, rule_code)
WHERE s.household_no = p.household_no AND s.rule_code = p.rule_code
"""


async def snoozes(conn: AsyncConnection, pairs: Sequence[Pair], today: date) -> dict[Pair, date]:
    """For each of the pairs that is put off today: the day on which it comes back."""
    rows = await (await driver(conn)).fetch(_IN_FORCE, [p[0] for p in pairs], [p[1] for p in pairs], today)
    return {(row["household_no"], row["rule_code"]): row["until"] for row in rows}


async def put_snooze(conn: AsyncConnection, pair: Pair, until: date, reason: str, by: str, now: datetime) -> None:
    """Put the pair off until that day, whatever was said before."""
    await (await driver(conn)).execute(_PUT, *pair, until, reason, by, now)


async def end_snoozes(conn: AsyncConnection, pairs: Sequence[Pair]) -> None:
    """These pairs are put off no longer."""
    await (await driver(conn)).execute(_END, [p[0] for p in pairs], [p[1] for p in pairs])
