"""What each banner was last brought to, and its households."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.runs.domain import Swept
from shared.db import driver

_SWEPT = "SELECT banner_code, as_of, speaking, basis, facts_basis FROM warning_sweep"
_REMEMBER = """
INSERT INTO warning_sweep (banner_code, as_of, speaking, basis, facts_basis) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (banner_code) DO UPDATE
SET as_of = EXCLUDED.as_of, speaking = EXCLUDED.speaking, basis = EXCLUDED.basis, facts_basis = EXCLUDED.facts_basis
"""
_HOUSEHOLDS = """
SELECT household_no FROM household_facts
WHERE division_code LIKE $1 AND household_no > $2 ORDER BY household_no LIMIT $3
"""


async def swept(conn: AsyncConnection) -> dict[str, Swept]:
    """What each banner was last brought to."""
    rows = await (await driver(conn)).fetch(_SWEPT)
    return {
        row["banner_code"]: Swept(row["as_of"], frozenset(row["speaking"]), row["basis"], row["facts_basis"])
        for row in rows
    }


async def remember_swept(conn: AsyncConnection, banner: str, state: Swept) -> None:
    """The banner's households are at `state` now."""
    await (await driver(conn)).execute(
        _REMEMBER, banner, state.as_of, sorted(state.speaking), state.basis, state.facts_basis
    )


async def households_in(conn: AsyncConnection, division_prefix: str, after: str, limit: int) -> list[str]:
    """Household numbers with a row of facts in the divisions, in order, from after `after`."""
    rows = await (await driver(conn)).fetch(_HOUSEHOLDS, f"{division_prefix}%", after, limit)
    return [row["household_no"] for row in rows]
