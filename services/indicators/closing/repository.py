"""Statements of the room."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.closing.domain import Closing, ClosingState
from shared.db import driver

LOCK_SECONDS = 10
"""A pass takes less; longer than this nobody waits for an answer."""
_COLUMNS = "closing_id, period, state, note, proposed_by, proposed_at, decided_by, decided_at, reason"
_ADD = f"""
INSERT INTO period_closing ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (period) WHERE state <> 'rejected' DO NOTHING
RETURNING {_COLUMNS}
"""
_DECIDE = """
UPDATE period_closing SET state = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE closing_id = $1
"""
_PAGE = f"""
SELECT {_COLUMNS} FROM period_closing
WHERE ($1::text IS NULL OR period = $1) AND ($2::text IS NULL OR state = $2)
    AND ($3::uuid IS NULL OR closing_id < $3)
ORDER BY closing_id DESC LIMIT $4
"""


async def closed_at(conn: AsyncConnection, periods: Collection[str]) -> dict[str, datetime]:
    """When each of these periods was closed; the ones that are open are not in it."""
    rows = await (await driver(conn)).fetch(
        "SELECT period, decided_at FROM period_closing WHERE state = 'approved' AND period = ANY($1::text[])",
        list(periods),
    )
    return {row["period"]: row["decided_at"] for row in rows}


async def hold_passes(conn: AsyncConnection) -> bool:
    """Take the pass's lock (values.repository.try_lock) until this transaction ends, when no pass is half-way;
    False when one runs for too long, and then the transaction can only be given up."""
    db = await driver(conn)
    await db.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    try:
        await db.execute("SELECT pg_advisory_xact_lock(hashtext('xianjie.indicators.pass'))")
    except asyncpg.LockNotAvailableError:
        return False
    return True


async def add(conn: AsyncConnection, closing: Closing) -> Closing | None:
    """Store a proposal; None when the period has one that waits or was approved."""
    row = await (await driver(conn)).fetchrow(_ADD, *(getattr(closing, name) for name in _COLUMNS.split(", ")))
    return _closing(row)


async def standing(conn: AsyncConnection, period: str) -> Closing | None:
    """The closing of a period that waits or was approved."""
    row = await (await driver(conn)).fetchrow(
        f"SELECT {_COLUMNS} FROM period_closing WHERE period = $1 AND state <> 'rejected'", period
    )
    return _closing(row)


async def find(conn: AsyncConnection, closing_id: UUID, *, lock: bool = False) -> Closing | None:
    """One closing, locked when it is about to be decided."""
    statement = f"SELECT {_COLUMNS} FROM period_closing WHERE closing_id = $1{' FOR UPDATE' if lock else ''}"
    return _closing(await (await driver(conn)).fetchrow(statement, closing_id))


async def decide(conn: AsyncConnection, decided: Closing) -> None:
    """Store the decision."""
    await (await driver(conn)).execute(
        _DECIDE, decided.closing_id, decided.state, decided.decided_by, decided.decided_at, decided.reason
    )


async def page(
    conn: AsyncConnection, *, period: str | None, state: ClosingState | None, after: UUID | None, limit: int
) -> list[Closing]:
    """The newest proposals first."""
    rows = await (await driver(conn)).fetch(_PAGE, period, state, after, limit)
    return [Closing(**dict(row)) for row in rows]


def _closing(row: Any) -> Closing | None:
    return None if row is None else Closing(**dict(row))
