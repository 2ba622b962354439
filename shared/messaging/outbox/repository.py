"""Every SQL statement of the outbox and of what is remembered about the broker's log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import clock
from shared.db import driver
from shared.messaging.dead import is_dead, message_id
from shared.messaging.domain import MAX_MESSAGE_BYTES, Ack, Headers, Message
from shared.messaging.protocols import Backlog, OutboxBatch, TopicPartition

Known = dict[TopicPartition, tuple[int, str]]

NUMBER_AT_ONCE = 10_000
_FROM_THE_START_EVERY = 100

# Limits are literals: with a parameter the plan would be made for a tenth of the table.
_ADD = """
INSERT INTO outbox (event_id, type, topic, key, value, headers, occurred_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::timestamptz[])
ON CONFLICT (event_id, type) DO NOTHING"""
_NUMBER = f"""
WITH fresh AS MATERIALIZED (SELECT id FROM outbox WHERE position IS NULL ORDER BY id LIMIT {NUMBER_AT_ONCE}),
     place AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM fresh),
     top AS (SELECT coalesce(max(position), 0) AS position FROM outbox)
UPDATE outbox SET position = top.position + place.n FROM place, top WHERE outbox.id = place.id"""
_TAKE = """
SELECT id, position, topic, key, value, headers, occurred_at FROM outbox
WHERE published_at IS NULL AND position > $1 ORDER BY position LIMIT {limit:d}"""
_MARK = """
UPDATE outbox SET published_at = $1, partition = place.p, "offset" = place.o
FROM unnest($2::bigint[], $3::int[], $4::bigint[]) AS place (id, p, o) WHERE outbox.id = place.id"""
_FORGET = """
UPDATE outbox SET published_at = NULL, partition = NULL, "offset" = NULL WHERE published_at >= $1"""
_BACKLOG = "SELECT count(*), min(occurred_at) FROM outbox WHERE published_at IS NULL"
_LOG = "SELECT topic, partition, last_base_offset, event_id FROM broker_log"
_REMEMBER = """
INSERT INTO broker_log (topic, partition, last_base_offset, event_id)
SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[])
ON CONFLICT (topic, partition)
DO UPDATE SET last_base_offset = EXCLUDED.last_base_offset, event_id = EXCLUDED.event_id"""


async def add(conn: AsyncConnection, messages: Sequence[Message]) -> None:
    """Put messages in the outbox, to be published in this order once the caller's transaction commits.

    A message whose (ce_id, ce_type) is there already is left out: adding twice is adding once.
    ValueError for one over `MAX_MESSAGE_BYTES`, which the broker would refuse for ever.
    """
    if not messages:
        return
    for message in messages:
        if len(message.value) > MAX_MESSAGE_BYTES and not is_dead(message):
            raise ValueError(f"{message_id(message)} has {len(message.value)} bytes, over {MAX_MESSAGE_BYTES}")
    ids = [message_id(message) for message in messages]
    await (await driver(conn)).execute(
        _ADD,
        [event_id for event_id, _ in ids],
        [type_ for _, type_ in ids],
        [message.topic for message in messages],
        [message.key for message in messages],
        [message.value for message in messages],
        [pack(message.headers) for message in messages],
        [datetime.fromtimestamp(message.timestamp_ms / 1000, UTC) for message in messages],
    )


def pack(headers: Headers) -> str:
    """Headers as JSON text. Latin-1 keeps every byte, also of a dead letter's broken headers."""
    return orjson.dumps([(name, value.decode("latin-1")) for name, value in headers]).decode()


def unpack(text: str) -> Headers:
    """The headers that `pack` wrote."""
    return tuple([(name, value.encode("latin-1")) for name, value in orjson.loads(text)])


class TableStore:
    """The outbox table as the leader's store. It remembers how far it took, because marked rows stay in the
    front of the index until vacuum; when nothing is left after that place it looks from the start once more, for
    what a republish made wait again."""

    def __init__(self) -> None:
        self._after = 0
        self._takes = 0

    async def number(self, conn: AsyncConnection) -> int:
        """See OutboxStore."""
        status = await (await driver(conn)).execute(_NUMBER)
        return int(status.split()[-1])

    async def take(self, conn: AsyncConnection, limit: int) -> OutboxBatch:
        """See OutboxStore."""
        connection = await driver(conn)
        self._takes += 1
        if self._takes % _FROM_THE_START_EVERY == 0:  # also when there is always something new
            self._after = 0
        rows = await connection.fetch(_TAKE.format(limit=limit), self._after)
        if not rows and self._after:
            rows = await connection.fetch(_TAKE.format(limit=limit), 0)
        messages = [_message(row) for row in rows]
        return OutboxBatch(messages, [(row["id"], row["position"]) for row in rows])

    async def mark(self, conn: AsyncConnection, batch: OutboxBatch, places: Sequence[tuple[int, int]]) -> None:
        """See OutboxStore."""
        await (await driver(conn)).execute(
            _MARK,
            clock.now(),
            [id_ for id_, _ in batch.tokens],
            [partition for partition, _ in places],
            [offset for _, offset in places],
        )
        self._after = batch.tokens[-1][1]

    async def forget_published(self, conn: AsyncConnection, since: datetime) -> int:
        """See OutboxStore."""
        self._after = 0
        status = await (await driver(conn)).execute(_FORGET, since)
        return int(status.split()[-1])

    async def backlog(self, conn: AsyncConnection) -> Backlog:
        """See OutboxStore."""
        row = await (await driver(conn)).fetchrow(_BACKLOG)
        return Backlog(*row) if row else Backlog(0, None)


def _message(row: Any) -> Message:
    moment = int(row["occurred_at"].timestamp() * 1000)
    return Message(row["topic"], row["key"], row["value"], unpack(row["headers"]), moment)


async def try_lock(conn: AsyncConnection, name: str) -> bool:
    """Take the leader's lock of this session if nobody has it; it is held until the session ends."""
    sql = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"
    return bool(await (await driver(conn)).fetchval(sql, f"xianjie.leader.{name}"))


async def broker_log(conn: AsyncConnection) -> Known:
    """(base offset of the last batch known to be in the log, ce_id of its first message) by partition."""
    rows = await (await driver(conn)).fetch(_LOG)
    return {(row["topic"], row["partition"]): (row["last_base_offset"], row["event_id"]) for row in rows}


def last_known(acks: Iterable[Ack], messages: Sequence[Message]) -> Known:
    """What acknowledgements of `messages` say about each partition, as `broker_log` keeps it."""
    return {
        (ack.topic, ack.partition): (ack.base_offset, message_id(messages[ack.first])[0])
        for ack in sorted(acks, key=lambda ack: ack.base_offset)
    }


async def remember(conn: AsyncConnection, known: Known) -> None:
    """Keep the last acknowledged batch of each partition."""
    await (await driver(conn)).execute(
        _REMEMBER,
        [topic for topic, _ in known],
        [partition for _, partition in known],
        [base for base, _ in known.values()],
        [event_id for _, event_id in known.values()],
    )


async def forget_broker_log(conn: AsyncConnection) -> None:
    """The broker has lost its log: what was known of it says nothing any more."""
    await (await driver(conn)).execute("DELETE FROM broker_log")
