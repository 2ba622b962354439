"""The outbox table: what is committed waits, in order, exactly as it was added."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import clock
from shared.db import transaction
from shared.messaging import outbox
from shared.messaging.dead import dead_letter
from shared.messaging.domain import Message, Received
from shared.messaging.outbox.repository import kept
from shared.messaging.protocols import OutboxBatch
from tests.integration.messaging.scene import (
    TOPIC,
    OtherDoneV1,
    ThingDoneV1,
    ThingDoneV2,
    event_message,
    put,
    rows,
    things,
    value,
)


class RolledBackError(Exception):
    pass


async def number(engine: AsyncEngine) -> int:
    async with transaction(engine) as conn:
        return await outbox.TableStore().number(conn)


async def take(engine: AsyncEngine, limit: int = 1_000) -> OutboxBatch:
    async with transaction(engine) as conn:
        return await outbox.TableStore().take(conn, limit)


async def mark(engine: AsyncEngine, batch: OutboxBatch) -> None:
    async with transaction(engine) as conn:
        await outbox.TableStore().mark(conn, batch, [(0, n) for n in range(len(batch.messages))])


async def test_messages_are_taken_as_they_were_added(engine: AsyncEngine) -> None:
    broken = Received(TOPIC, 1, 5, None, b"\xff\x00", (("x", b"\xfe\x00\xff"), ("ce_id", b"1"), ("x", b"twice")), 5)
    added = [
        event_message(ThingDoneV1(number=1), "b", "户"),
        event_message(OtherDoneV1(number=2), "a"),
        dead_letter(broken, "body_invalid", group="g"),
        Message(TOPIC, b"\x00\xff", b"\x00", (("ce_type", b"t"), ("ce_id", b"c"), ("\u540d", b"\x80")), 0),
    ]
    await put(engine, added)
    assert await number(engine) == 4

    batch = await take(engine)

    assert [sorted(m.headers) for m in batch.messages] == [sorted(m.headers) for m in added]
    assert [m._replace(headers=()) for m in batch.messages] == [m._replace(headers=()) for m in added]


async def test_a_rolled_back_message_was_never_there(engine: AsyncEngine) -> None:
    async def added_in_vain() -> None:
        async with transaction(engine) as conn:
            await outbox.add(conn, things([1]))
            raise RolledBackError

    with pytest.raises(RolledBackError):
        await added_in_vain()
    assert await number(engine) == 0
    assert (await take(engine)).messages == []


async def test_adding_again_adds_nothing_but_a_new_version_of_an_event_is_another(engine: AsyncEngine) -> None:
    v1, v2 = event_message(ThingDoneV1(number=1), "e"), event_message(ThingDoneV2(numbers=[1]), "e")
    await put(engine, [v1, v2])
    await put(engine, [v1, v2, v1])
    await number(engine)
    assert [m.value for m in (await take(engine)).messages] == [v1.value, v2.value]


async def test_a_message_that_the_broker_would_refuse_for_ever_is_refused_at_once(engine: AsyncEngine) -> None:
    with pytest.raises(ValueError, match="over"):
        await put(engine, [things([1])[0]._replace(value=b"x" * 1_000_001)])


async def test_a_smaller_id_that_commits_later_gets_a_later_position(engine: AsyncEngine) -> None:
    async with transaction(engine) as slow:
        await outbox.add(slow, things([1]))  # takes the smaller id
        await put(engine, things([2]))
        assert await number(engine) == 1
        first = await take(engine)
        await mark(engine, first)
    assert await number(engine) == 1
    second = await take(engine)
    assert [m.headers[0][1] for m in first.messages + second.messages] == [b"thing.000002", b"thing.000001"]
    placed = await rows(engine, "SELECT event_id, position FROM outbox ORDER BY position")
    assert [tuple(row) for row in placed] == [("thing.000002", 1), ("thing.000001", 2)]


async def test_only_numbered_messages_are_taken_in_pieces_without_a_gap(engine: AsyncEngine) -> None:
    await put(engine, things(range(25)))
    assert (await take(engine)).messages == []
    await number(engine)
    taken: list[Message] = []
    while (batch := await take(engine, 10)).messages:
        again = await take(engine, 10)
        assert again == batch  # until it is marked
        taken += batch.messages
        await mark(engine, batch)
    assert [m.value for m in taken] == [m.value for m in things(range(25))]


async def test_what_was_published_since_a_moment_waits_again_under_its_position(engine: AsyncEngine) -> None:
    moments = []
    for start in (0, 10, 20):
        moments.append(clock.now())
        await put(engine, things(range(start, start + 10)))
        await number(engine)
        await mark(engine, await take(engine))
    before = await rows(engine, "SELECT event_id, position FROM outbox ORDER BY position")

    async with transaction(engine) as conn:
        assert await outbox.TableStore().forget_published(conn, moments[1]) == 20

    assert [m.value for m in (await take(engine)).messages] == [m.value for m in things(range(10, 30))]
    await put(engine, things([99]))
    assert await number(engine) == 1
    assert (await rows(engine, "SELECT event_id, position FROM outbox ORDER BY position"))[:-1] == before
    async with transaction(engine) as conn:
        assert await outbox.TableStore().forget_published(conn, clock.now()) == 0
        assert await outbox.TableStore().forget_published(conn, clock.now() - timedelta(days=1)) == 10


async def test_old_positions_expire_in_order_but_never_the_greatest_nor_what_was_not_published(
    engine: AsyncEngine,
) -> None:
    for start in (0, 10):
        await put(engine, things(range(start, start + 10)))
        await number(engine)
        await mark(engine, await take(engine))
    await put(engine, things(range(20, 25)))
    await number(engine)
    moment = clock.now()

    async def expire(limit: int) -> tuple[int, int]:
        async with transaction(engine) as conn:
            gone = await outbox.expire(conn, moment, limit)
        left = await rows(engine, "SELECT position FROM outbox_position ORDER BY position")
        assert [row[0] for row in left] == list(range(26 - len(left), 26)), "without a gap"
        return len(gone), len(left)

    assert await expire(15) == (15, 10)
    assert await value(engine, "SELECT count(*) FROM outbox_published") == 1
    assert [m.value for m in (await take(engine)).messages] == [m.value for m in things(range(20, 25))]
    async with transaction(engine) as conn:  # the broker forgot: what is left is published again
        assert await outbox.TableStore().forget_published(conn, moment - timedelta(days=1)) == 5
    assert [m.value for m in (await take(engine)).messages] == [m.value for m in things(range(15, 25))]
    assert await expire(100) == (0, 10), "it waits again"
    await mark(engine, await take(engine))
    moment = clock.now()
    assert await expire(100) == (9, 1)
    assert await value(engine, "SELECT count(*) FROM outbox_message") == 25, "the owner's to delete"
    await put(engine, things([99]))
    await number(engine)
    assert await value(engine, "SELECT max(position) FROM outbox_position") == 26


async def test_the_backlog_counts_what_waits_numbered_or_not(engine: AsyncEngine) -> None:
    async def backlog() -> tuple[int, bool]:
        async with transaction(engine) as conn:
            found = await outbox.TableStore().backlog(conn)
        return found.messages, found.oldest is not None

    assert await backlog() == (0, False)
    await put(engine, things(range(5)))
    await number(engine)
    await put(engine, things(range(5, 8)))
    assert await backlog() == (8, True)
    await mark(engine, await take(engine))
    assert await backlog() == (3, True)
    assert await value(engine, "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL") == 5


async def test_what_is_kept_can_be_read_again_by_topic_as_it_was_added(engine: AsyncEngine) -> None:
    added = things(range(5))
    await put(engine, added)
    async with transaction(engine) as conn:
        last, first = await kept(conn, [TOPIC], 0, 3)
        end, rest = await kept(conn, [TOPIC], last, 3)
        assert await kept(conn, ["another"], 0, 3) == (0, [])
        assert await kept(conn, [TOPIC], end, 3) == (end, [])
    assert [(m.topic, m.key, m.value, sorted(m.headers), m.timestamp_ms) for m in (*first, *rest)] == [
        (m.topic, m.key, m.value, sorted(m.headers), m.timestamp_ms) for m in added
    ]
