"""The locks under which submissions of several parts are received: held by a session, so that they end with it."""

from __future__ import annotations

from sqlalchemy import BigInteger, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

_HELD = text("""
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = :number
)
""")


async def try_lock(conn: AsyncConnection, number: int) -> bool:
    """Whether this session now holds advisory lock `number`, until `unlock` or its end; never waits."""
    return bool(await conn.scalar(select(func.pg_try_advisory_lock(cast(number, BigInteger)))))


async def unlock(conn: AsyncConnection, number: int) -> None:
    """Give the lock back."""
    await conn.execute(select(func.pg_advisory_unlock(cast(number, BigInteger))))


async def is_held(conn: AsyncConnection, number: int) -> bool:
    """Whether any session holds the lock."""
    return bool(await conn.scalar(_HELD, {"number": number}))
