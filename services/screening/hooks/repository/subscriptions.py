"""Subscriptions: kept, found, locked, disabled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.hooks.domain import Webhook, Why
from shared.db import driver

_COLUMNS = tuple(field.name for field in fields(Webhook))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM webhook"
_VALUES = ", ".join(f"${place}" for place in range(1, len(_COLUMNS) + 1))
_INSERT = f"INSERT INTO webhook ({', '.join(_COLUMNS)}) VALUES ({_VALUES})"
_UPDATE = f"""
UPDATE webhook SET {", ".join(f"{name} = ${place}" for place, name in enumerate(_COLUMNS, 1) if place > 1)}
WHERE webhook_id = $1
"""
# Seen by its owner, and only as far as the caller's token still reaches. None: by whoever may see all.
_SEEN = "($1::text IS NULL OR owner = $1) AND prefix LIKE $2"
_GET = f"{_SELECT} WHERE {_SEEN} AND webhook_id = $3"
_PAGE = f"{_SELECT} WHERE {_SEEN} AND ($3::uuid IS NULL OR webhook_id > $3) ORDER BY webhook_id LIMIT $4"
_OWNERS_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('webhooks of ' || $1, 0))"
_COUNT = "SELECT count(*) FROM webhook WHERE owner = $1"
_DELETE = "DELETE FROM webhook WHERE webhook_id = $1"
_TAKE = f"{_SELECT} WHERE webhook_id = $1 FOR UPDATE SKIP LOCKED"
_LOCK = "SELECT FROM webhook WHERE webhook_id = $1 FOR UPDATE"
_DISABLE = """
UPDATE webhook SET enabled = false, disabled_reason = $2, disabled_at = $3, updated_at = $3
WHERE webhook_id = $1 AND enabled
"""
_LEAVE_ALONE = "UPDATE webhook SET not_before = greatest(not_before, $2) WHERE webhook_id = $1"
_ADVANCE = "UPDATE webhook SET cursor = $2 WHERE webhook_id = $1"


async def insert(conn: AsyncConnection, webhook: Webhook) -> None:
    """Keep a new subscription."""
    await (await driver(conn)).execute(_INSERT, *_row(webhook))


async def update(conn: AsyncConnection, webhook: Webhook) -> None:
    """Write all of a subscription; the caller holds its lock."""
    await (await driver(conn)).execute(_UPDATE, *_row(webhook))


async def get(
    conn: AsyncConnection, webhook_id: UUID, owner: str | None, scope: str, *, lock: bool = False
) -> Webhook | None:
    """The subscription if it is `owner`'s (None: anybody's) and within the scope; `lock` waits for the dispatcher."""
    row = await (await driver(conn)).fetchrow(_GET + (" FOR UPDATE" if lock else ""), owner, f"{scope}%", webhook_id)
    return None if row is None else Webhook(*row)


async def page(conn: AsyncConnection, owner: str | None, scope: str, after: UUID | None, limit: int) -> list[Webhook]:
    """Subscriptions in the order of their making."""
    rows = await (await driver(conn)).fetch(_PAGE, owner, f"{scope}%", after, limit)
    return [Webhook(*row) for row in rows]


async def count_alone(conn: AsyncConnection, owner: str) -> int:
    """How many the owner has; nobody else counts or adds the owner's until the transaction ends."""
    connection = await driver(conn)
    await connection.execute(_OWNERS_LOCK, owner)
    count: int = await connection.fetchval(_COUNT, owner)
    return count


async def delete(conn: AsyncConnection, webhook_id: UUID) -> None:
    """Forget a subscription with its queue and log."""
    await (await driver(conn)).execute(_DELETE, webhook_id)


async def take(conn: AsyncConnection, webhook_id: UUID) -> Webhook | None:
    """The subscription under its lock; None when another worker has it."""
    row = await (await driver(conn)).fetchrow(_TAKE, webhook_id)
    return None if row is None else Webhook(*row)


async def lock(conn: AsyncConnection, webhook_id: UUID) -> None:
    """Wait until nobody else decides on the subscription."""
    await (await driver(conn)).execute(_LOCK, webhook_id)


async def disable(conn: AsyncConnection, webhook_id: UUID, why: Why, now: datetime) -> bool:
    """Send nothing more; False when it was disabled already."""
    done: str = await (await driver(conn)).execute(_DISABLE, webhook_id, why, now)
    return done != "UPDATE 0"


async def leave_alone(conn: AsyncConnection, webhook_id: UUID, until: datetime) -> None:
    """Send nothing before `until`."""
    await (await driver(conn)).execute(_LEAVE_ALONE, webhook_id, until)


async def advance(conn: AsyncConnection, webhook_id: UUID, cursor: int) -> None:
    """The change feed was taken up to `cursor`."""
    await (await driver(conn)).execute(_ADVANCE, webhook_id, cursor)


def _row(webhook: Webhook) -> Sequence[Any]:
    return [getattr(webhook, name) for name in _COLUMNS]
