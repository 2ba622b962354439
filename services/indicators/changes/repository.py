"""The statements of the change feed: numbered outbox rows of the values' topic, and what of them is forgotten."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.changes.domain import Change
from shared.db import driver
from shared.events.topics import VALUES

_NEWEST = "SELECT coalesce(max(position), 0) FROM outbox_position"
_RETAINED_FROM = "SELECT coalesce(min(position), 1) FROM outbox_position"
# The body is read of this topic only: dead letters stand in the same table and need not be JSON.
_CHANGES = """
SELECT p.position, m.event_id, m.type, m.value, to_timestamp(m.timestamp_ms / 1000.0) AS occurred_at
FROM outbox_position p JOIN outbox_message m ON m.id = p.id
WHERE p.position > $1 AND p.position <= $2 AND m.topic = $3 AND ($4::bytea IS NULL OR m.key = $4)
    AND ($5 = '' OR CASE WHEN m.topic = $3 THEN
        starts_with(convert_from(m.value, 'UTF8')::jsonb ->> 'division_code', $5) END)
ORDER BY p.position
LIMIT $6
"""
# What was last told of a place stays, without a position: a rebuild restores lost values from it. What another value
# has taken the place of is of no use any more.
_FORGET = f"""
WITH gone AS (
         SELECT id, topic, CASE WHEN topic = '{VALUES}' THEN event_id::uuid END AS value_id
         FROM outbox_message WHERE id = ANY($1)),
     told AS (SELECT g.id, v.current, v.replaces FROM gone g JOIN indicator_value v USING (value_id))
DELETE FROM outbox_message m
WHERE m.id IN (SELECT id FROM gone EXCEPT SELECT id FROM told WHERE current)
    OR (m.topic = '{VALUES}' AND m.event_id IN (SELECT replaces::text FROM told WHERE replaces IS NOT NULL)
        AND NOT EXISTS (SELECT FROM outbox_position p WHERE p.id = m.id)
        AND NOT EXISTS (SELECT FROM outbox_new n WHERE n.id = m.id))
"""


async def newest(conn: AsyncConnection) -> int:
    """The greatest position given so far; 0 before the first. One leader gives them, in order, so
    no smaller one can appear later."""
    position: int = await (await driver(conn)).fetchval(_NEWEST)
    return position


async def retained_from(conn: AsyncConnection) -> int:
    """The smallest position still there: none is missing from it on. 1 before the first."""
    position: int = await (await driver(conn)).fetchval(_RETAINED_FROM)
    return position


async def changes(
    conn: AsyncConnection, indicator: str | None, prefix: str, after: int, until: int, limit: int
) -> list[Change]:
    """The first `limit` of one indicator or all, of divisions that begin with `prefix`, with
    after < position ≤ until, as they were put on the bus."""
    key = None if indicator is None else indicator.encode()
    rows = await (await driver(conn)).fetch(_CHANGES, after, until, VALUES, key, prefix, limit)
    return [
        Change(row["position"], row["event_id"], row["type"], row["occurred_at"], orjson.loads(row["value"]))
        for row in rows
    ]


async def forget(conn: AsyncConnection, ids: Sequence[int]) -> None:
    """Delete messages that lost their position, except the last word on each place."""
    await (await driver(conn)).execute(_FORGET, ids)
