"""The lock that batches share with whoever must wait for them, and the planner's picture of the projection."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver

_BATCHES = "hashtextextended('xianjie.screening.sweep', 0)"
_STRANGE = """
SELECT c.relname
FROM pg_class c, LATERAL (SELECT pg_relation_size(c.oid) / current_setting('block_size')::int AS now) pages
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    AND (c.relname = ANY($1) OR c.relname LIKE 'record\\_version\\_%') AND pages.now > 8
    AND (pages.now > 2 * greatest(c.relpages, 4)
        OR NOT EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = current_schema() AND s.tablename = c.relname))
"""
_PROJECTION = [
    *("member", "household_state", "covered", "household_facts"),
    *("warning", "warning_evidence", "warning_change", "clue"),
]


async def share_batches_lock(conn: AsyncConnection) -> None:
    """Hold the batches' lock beside other batches until this transaction ends."""
    await (await driver(conn)).execute(f"SELECT pg_advisory_xact_lock_shared({_BATCHES})")


async def wait_for_batches(conn: AsyncConnection) -> None:
    """Wait until every batch that has begun is committed; no other begins before this transaction ends."""
    await (await driver(conn)).execute(f"SELECT pg_advisory_xact_lock({_BATCHES})")


async def strange_to_planner(conn: AsyncConnection) -> list[str]:
    """Tables of the projection that have doubled since the planner last looked, or that it never saw."""
    return [row["relname"] for row in await (await driver(conn)).fetch(_STRANGE, _PROJECTION)]


async def analyse(conn: AsyncConnection, tables: Sequence[str]) -> None:
    """Let the planner look at these tables now, this transaction's own rows included."""
    await (await driver(conn)).execute(f"ANALYZE {', '.join(sorted(tables))}")
