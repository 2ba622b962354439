"""Every SQL statement of the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import changed, driver

KEEP = timedelta(days=60)
"""Topics keep 30 days, so an id is remembered for longer than its message can come back."""
IDLE_IN_TRANSACTION_SECONDS = 20
PURGE_AT_ONCE = 50_000

_NEW = """
INSERT INTO inbox (event_id, seen_at) SELECT unnest($1::text[]), $2
ON CONFLICT (event_id) DO NOTHING RETURNING event_id"""
_PURGE = f"""
DELETE FROM inbox WHERE event_id IN (SELECT event_id FROM inbox WHERE seen_at < $1 LIMIT {PURGE_AT_ONCE})"""


async def new_ids(conn: AsyncConnection, ids: Iterable[str], seen_at: datetime) -> set[str]:
    """Those of `ids` that were never seen here; they are remembered if the transaction commits.

    Inserted in order of id, so that two workers with the same ids wait for each other and never deadlock. The
    second to come waits for the first, and finds nothing new if that one commits.
    """
    rows = await (await driver(conn)).fetch(_NEW, sorted(ids), seen_at)
    return {row["event_id"] for row in rows}


async def limit_idle(conn: AsyncConnection) -> None:
    """A worker that is stopped inside this transaction may not hold its locks for longer than 20 s."""
    await (await driver(conn)).execute(
        f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_SECONDS}s'"
    )


async def purge(conn: AsyncConnection, before: datetime) -> int:
    """Forget up to `PURGE_AT_ONCE` ids seen before `before`; how many."""
    status = await (await driver(conn)).execute(_PURGE, before)
    return changed(status)
