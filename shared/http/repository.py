"""The statements of this package: readiness and idempotency keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.http.models import idempotency_key


class StoredAnswer(Protocol):
    """An answer as it lies in the table."""

    @property
    def status(self) -> int: ...
    @property
    def media_type(self) -> str: ...
    @property
    def headers(self) -> Any: ...
    @property
    def body(self) -> bytes: ...


async def migrated_to(conn: AsyncConnection) -> set[str]:
    """The alembic revisions that this database stands at; empty when it was never migrated."""
    exists = await conn.scalar(text("SELECT to_regclass('alembic_version')"))
    if exists is None:
        return set()
    return set(await conn.scalars(text("SELECT version_num FROM alembic_version")))


async def answers(conn: AsyncConnection) -> None:
    """One round trip; raises what the driver raises when the database is away."""
    await conn.execute(text("SELECT 1"))


async def try_lock(conn: AsyncConnection, number: int) -> bool:
    """Whether this transaction now holds advisory lock `number`; never waits."""
    held = await conn.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(sa.cast(number, sa.BigInteger))))
    return bool(held)


async def kept_answer(conn: AsyncConnection, digest: bytes, since: datetime) -> Any:
    """The row of a key younger than `since`, or None. A statement of its own, after the lock: one
    that also took the lock would look with a snapshot from before it."""
    t = idempotency_key
    rows = await conn.execute(sa.select(t).where(t.c.digest == digest, t.c.created_at > since))
    return rows.one_or_none()


async def keep_answer(
    conn: AsyncConnection, digest: bytes, fingerprint: bytes, created_at: datetime, answer: StoredAnswer
) -> None:
    """Insert the row of a key, in place of an expired one."""
    row = {
        "fingerprint": fingerprint,
        "created_at": created_at,
        "status": answer.status,
        "media_type": answer.media_type,
        "headers": dict(answer.headers),
        "body": answer.body,
    }
    statement = insert(idempotency_key).values(digest=digest, **row)
    await conn.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=row))


async def forget_answers(conn: AsyncConnection, before: datetime) -> int:
    """Delete the keys made before an instant; how many."""
    result = await conn.execute(sa.delete(idempotency_key).where(idempotency_key.c.created_at <= before))
    return result.rowcount
