"""The leader on a real database and the twin: in order, once by position, whatever dies in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import clock
from shared.db import transaction
from shared.messaging import outbox
from shared.messaging.domain import BrokerError, Message, Published, Received
from shared.messaging.memory import MemoryBroker
from tests.integration.messaging.faults import FaultyPublisher, FaultyStore, Plan
from tests.integration.messaging.scene import TOPIC, leading, put, rows, things, until, until_published, value


@pytest.fixture
def broker() -> MemoryBroker:
    made = MemoryBroker()
    made.create([TOPIC], 3)
    return made


def ids(broker: MemoryBroker) -> list[str]:
    return [dict(received.headers)["ce_id"].decode() for received in broker.messages(TOPIC)]


def numbers(partition: list[Received]) -> list[int]:
    return [orjson.loads(received.value or b"")["number"] for received in partition]


async def positions(engine: AsyncEngine) -> list[tuple[str, int]]:
    return [tuple(row) for row in await rows(engine, "SELECT event_id, position FROM outbox ORDER BY position")]


async def test_everything_committed_is_published_once_in_order(engine: AsyncEngine, broker: MemoryBroker) -> None:
    await put(engine, things(range(12_000)))  # more than one take
    async with leading(engine, broker.publisher()):
        await until_published(engine)
        await put(engine, things(range(12_000, 12_010)))
        await until_published(engine)

    assert sorted(ids(broker)) == [f"thing.{n:06d}" for n in range(12_010)]
    assert await positions(engine) == [(f"thing.{n:06d}", n + 1) for n in range(12_010)]
    for partition in broker.logs[TOPIC]:
        assert numbers(partition) == sorted(numbers(partition))


async def test_numbering_goes_on_while_the_broker_is_away(engine: AsyncEngine, broker: MemoryBroker) -> None:
    broker.away = True
    async with leading(engine, broker.publisher()):
        for start in (0, 10):
            await put(engine, things(range(start, start + 10)))

            async def numbered(count: int = start + 10) -> bool:
                return bool(await value(engine, "SELECT count(position) = $1 FROM outbox", count))

            await until(numbered, "numbered")
        assert ids(broker) == []
        broker.away = False
        await until_published(engine)
    assert sorted(ids(broker)) == [f"thing.{n:06d}" for n in range(20)]


async def test_of_two_leaders_one_waits_and_takes_over(engine: AsyncEngine) -> None:
    one, two = MemoryBroker(), MemoryBroker()
    one.create([TOPIC])
    two.create([TOPIC])
    async with leading(engine, one.publisher()):
        await put(engine, things([1]))
        await until_published(engine)
        async with leading(engine, two.publisher()):
            await put(engine, things([2]))
            await until_published(engine)
            await asyncio.sleep(1.2)  # longer than the waiting one takes to ask again
            assert (len(one.messages(TOPIC)), len(two.messages(TOPIC))) == (2, 0)
    two.forget()
    async with leading(engine, two.publisher()):
        await put(engine, things([3]))
        await until_published(engine)
    assert [position for _, position in await positions(engine)] == [1, 2, 3]


async def test_a_leader_whose_session_is_ended_is_elected_again(engine: AsyncEngine, broker: MemoryBroker) -> None:
    async with leading(engine, broker.publisher()):
        for n in range(5):
            await put(engine, things([n]))
            await until_published(engine)
            ended = await value(
                engine,
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = 'xianjie.leader.test' AND datname = current_database()",
            )
            assert ended >= 1
    assert set(ids(broker)) == {f"thing.{n:06d}" for n in range(5)}
    assert [position for _, position in await positions(engine)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("method", ["number", "take", "mark", "publish", "start", "end_offsets"])
async def test_a_leader_that_dies_anywhere_loses_nothing(
    engine: AsyncEngine, broker: MemoryBroker, method: str, nth: int, before: bool
) -> None:
    await put(engine, things(range(50)))
    plan = Plan(method, nth, before)
    async with leading(engine, FaultyPublisher(broker.publisher(), plan), FaultyStore(outbox.TableStore(), plan)):
        await until_published(engine)
        await put(engine, things(range(50, 60)))
        await until_published(engine)

    assert set(ids(broker)) == {f"thing.{n:06d}" for n in range(60)}
    for partition in broker.logs[TOPIC]:
        first_seen = list(dict.fromkeys(numbers(partition)))
        assert first_seen == sorted(first_seen)
    assert await positions(engine) == [(f"thing.{n:06d}", n + 1) for n in range(60)]


async def test_lost_answers_double_messages_and_lose_none(engine: AsyncEngine, broker: MemoryBroker) -> None:
    await put(engine, things(range(20)))
    async with leading(engine, FaultyPublisher(broker.publisher(), lost_answers=2)):
        await until_published(engine)
    assert set(ids(broker)) == {f"thing.{n:06d}" for n in range(20)}
    assert len(ids(broker)) == 60


async def test_a_broker_that_forgot_is_noticed_when_idle(engine: AsyncEngine, broker: MemoryBroker) -> None:
    await put(engine, things(range(30)))
    async with leading(engine, broker.publisher()):
        await until_published(engine)
        before = await positions(engine)
        broker.forget()
        await until(lambda: len(set(ids(broker))) == 30, "published again")
        await until_published(engine)
    assert await positions(engine) == before


async def test_a_broker_that_forgot_is_noticed_by_its_next_answer(engine: AsyncEngine, broker: MemoryBroker) -> None:
    publisher = broker.publisher()
    for round_ in range(3):
        async with leading(engine, publisher):
            await put(engine, things(range(round_ * 30, round_ * 30 + 30)))
            broker.forget()
            await until_published(engine)
            await until(lambda n=round_: len(set(ids(broker))) == (n + 1) * 30, "published again")  # type: ignore[misc]


async def test_a_lost_log_that_grew_again_unseen_is_noticed(engine: AsyncEngine, broker: MemoryBroker) -> None:
    """The leader published to the new log and was killed before it could remember: offsets look right."""
    await put(engine, things([1]))
    async with leading(engine, broker.publisher()):
        await until_published(engine)
    broker.forget()
    publisher = broker.publisher()
    await publisher.start()
    await publisher.publish(things(range(1_001, 1_101)))  # what the killed one sent; it is in the outbox still
    await put(engine, things(range(1_001, 1_101)))
    async with leading(engine, broker.publisher()):
        await until_published(engine)
    assert "thing.000001" in ids(broker)


async def test_starting_over_survives_dying_in_it(engine: AsyncEngine, broker: MemoryBroker) -> None:
    await put(engine, things(range(10)))
    async with leading(engine, broker.publisher()):
        await until_published(engine)
    for before in (True, False):
        broker.forget()
        plan = Plan("forget_published", 1, before)
        async with leading(engine, broker.publisher(), FaultyStore(outbox.TableStore(), plan)):
            await until(lambda: len(set(ids(broker))) == 10, "published again")
            await until_published(engine)
        assert plan.done


async def test_rows_that_somebody_made_wait_again_are_published_again(
    engine: AsyncEngine, broker: MemoryBroker
) -> None:
    await put(engine, things(range(10)))
    async with leading(engine, broker.publisher()):
        await until_published(engine)
        async with transaction(engine) as conn:
            await outbox.TableStore().forget_published(conn, clock.now().replace(year=2000))
        await until(lambda: len(ids(broker)) == 20, "published again")


async def test_a_leader_stops_soon_while_the_broker_hangs(engine: AsyncEngine) -> None:
    class Hanging(FaultyPublisher):
        async def publish(self, messages: Sequence[Message]) -> Published:
            await asyncio.sleep(3_600)
            raise BrokerError("never")

    broker = MemoryBroker()
    broker.create([TOPIC])
    await put(engine, things([1]))
    async with leading(engine, Hanging(broker.publisher())):
        await asyncio.sleep(0.5)
        began = time.monotonic()
    assert time.monotonic() - began < 6
    assert await value(engine, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1
