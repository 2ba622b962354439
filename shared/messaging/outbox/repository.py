"""Every SQL statement of the outbox and of what is remembered about the broker's log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import clock
from shared.db import changed, driver
from shared.messaging.dead import is_dead, message_id
from shared.messaging.domain import MAX_MESSAGE_BYTES, Ack, Headers, Message, Received
from shared.messaging.protocols import Backlog, OutboxBatch, TopicPartition

Known = dict[TopicPartition, tuple[int, str]]

NUMBER_AT_ONCE = 10_000

# Limits are literals: with a parameter the plan would be made for a tenth of the table.
_ADD = """
WITH added AS (
    INSERT INTO outbox_message (event_id, type, topic, key, value, headers, timestamp_ms)
    SELECT event_id, type, topic, key, value, headers, timestamp_ms
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[], $7::bigint[])
         WITH ORDINALITY AS m (event_id, type, topic, key, value, headers, timestamp_ms, place)
    ORDER BY place
    ON CONFLICT (event_id, type) DO NOTHING RETURNING id
)
INSERT INTO outbox_new SELECT id FROM added"""
_NUMBER = f"""
WITH fresh AS (
    DELETE FROM outbox_new WHERE id IN (SELECT id FROM outbox_new ORDER BY id LIMIT {NUMBER_AT_ONCE}) RETURNING id
)
INSERT INTO outbox_position (position, id)
SELECT (SELECT coalesce(max(position), 0) FROM outbox_position) + row_number() OVER (ORDER BY id), id FROM fresh"""
_DONE = "(SELECT coalesce(max(until_position), 0) FROM outbox_published)"
_TAKE = f"""
SELECT p.position, m.event_id, m.topic, m.key, m.value, m.headers, m.timestamp_ms
FROM (SELECT position, id FROM outbox_position WHERE position > {_DONE} ORDER BY position LIMIT {{limit:d}}) p
JOIN outbox_message m ON m.id = p.id ORDER BY p.position"""
_MARK = "INSERT INTO outbox_published (until_position, published_at) VALUES ($1, $2)"
_FORGET = f"""
WITH before AS (SELECT {_DONE} AS done),
     gone AS (
         DELETE FROM outbox_published
         WHERE until_position >= (SELECT min(until_position) FROM outbox_published WHERE published_at >= $1)
     ),
     kept AS (SELECT coalesce(max(until_position), 0) AS done FROM outbox_published WHERE until_position < coalesce(
         (SELECT min(until_position) FROM outbox_published WHERE published_at >= $1), 9223372036854775807))
SELECT count(*) FROM outbox_position, before, kept WHERE position > kept.done AND position <= before.done"""
_BACKLOG = f"""
SELECT (SELECT count(*) FROM outbox_position WHERE position > {_DONE}) + (SELECT count(*) FROM outbox_new),
       (SELECT to_timestamp(min(timestamp_ms) / 1000.0) FROM outbox_message WHERE id IN (
           (SELECT id FROM outbox_position WHERE position > {_DONE} ORDER BY position LIMIT 1)
           UNION ALL (SELECT id FROM outbox_new ORDER BY id LIMIT 1)))"""
_KEPT = """
SELECT id, event_id, topic, key, value, headers, timestamp_ms FROM outbox_message
WHERE topic = ANY($1::text[]) AND id > $2 ORDER BY id LIMIT $3"""
# What `_FORGET` would let wait again is not touched; the greatest position stays, since the next is counted from it.
_EXPIRE = """
WITH recent AS (SELECT min(until_position) AS first FROM outbox_published WHERE published_at >= $1),
     old AS (SELECT max(until_position) AS until FROM outbox_published WHERE until_position < coalesce(
         (SELECT first FROM recent), 9223372036854775807))
DELETE FROM outbox_position WHERE position IN (
    SELECT position FROM outbox_position
    WHERE position <= (SELECT until FROM old) AND position < (SELECT max(position) FROM outbox_position)
    ORDER BY position LIMIT {limit:d})
RETURNING id"""
_EXPIRE_MARKS = """
DELETE FROM outbox_published WHERE until_position < (SELECT min(position) FROM outbox_position)
    AND until_position < (SELECT max(until_position) FROM outbox_published)"""
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
        [pack(message.headers, event_id) for message, (event_id, _) in zip(messages, ids, strict=True)],
        [message.timestamp_ms for message in messages],
    )


def pack(headers: Headers, event_id: str) -> str:
    """Headers as JSON text, without a `ce_id` that says `event_id`: the rest is the same for many
    messages. Latin-1 keeps every byte, also of a dead letter's broken headers."""
    own = ("ce_id", event_id.encode())
    rest = [(name, value.decode("latin-1")) for name, value in headers if (name, value) != own]
    return orjson.dumps({"id": len(rest) < len(headers), "rest": rest}).decode()


@lru_cache(maxsize=4096)
def _unpack(text: str) -> tuple[bool, Headers]:
    packed = orjson.loads(text)
    return packed["id"], tuple([(name, value.encode("latin-1")) for name, value in packed["rest"]])


def unpack(text: str, event_id: str) -> Headers:
    """The headers that `pack` wrote; `ce_id` comes first."""
    has_id, rest = _unpack(text)
    return (("ce_id", event_id.encode()), *rest) if has_id else rest


class TableStore:
    """The outbox table as the leader's store; see `models`. It keeps nothing in memory."""

    async def number(self, conn: AsyncConnection) -> int:
        """See OutboxStore."""
        status = await (await driver(conn)).execute(_NUMBER)
        return changed(status)

    async def take(self, conn: AsyncConnection, limit: int) -> OutboxBatch:
        """See OutboxStore."""
        rows = await (await driver(conn)).fetch(_TAKE.format(limit=limit))
        messages = [
            Message(topic, key, value, unpack(headers, event_id), timestamp_ms)
            for _, event_id, topic, key, value, headers, timestamp_ms in rows
        ]
        return OutboxBatch(messages, rows[-1]["position"] if rows else None)

    async def mark(self, conn: AsyncConnection, batch: OutboxBatch, places: Sequence[tuple[int, int]]) -> None:
        """See OutboxStore. Places are not kept: nobody asks where a message of this outbox stands."""
        del places
        await (await driver(conn)).execute(_MARK, batch.tokens, clock.now())

    async def forget_published(self, conn: AsyncConnection, since: datetime) -> int:
        """See OutboxStore."""
        return int(await (await driver(conn)).fetchval(_FORGET, since))

    async def backlog(self, conn: AsyncConnection) -> Backlog:
        """See OutboxStore."""
        row = await (await driver(conn)).fetchrow(_BACKLOG)
        return Backlog(*row) if row else Backlog(0, None)


async def kept(conn: AsyncConnection, topics: Sequence[str], after: int, limit: int) -> tuple[int, list[Received]]:
    """What this outbox still holds of `topics` behind `after`, in the order it was written, and the id of the last
    (`after` when there is none). Where a message stands on the bus is not kept: partition and offset are 0."""
    rows = await (await driver(conn)).fetch(_KEPT, list(topics), after, limit)
    found = [
        Received(topic, 0, 0, key, value, unpack(headers, event_id), timestamp_ms)
        for _, event_id, topic, key, value, headers, timestamp_ms in rows
    ]
    return rows[-1]["id"] if rows else after, found


async def expire(conn: AsyncConnection, before: datetime, limit: int) -> list[int]:
    """Take away the first `limit` positions of messages published before a moment, and the marks nobody needs then;
    the ids of these messages, which stay until their owner deletes them.

    It goes in the order of positions, so that the smallest left says from where on nothing is missing, and never as
    far as the greatest. `before` must lie before what is published again when the broker loses its log.
    """
    raw = await driver(conn)
    ids = [row["id"] for row in await raw.fetch(_EXPIRE.format(limit=limit), before)]
    if ids:
        await raw.execute(_EXPIRE_MARKS)
    return ids


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
