"""Queues: changes put in, the next of each household claimed, attempts written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.hooks.domain import Logged, Message, Queued, Verdict
from shared.db import changed, driver

_MESSAGE = "message_id, webhook_id, position, event_id, type, household_no, payload, tries"
_FREE = "(m.claimed_until IS NULL OR m.claimed_until <= $1)"
# A test goes to a disabled receiver too.
_AT_WORK = f"""
SELECT w.webhook_id FROM webhook w
WHERE (w.enabled AND w.cursor < $2) OR EXISTS (
    SELECT FROM webhook_message m
    WHERE m.webhook_id = w.webhook_id AND m.state = 'pending' AND m.due_at <= $1 AND {_FREE}
        AND (m.position IS NULL OR (w.enabled AND (w.not_before IS NULL OR w.not_before <= $1))))
ORDER BY w.webhook_id
"""
_WAITING = """
SELECT webhook_id, count(*) FROM webhook_message WHERE webhook_id = ANY($1) AND state = 'pending' GROUP BY 1
"""
_PUT = """
INSERT INTO webhook_message (message_id, webhook_id, position, event_id, type, household_no, payload, state, tries,
    due_at, attempts, created_at)
SELECT message_id, $1, position, event_id, type, household_no, payload, 'pending', 0, $2, '[]', $2
FROM unnest($3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bytea[])
    AS q (message_id, position, event_id, type, household_no, payload)
ON CONFLICT (webhook_id, position) DO
"""
_PUT_NEW = f"{_PUT} NOTHING"
_AGAIN = "state = 'pending', tries = 0, due_at = $2, settled_at = NULL"
_PUT_AGAIN = f"{_PUT} UPDATE SET {_AGAIN} WHERE webhook_message.state <> 'pending'"
_ONE_AGAIN = f"""
UPDATE webhook_message SET {_AGAIN}
WHERE webhook_id = $1 AND event_id = $3 AND position IS NOT NULL AND state <> 'pending'
"""
_KNOWN = "SELECT EXISTS (SELECT FROM webhook_message WHERE webhook_id = $1 AND event_id = $2 AND position IS NOT NULL)"
# Of a household only the first that waits is sent, and nothing while another of it is under way.
_CLAIM = f"""
UPDATE webhook_message SET claim = $3, claimed_until = $4
WHERE message_id IN (
    SELECT m.message_id FROM webhook_message m
    WHERE m.webhook_id = $2 AND m.state = 'pending' AND m.due_at <= $1 AND {_FREE}
        AND (m.position IS NULL OR ($5 AND NOT EXISTS (
            SELECT FROM webhook_message other
            WHERE other.webhook_id = m.webhook_id AND other.household_no = m.household_no AND other.state = 'pending'
                AND (other.position < m.position OR (other.position > m.position AND other.claimed_until > $1)))))
    ORDER BY m.position NULLS FIRST LIMIT $6
    FOR UPDATE SKIP LOCKED)
RETURNING {_MESSAGE}
"""
_SETTLE = """
UPDATE webhook_message
SET state = $3, tries = tries + 1, due_at = coalesce($4, due_at), attempts = attempts || $5::jsonb,
    settled_at = CASE WHEN $3 <> 'pending' THEN $6::timestamptz END, claim = NULL, claimed_until = NULL
WHERE message_id = $1 AND claim = $2
"""
_RELEASE = "UPDATE webhook_message SET claim = NULL, claimed_until = NULL WHERE claim = $1"
_RENEW = "UPDATE webhook_message SET tries = 0, due_at = $2 WHERE webhook_id = $1 AND state = 'pending'"
_TAKE_BACK = """
DELETE FROM webhook_message WHERE webhook_id = $1 AND state = 'pending' AND position IS NOT NULL RETURNING position
"""
_LOG = """
SELECT message_id, position, event_id, type, household_no, state, CASE WHEN state = 'pending' THEN due_at END,
    created_at, attempts::text AS attempts
FROM webhook_message
WHERE webhook_id = $1 AND ($2::text IS NULL OR event_id = $2) AND ($3::text IS NULL OR state = $3)
    AND ($4::uuid IS NULL OR message_id < $4)
ORDER BY message_id DESC LIMIT $5
"""
_FORGET = """
DELETE FROM webhook_message WHERE message_id IN (
    SELECT message_id FROM webhook_message WHERE state <> 'pending' AND settled_at < $1 LIMIT $2)
"""


async def at_work(conn: AsyncConnection, newest: int, now: datetime) -> list[UUID]:
    """Subscriptions that have not taken all of the feed, or have something due that nobody sends."""
    return [row["webhook_id"] for row in await (await driver(conn)).fetch(_AT_WORK, now, newest)]


async def waiting(conn: AsyncConnection, webhooks: Sequence[UUID]) -> Counter[UUID]:
    """How many messages wait in the queue of each."""
    return Counter(dict(tuple(row) for row in await (await driver(conn)).fetch(_WAITING, webhooks)))


async def put(
    conn: AsyncConnection,
    webhook_id: UUID,
    queued: Sequence[tuple[UUID, Queued]],
    now: datetime,
    *,
    again: bool = False,
) -> int:
    """Queue these under their ids; those it has already only with `again`. How many wait now that did not."""
    columns = (
        [message_id for message_id, _ in queued],
        [one.position for _, one in queued],
        [one.event_id for _, one in queued],
        [one.type for _, one in queued],
        [one.household_no for _, one in queued],
        [one.payload for _, one in queued],
    )
    done: str = await (await driver(conn)).execute(_PUT_AGAIN if again else _PUT_NEW, webhook_id, now, *columns)
    return changed(done)


async def put_again(conn: AsyncConnection, webhook_id: UUID, event_id: str, now: datetime) -> int | None:
    """Queue one that was sent once more: 1, or 0 when it waits anyway; None when it never was in the queue."""
    connection = await driver(conn)
    if not await connection.fetchval(_KNOWN, webhook_id, event_id):
        return None
    done: str = await connection.execute(_ONE_AGAIN, webhook_id, now, event_id)
    return changed(done)


async def claim(
    conn: AsyncConnection, webhook_id: UUID, token: UUID, now: datetime, until: datetime, *, changes: bool, limit: int
) -> list[Message]:
    """Up to `limit` that are due, for this worker until `until`; tests only unless `changes`. The caller holds the
    subscription's lock, so that no two workers decide at once what is first of a household."""
    rows = await (await driver(conn)).fetch(_CLAIM, now, webhook_id, token, until, changes, limit)
    return sorted((Message(*row) for row in rows), key=lambda message: message.position or 0)


async def settle(
    conn: AsyncConnection, message: Message, token: UUID, verdict: Verdict, attempt: dict[str, Any], now: datetime
) -> bool:
    """Write an attempt down; False when the claim ran out and somebody else has it."""
    line = orjson.dumps([attempt]).decode()
    done: str = await (await driver(conn)).execute(
        _SETTLE, message.message_id, token, verdict.state, verdict.due_at, line, now
    )
    return done != "UPDATE 0"


async def release(conn: AsyncConnection, token: UUID) -> None:
    """Let others have what this claim holds, at once."""
    await (await driver(conn)).execute(_RELEASE, token)


async def renew(conn: AsyncConnection, webhook_id: UUID, now: datetime) -> None:
    """Give what waits its whole schedule again, from now."""
    await (await driver(conn)).execute(_RENEW, webhook_id, now)


async def take_back(conn: AsyncConnection, webhook_id: UUID) -> int | None:
    """Empty the queue of changes; the smallest position that was in it, None when there was none."""
    rows = await (await driver(conn)).fetch(_TAKE_BACK, webhook_id)
    return min((row["position"] for row in rows), default=None)


async def log(
    conn: AsyncConnection, webhook_id: UUID, event_id: str | None, state: str | None, after: UUID | None, limit: int
) -> list[Logged]:
    """Messages, newest first, with their attempts."""
    rows = await (await driver(conn)).fetch(_LOG, webhook_id, event_id, state, after, limit)
    return [Logged(*(*tuple(row)[:-1], orjson.loads(row["attempts"]))) for row in rows]


async def forget(conn: AsyncConnection, before: datetime, limit: int) -> int:
    """Delete some settled before then; how many."""
    done: str = await (await driver(conn)).execute(_FORGET, before, limit)
    return changed(done)
