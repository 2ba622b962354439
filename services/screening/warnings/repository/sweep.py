"""What a sweep asks, what it remembers, and the planner's picture of the projection."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.warnings.domain import Swept
from shared.db import driver

_SWEEP_LOCK = "hashtextextended('xianjie.screening.sweep', 0)"
_REMEMBER_SWEPT = """
INSERT INTO warning_sweep (banner_code, as_of, speaking) VALUES ($1, $2, $3)
ON CONFLICT (banner_code) DO UPDATE SET as_of = EXCLUDED.as_of, speaking = EXCLUDED.speaking
"""
_HOUSEHOLDS = """
SELECT household_no FROM household_facts
WHERE division_code LIKE $1 AND household_no > $2 ORDER BY household_no LIMIT $3
"""
_STRANGE = """
SELECT c.relname
FROM pg_class c, LATERAL (SELECT pg_relation_size(c.oid) / current_setting('block_size')::int AS now) pages
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    AND (c.relname = ANY($1) OR c.relname LIKE 'record\\_version\\_%') AND pages.now > 8
    AND (pages.now > 2 * greatest(c.relpages, 4)
        OR NOT EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = current_schema() AND s.tablename = c.relname))
"""
_PROJECTION = ["member", "household_state", "household_facts", "warning", "warning_evidence", "warning_change"]


async def share_sweep_lock(conn: AsyncConnection) -> None:
    """Hold the sweep lock beside other batches until this transaction ends."""
    await (await driver(conn)).execute(f"SELECT pg_advisory_xact_lock_shared({_SWEEP_LOCK})")


async def wait_for_sharers(conn: AsyncConnection) -> None:
    """Wait until every transaction that shares the sweep lock now has ended."""
    await (await driver(conn)).execute(f"SELECT pg_advisory_xact_lock({_SWEEP_LOCK})")


async def swept(conn: AsyncConnection) -> dict[str, Swept]:
    """What each banner was last brought to."""
    rows = await (await driver(conn)).fetch("SELECT banner_code, as_of, speaking FROM warning_sweep")
    return {row["banner_code"]: Swept(row["as_of"], frozenset(row["speaking"])) for row in rows}


async def remember_swept(conn: AsyncConnection, banner: str, state: Swept) -> None:
    """The banner's households are at `state` now."""
    await (await driver(conn)).execute(_REMEMBER_SWEPT, banner, state.as_of, sorted(state.speaking))


async def households_in(conn: AsyncConnection, division_prefix: str, after: str, limit: int) -> list[str]:
    """Household numbers with a row of facts in the divisions, in order, from after `after`."""
    rows = await (await driver(conn)).fetch(_HOUSEHOLDS, f"{division_prefix}%", after, limit)
    return [row["household_no"] for row in rows]


async def strange_to_planner(conn: AsyncConnection) -> list[str]:
    """Tables of the projection that have doubled since the planner last looked, or that it never saw."""
    return [row["relname"] for row in await (await driver(conn)).fetch(_STRANGE, _PROJECTION)]


async def analyse(conn: AsyncConnection, tables: Sequence[str]) -> None:
    """Let the planner look at these tables now, this transaction's own rows included."""
    await (await driver(conn)).execute(f"ANALYZE {', '.join(sorted(tables))}")
