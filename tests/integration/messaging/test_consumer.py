"""The consumer loop on a real database and the twin: everything has its effect, and has it once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db import driver
from shared.events.base import Event
from shared.events.codec import Delivery
from shared.messaging.consumer import Consumer, Handler, TooManyDeadLettersError
from shared.messaging.domain import Message
from shared.messaging.memory import MemoryBroker, MemorySource
from tests.integration.messaging.faults import DiedError
from tests.integration.messaging.scene import (
    PATIENCE_SECONDS,
    TOPIC,
    OtherDoneV1,
    ThingDoneV1,
    ThingDoneV2,
    event_message,
    rows,
    things,
    until,
    value,
)

_batches = count()
KNOWN: list[list[type[Event]]] = [[ThingDoneV1], [ThingDoneV2], [ThingDoneV1, ThingDoneV2]]


def effect(name: str) -> Handler:
    """A handler whose effect can be counted."""

    async def apply(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
        batch = next(_batches)
        values = [(delivery.event_id, name, batch) for delivery in deliveries]
        await (await driver(conn)).executemany("INSERT INTO effect VALUES ($1, $2, $3)", values)

    return apply


@pytest.fixture
def broker() -> MemoryBroker:
    made = MemoryBroker()
    made.create([TOPIC], 3)
    return made


async def send(broker: MemoryBroker, messages: Sequence[Message]) -> None:
    publisher = broker.publisher()
    await publisher.start()
    await publisher.publish(messages)


def bad(number: int) -> Message:
    return things([number])[0]._replace(value=b'{"number": "many"}')


@asynccontextmanager
async def consuming(
    engine: AsyncEngine, source: MemorySource, handlers: dict[type[Event], Handler], max_records: int = 20
) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    consumer = Consumer(engine, source, handlers, group="group", max_records=max_records, wait_ms=20, max_failures=4)
    task = asyncio.create_task(consumer.run(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE_SECONDS)


async def effects(engine: AsyncEngine, name: str = "done") -> list[str]:
    sql = "SELECT event_id FROM effect WHERE handler = $1 ORDER BY event_id"
    return [row["event_id"] for row in await rows(engine, sql, name)]


def consumed(broker: MemoryBroker) -> Callable[[], bool]:
    """Everything is read and committed."""
    return lambda: sum(broker.groups["group"].committed.values()) == len(broker.messages(TOPIC))


async def test_each_event_has_its_effect_once_however_often_it_comes(engine: AsyncEngine, broker: MemoryBroker) -> None:
    for _ in range(3):
        await send(broker, things(range(100)))
    async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: effect("done")}):
        await until(consumed(broker), "consumed")
    assert await effects(engine) == [f"thing.{n:06d}" for n in range(100)]


class Dying(MemorySource):
    """Dies at the `nth` call of a step, once; `stale` makes the partitions go away between batch and hold."""

    step = ""
    nth = 1
    calls = 0

    def at(self, step: str) -> bool:
        self.calls += step == self.step
        return step == self.step and self.calls == self.nth

    async def batch(self, max_records: int, wait_ms: int) -> list:  # type: ignore[type-arg]
        found = await super().batch(max_records, wait_ms)
        if found and self.at("batch"):
            raise DiedError
        if found and self.at("stale"):
            await self._group.change()
        return found

    async def commit(self) -> None:
        if self.at("before commit"):
            raise DiedError
        await super().commit()
        if self.at("after commit"):
            raise DiedError


@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("step", ["batch", "stale", "before commit", "after commit"])
async def test_a_batch_that_dies_anywhere_is_applied_once(
    engine: AsyncEngine, broker: MemoryBroker, step: str, nth: int
) -> None:
    source = Dying(broker, "group", [TOPIC])
    source.step, source.nth = step, nth
    await send(broker, things(range(100)))
    async with consuming(engine, source, {ThingDoneV1: effect("done")}):
        await until(consumed(broker), "consumed")
    assert source.calls >= nth
    assert await effects(engine) == [f"thing.{n:06d}" for n in range(100)]


@pytest.mark.parametrize("after", [True, False])
async def test_a_failing_handler_leaves_nothing_behind_and_runs_again(
    engine: AsyncEngine, broker: MemoryBroker, after: bool
) -> None:
    calls = count()
    works = effect("done")

    async def handler(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
        fails = next(calls) in (0, 2, 3)
        if after or not fails:
            await works(conn, deliveries)
        if fails:
            raise DiedError

    await send(broker, things(range(60)))
    async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: handler}):
        await until(consumed(broker), "consumed")
    assert await effects(engine) == [f"thing.{n:06d}" for n in range(60)]


async def test_a_failing_commit_is_a_failing_batch(engine: AsyncEngine, broker: MemoryBroker) -> None:
    await rows(engine, "CREATE TABLE parent (id int PRIMARY KEY)")
    await rows(engine, "CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
    calls = count()
    works = effect("done")

    async def handler(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
        await works(conn, deliveries)
        if next(calls) < 2:
            await (await driver(conn)).execute("INSERT INTO child VALUES (1)")

    await send(broker, things(range(10)))
    async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: handler}):
        await until(consumed(broker), "consumed")
    assert await effects(engine) == [f"thing.{n:06d}" for n in range(10)]
    assert await value(engine, "SELECT count(*) FROM child") == 0


async def test_a_batch_that_always_fails_ends_the_worker_with_its_error(
    engine: AsyncEngine, broker: MemoryBroker
) -> None:
    async def handler(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
        raise DiedError

    await send(broker, things([1]))
    with pytest.raises(DiedError):
        await Consumer(
            engine, broker.source("group", [TOPIC]), {ThingDoneV1: handler}, group="group", max_failures=3
        ).run(asyncio.Event())
    assert broker.groups["group"].committed == {}
    assert broker.groups["group"].members == []


async def test_one_function_for_two_classes_is_called_once_a_batch_in_order(
    engine: AsyncEngine, broker: MemoryBroker
) -> None:
    got: list[list[tuple[int, int, str]]] = []

    async def both(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
        got.append([(d.partition, d.offset, type(d.event).__name__) for d in deliveries])

    mixed = [
        event_message((ThingDoneV1, OtherDoneV1)[n % 2](number=n), f"mixed.{n:03d}", f"key{n % 5}") for n in range(30)
    ]
    await send(broker, mixed)
    async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: both, OtherDoneV1: both}, 1_000):
        await until(consumed(broker), "consumed")
    [call] = got
    assert [place[:2] for place in call] == sorted(place[:2] for place in call)
    assert {name for _, _, name in call} == {"ThingDoneV1", "OtherDoneV1"}
    assert len(call) == 30


@pytest.mark.parametrize("classes", KNOWN)
async def test_an_event_in_two_versions_has_one_effect_for_whoever_knows_either(
    engine: AsyncEngine, broker: MemoryBroker, classes: list[type[Event]]
) -> None:
    """The producer publishes V1 and V2 side by side under one id while consumers move over."""
    handler = effect("done")
    pairs = [
        (event_message(ThingDoneV1(number=n), f"e{n}"), event_message(ThingDoneV2(numbers=[n]), f"e{n}"))
        for n in range(9)
    ]
    await send(broker, [message for pair in pairs for message in pair])
    await send(broker, [message for pair in pairs for message in reversed(pair)])
    async with consuming(engine, broker.source("group", [TOPIC]), dict.fromkeys(classes, handler), 5):
        await until(consumed(broker), "consumed")
    assert await effects(engine) == [f"e{n}" for n in range(9)]


async def test_what_was_skipped_as_unknown_can_be_applied_by_a_later_release(
    engine: AsyncEngine, broker: MemoryBroker
) -> None:
    await send(broker, [event_message(OtherDoneV1(number=1), "o1"), *things([1])])
    async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: effect("done")}):
        await until(consumed(broker), "consumed")
    assert await value(engine, "SELECT count(*) FROM inbox") == 1
    broker.groups["group"].committed.clear()
    async with consuming(engine, broker.source("group", [TOPIC]), {OtherDoneV1: effect("other")}):
        await until(consumed(broker), "consumed")
    assert await effects(engine, "other") == ["o1"]


async def test_bytes_that_do_not_parse_become_dead_letters_and_stop_nobody(
    engine: AsyncEngine, broker: MemoryBroker
) -> None:
    await send(broker, [*things(range(100)), bad(900), things([901])[0]._replace(headers=())])
    for _ in range(2):  # the second time everything is redelivered
        broker.groups.clear()
        async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: effect("done")}):
            await until(consumed(broker), "consumed")
    assert await effects(engine) == [f"thing.{n:06d}" for n in range(100)]
    dead = await rows(engine, "SELECT topic, value, headers FROM outbox WHERE type = 'dead' ORDER BY value")
    assert [row["topic"] for row in dead] == [f"{TOPIC}.dead"] * 2
    assert [row["value"] for row in dead] == [b'{"number": "many"}', b'{"number":901}']
    assert "body_invalid" in dead[0]["headers"]
    assert "attribute_missing" in dead[1]["headers"]


async def test_too_many_dead_letters_stop_the_worker_and_store_nothing(
    engine: AsyncEngine, broker: MemoryBroker
) -> None:
    await send(broker, [*things(range(60)), *(bad(n) for n in range(1_000, 1_030))])
    consumer = Consumer(engine, broker.source("group", [TOPIC]), {ThingDoneV1: effect("done")}, group="group")
    with pytest.raises(TooManyDeadLettersError):
        await consumer.run(asyncio.Event())
    assert await effects(engine) == []
    assert broker.groups["group"].committed == {}


async def test_a_tenth_of_poison_is_borne(engine: AsyncEngine, broker: MemoryBroker) -> None:
    await send(broker, [bad(n) if n % 10 == 0 else things([n])[0] for n in range(1_000)])
    async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: effect("done")}, 100):
        await until(consumed(broker), "consumed")
    assert len(await effects(engine)) == 900
    assert await value(engine, "SELECT count(*) FROM outbox WHERE type = 'dead'") == 100


async def test_workers_with_the_same_events_wait_for_each_other_and_apply_once(
    engine: AsyncEngine, broker: MemoryBroker
) -> None:
    """Two members may hold the same events for a while, after a pause past the session."""
    await send(broker, things(range(300)))
    await send(broker, things(range(299, -1, -1)))
    handlers: dict[type[Event], Handler] = {ThingDoneV1: effect("done")}
    async with (
        consuming(engine, broker.source("group", [TOPIC]), handlers, 50),
        consuming(engine, broker.source("other", [TOPIC]), handlers, 70),
    ):
        await until(consumed(broker), "consumed")
        await until(lambda: sum(broker.groups["other"].committed.values()) == 600, "consumed by the other")
    assert await effects(engine) == [f"thing.{n:06d}" for n in range(300)]


async def test_a_worker_waits_for_a_broker_that_is_away(engine: AsyncEngine, broker: MemoryBroker) -> None:
    await send(broker, things(range(10)))
    broker.away = True
    async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: effect("done")}):
        await asyncio.sleep(0.3)
        broker.away = False
        await until(consumed(broker), "consumed")
        broker.forget()
        await send(broker, things(range(5, 15)))
        await until(consumed(broker), "consumed")
    assert await effects(engine) == [f"thing.{n:06d}" for n in range(15)]


async def test_a_worker_that_is_stopped_in_a_transaction_cannot_hold_it_for_ever(
    engine: AsyncEngine, broker: MemoryBroker
) -> None:
    seen: list[str] = []

    async def handler(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
        seen.append(await (await driver(conn)).fetchval("SHOW idle_in_transaction_session_timeout"))

    await send(broker, things([1]))
    async with consuming(engine, broker.source("group", [TOPIC]), {ThingDoneV1: handler}):
        await until(lambda: bool(seen), "handled")
    assert seen == ["20s"]
