"""kill -9 of the leader's process and of the broker, on real brokers: nothing committed is lost on the bus."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.local.broker import Broker, Tansu
from services.local.kafka import Kafka
from shared.db import driver
from shared.events.codec import Delivery
from shared.messaging.consumer import Consumer
from shared.messaging.domain import BrokerError
from shared.messaging.kafka import KafkaAdmin, KafkaPublisher, KafkaSource
from tests.integration.messaging.scene import (
    TOPIC,
    ThingDoneV1,
    leading,
    put,
    rows,
    things,
    until,
    until_published,
    value,
)

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("child.py")
PARTITIONS = 4


@pytest.fixture(params=["tansu", pytest.param("kafka", marks=pytest.mark.kafka)])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker of this test's own, to be killed."""
    own: Broker = Tansu.start(log=tmp_path / "log") if request.param == "tansu" else Kafka.start(tmp_path / "kafka")
    await KafkaAdmin(own.bootstrap).ensure_topics([TOPIC], partitions=PARTITIONS)
    yield own
    own.kill()


@contextmanager
def child(engine: AsyncEngine, broker: Broker) -> Iterator[subprocess.Popen[bytes]]:
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [sys.executable, str(CHILD), url, broker.bootstrap, str(broker.idempotence)]
    process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def publisher(broker: Broker) -> KafkaPublisher:
    return KafkaPublisher(broker.bootstrap, idempotence=broker.idempotence)


async def on_the_bus(broker: Broker, expected: int, group: str) -> list[str]:
    """The ids of all messages of the topic, until `expected` different ones were seen."""
    source = KafkaSource(broker.bootstrap, group, [TOPIC])
    await source.start()
    found: list[str] = []

    async def read() -> bool:
        found.extend(dict(m.headers)["ce_id"].decode() for m in await source.batch(5_000, 200))
        return len(set(found)) >= expected

    try:
        await until(read, f"{expected} messages on the bus")
    finally:
        await source.stop()
    return found


async def kill_leaders(engine: AsyncEngine, broker: Broker, rounds: int) -> None:
    count = 0
    for _ in range(rounds):
        with child(engine, broker):
            for _ in range(5):
                await put(engine, things(range(count, count + 400)))
                count += 400
                await asyncio.sleep(random.uniform(0, 0.5))
    async with leading(engine, publisher(broker)):
        await until_published(engine)
    ids = await on_the_bus(broker, count, "reader")
    assert set(ids) == {f"thing.{n:06d}" for n in range(count)}
    placed = await rows(engine, "SELECT event_id, position FROM outbox ORDER BY position")
    assert [tuple(row) for row in placed] == [(f"thing.{n:06d}", n + 1) for n in range(count)]


async def test_a_killed_leader_loses_nothing(engine: AsyncEngine, broker: Broker) -> None:
    await kill_leaders(engine, broker, 3)


@pytest.mark.long
async def test_leaders_killed_twenty_times_lose_nothing(engine: AsyncEngine, broker: Broker) -> None:
    await kill_leaders(engine, broker, 20)


async def kill_broker(engine: AsyncEngine, broker: Broker, rounds: int) -> None:
    """The embedded one forgets everything, Apache Kafka nothing; either way all is there in the end."""
    count = 0
    async with leading(engine, publisher(broker)):
        for _ in range(rounds):
            await put(engine, things(range(count, count + 500)))
            count += 500
            await asyncio.sleep(random.uniform(0, 0.3))
            broker.kill()
            await put(engine, things(range(count, count + 100)))
            count += 100
            await asyncio.to_thread(broker.restart)
            await make_topics(broker)
            await until_published(engine)
        ids = await on_the_bus(broker, count, "reader")
    assert set(ids) == {f"thing.{n:06d}" for n in range(count)}


async def kill_broker_under_a_consumer(engine: AsyncEngine, broker: Broker, rounds: int) -> None:
    """Messages come again from a log that begins anew, at other offsets; each has its effect once."""
    count = 0

    async def all_applied() -> bool:
        return bool(await value(engine, "SELECT count(DISTINCT event_id) = $1 FROM effect", count))

    stop = asyncio.Event()
    source = KafkaSource(broker.bootstrap, "group", [TOPIC])
    consumer = asyncio.create_task(Consumer(engine, source, {ThingDoneV1: applied}, group="group").run(stop))
    try:
        async with leading(engine, publisher(broker)):
            for round_ in range(rounds):
                await put(engine, things(range(count, count + 500)))
                count += 500
                await asyncio.sleep(random.uniform(0, 6))
                broker.kill()
                await put(engine, things(range(count, count + 100)))
                count += 100
                await asyncio.to_thread(broker.restart)
                await make_topics(broker)
                if round_ % 2:
                    await until(all_applied, "everything applied")
            await until(all_applied, "everything applied")
    finally:
        stop.set()
        await consumer
    assert await value(engine, "SELECT count(*) FROM effect") == count


async def applied(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
    values = [(delivery.event_id, "applied", 0) for delivery in deliveries]
    await (await driver(conn)).executemany("INSERT INTO effect VALUES ($1, $2, $3)", values)


async def test_a_consumer_outlives_the_broker(engine: AsyncEngine, broker: Broker) -> None:
    await kill_broker_under_a_consumer(engine, broker, 2)


@pytest.mark.long
async def test_a_consumer_outlives_twenty_brokers(engine: AsyncEngine, broker: Broker) -> None:
    await kill_broker_under_a_consumer(engine, broker, 20)


async def make_topics(broker: Broker) -> None:
    """As the supervisor does; a broker that has just opened its port may still refuse."""
    for attempt in range(20):
        try:
            await KafkaAdmin(broker.bootstrap).ensure_topics([TOPIC], partitions=PARTITIONS)
        except BrokerError:
            if attempt == 19:
                raise
            await asyncio.sleep(0.5)
        else:
            return


async def test_a_killed_broker_has_everything_again(engine: AsyncEngine, broker: Broker) -> None:
    await kill_broker(engine, broker, 2)


@pytest.mark.long
async def test_a_broker_killed_twenty_times_has_everything_again(engine: AsyncEngine, broker: Broker) -> None:
    await kill_broker(engine, broker, 20)
