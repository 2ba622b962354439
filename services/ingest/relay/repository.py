"""Committed parts as the leader's outbox: the published mark stands on the part, not on each record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.receipts.domain import places
from shared import clock
from shared.db import changed, driver
from shared.events.codec import HeaderMaker
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.feeds.catalogue import BY_NUMBER
from shared.messaging.domain import Message, Received, partition_of, runs
from shared.messaging.protocols import Backlog, OutboxBatch

SOURCE = "/xianjie/ingest"
NUMBERED_AT_ONCE = 2_000

_NUMBER = """
UPDATE part SET position = fresh.position FROM (
    SELECT part_id, (SELECT coalesce(max(position), 0) FROM part) + row_number() OVER (ORDER BY part_id) AS position
    FROM (SELECT part_id FROM part WHERE position IS NULL ORDER BY part_id LIMIT $1) AS waiting
) AS fresh
WHERE part.part_id = fresh.part_id
"""

_WAITING = """
SELECT part_id, feed, known_at FROM (
    SELECT part_id, feed, known_at, position, sum(publishable) OVER (ORDER BY position) - publishable AS before
    FROM (SELECT * FROM part WHERE published_at IS NULL AND position IS NOT NULL ORDER BY position LIMIT $1) AS first
) AS summed
WHERE before < $1 ORDER BY position
"""

_RECORDS = """
SELECT part_id, line, retracted, key, payload FROM record_version
WHERE part_id = ANY ($1::uuid[]) AND publish ORDER BY part_id, line
"""

_MARK = """
UPDATE part SET published_at = $1, partitions = $2, runs = done.runs::jsonb
FROM unnest($3::uuid[], $4::text[]) AS done (part_id, runs) WHERE part.part_id = done.part_id
"""

_FORGET = """
WITH forgotten AS (
    UPDATE part SET published_at = NULL, partitions = NULL, runs = NULL
    WHERE published_at >= $1 AND publishable > 0 RETURNING publishable
)
SELECT coalesce(sum(publishable), 0) FROM forgotten
"""

_KEPT = """
SELECT part_id, feed, known_at, position, partitions, runs::text AS runs FROM (
    SELECT *, sum(publishable) OVER (ORDER BY position) - publishable AS before
    FROM (SELECT * FROM part WHERE position > $1 ORDER BY position LIMIT $2) AS next
) AS summed
WHERE before < $2 ORDER BY position
"""

_BACKLOG = "SELECT coalesce(sum(publishable), 0)::bigint, min(known_at) FROM part WHERE published_at IS NULL"


class _Part(NamedTuple):
    part_id: UUID
    messages: int


class PartStore:
    """The `OutboxStore` of ingest. `partitions`: what keys are spread over, kept with each part so that a
    receipt can still tell a line's place when topics have been widened since."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions

    async def number(self, conn: AsyncConnection) -> int:
        """Positions in the order of part ids, which is the order of arrival to the millisecond. A part that publishes
        nothing has one too: what is counted (`tally`) is counted by position."""
        status: str = await (await driver(conn)).execute(_NUMBER, NUMBERED_AT_ONCE)
        return changed(status)

    async def take(self, conn: AsyncConnection, limit: int) -> OutboxBatch:
        """Whole parts until `limit` messages are passed, by position, then by line."""
        raw = await driver(conn)
        parts = await raw.fetch(_WAITING, limit)
        by_part: dict[UUID, list[Any]] = {p["part_id"]: [] for p in parts}
        for row in await raw.fetch(_RECORDS, list(by_part)) if parts else ():
            by_part[row["part_id"]].append(row)
        messages = [message for part in parts for message in _messages(part, by_part[part["part_id"]])]
        return OutboxBatch(messages, [_Part(part_id, len(rows)) for part_id, rows in by_part.items()])

    async def mark(self, conn: AsyncConnection, batch: OutboxBatch, places: Sequence[tuple[int, int]]) -> None:
        """One row a part."""
        ids, texts, start = [], [], 0
        for part in batch.tokens:
            ids.append(part.part_id)
            texts.append(orjson.dumps(runs(places[start : start + part.messages])).decode())
            start += part.messages
        await (await driver(conn)).execute(_MARK, clock.now(), self._partitions, ids, texts)

    async def forget_published(self, conn: AsyncConnection, since: datetime) -> int:
        """Parts keep their positions, so what is sent again comes in the same order."""
        return int(await (await driver(conn)).fetchval(_FORGET, since))

    async def backlog(self, conn: AsyncConnection) -> Backlog:
        """Messages in unpublished parts, numbered or not."""
        row = await (await driver(conn)).fetchrow(_BACKLOG)
        return Backlog(*row) if row else Backlog(0, None)


async def kept(conn: AsyncConnection, after: int, limit: int, partitions: int) -> tuple[int, list[Received]]:
    """What was published (or waits for it) behind position `after`, about `limit` messages by position and line, and
    the position of the last part; `after` itself when there is none. A message that waits stands at offset 0 of the
    partition, of `partitions`, that it will go to."""
    raw = await driver(conn)
    parts = await raw.fetch(_KEPT, after, limit)
    by_part: dict[UUID, list[Any]] = {part["part_id"]: [] for part in parts}
    for row in await raw.fetch(_RECORDS, list(by_part)) if parts else ():
        by_part[row["part_id"]].append(row)
    found = [
        one for part in parts for one in _received(part, list(_messages(part, by_part[part["part_id"]])), partitions)
    ]
    return parts[-1]["position"] if parts else after, found


def _received(part: Any, messages: Sequence[Message], partitions: int) -> Iterator[Received]:
    spread = [partition_of(message.key, part["partitions"] or partitions) for message in messages]
    known = places(spread, orjson.loads(part["runs"])) if part["runs"] else [(partition, 0) for partition in spread]
    for message, (partition, offset) in zip(messages, known, strict=True):
        yield Received(
            message.topic, partition, offset, message.key, message.value, message.headers, message.timestamp_ms
        )


def _messages(part: Any, rows: Sequence[Any]) -> Iterator[Message]:
    topic, known_at, part_id = BY_NUMBER[part["feed"]].topic, part["known_at"], str(part["part_id"])
    accepted = HeaderMaker(RecordAcceptedV1, source=SOURCE, time=known_at)
    retracted = HeaderMaker(RecordRetractedV1, source=SOURCE, time=known_at)
    timestamp_ms = int(known_at.timestamp() * 1000)
    for row in rows:
        headers = (retracted if row["retracted"] else accepted).headers(f"{part_id}.{row['line']}")
        yield Message(topic, row["key"].encode(), row["payload"], headers, timestamp_ms)
