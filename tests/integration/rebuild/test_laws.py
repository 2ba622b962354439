"""Live, swept and rebuilt are one: register, facts and warnings follow from the records, whoever works them out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest

from services.screening.register import service as register
from services.screening.runs import execution, service
from services.screening.runs.domain import Wanted
from services.screening.worker import GROUP, TOPICS, work
from shared import clock
from shared.codes import divisions
from shared.db import driver, transaction
from shared.events.codec import Delivery, encode
from shared.events.topics import names
from shared.messaging.memory import MemoryBroker
from tests.factories.histories import history, stops
from tests.integration.rebuild.kept import LOST, Kept
from tests.integration.screening.conftest import TODAY, World, settings_for


async def _live_is_swept_is_rebuilt(make_world: Callable[[], Any], seed: int) -> bytes:
    """The warnings, which are equal; a history may warn of nobody."""
    random = Random(seed)
    events = _known_by_now(random)
    live, bare = Kept.on(await make_world()), Kept.on(await make_world())
    for batch in _batches(random, events):
        await live.take(*batch)
    await live.settle()
    warnings, tables, told = await live.canonical(), await live.dump(), await live.changes()
    statuses = await live.statuses()

    async with transaction(bare.engine) as conn:
        await register.apply(conn, events)
    async with transaction(bare.engine) as conn:
        await service.start(conn, Wanted("live-day", TODAY, divisions.CITY), "张三")
    assert await execution.once(bare.engine, bare.records.now, at_once=3) is not None
    assert await bare.canonical() == warnings
    assert await bare.dump() == tables

    assert (await live.rebuild()).identical
    await live.execute(f"{random.choice(('DROP', 'TRUNCATE'))} TABLE {', '.join(LOST)} CASCADE")
    outcome = await live.rebuild()
    assert (outcome.undecided, outcome.unsaid) == ({}, 0)
    assert await live.canonical() == warnings
    assert await live.dump() == tables
    await live.settle()
    assert await live.changes() == told
    assert await live.statuses() == statuses
    return warnings


@pytest.mark.parametrize("seed", range(3))
async def test_live_is_swept_is_rebuilt(make_world: Callable[[], Any], seed: int) -> None:
    assert await _live_is_swept_is_rebuilt(make_world, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200, 260))
async def test_live_is_swept_is_rebuilt_many_times(make_world: Callable[[], Any], seed: int) -> None:
    await _live_is_swept_is_rebuilt(make_world, seed)


async def _two_are_one(make_world: Callable[[], Any], seed: int) -> bytes:
    """Records of a few households pushed at once; a second worker joins in the middle and the first leaves. The
    warnings, which are equal."""
    random = Random(seed)
    events = _known_by_now(random)
    one, two = Kept.on(await make_world()), Kept.on(await make_world())
    await one.take(*events)
    await one.settle()
    broker = MemoryBroker()
    broker.create(names())
    mixed = random.sample(events, len(events))
    thirds = [mixed[part::3] for part in range(3)]
    async with working(two, broker) as leave:
        await _publish(broker, thirds[0])
        await _applied(two, 1)
        async with working(two, broker):
            await _publish(broker, thirds[1])
            await _applied(two, len(thirds[0]))
            leave.set()
            await _publish(broker, thirds[2])
            await _applied(two, len(events))
    await two.settle()
    assert await two.dump() == await one.dump()
    warnings: bytes = await one.canonical()
    assert await two.canonical() == warnings
    return warnings


@pytest.mark.parametrize("seed", range(2))
async def test_two_workers_and_a_rebalance_are_one_worker(make_world: Callable[[], Any], seed: int) -> None:
    assert await _two_are_one(make_world, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(300, 340))
async def test_two_workers_are_one_many_times(make_world: Callable[[], Any], seed: int) -> None:
    await _two_are_one(make_world, seed)


def _known_by_now(random: Random) -> list[Delivery]:
    """A history without what ingest would only know tomorrow: who has not seen it cannot count it."""
    meta = [
        (getattr(one.event, "meta", one.event).known_at, one) for one in history(random, records=80) + stops(random)
    ]
    return [one for known_at, one in meta if known_at <= clock.now()]


def _batches(random: Random, events: Sequence[Delivery]) -> list[Sequence[Delivery]]:
    found, start = [], 0
    while start < len(events):
        size = random.randint(1, 30)
        found.append(events[start : start + size])
        start += size
    return found


@asynccontextmanager
async def working(world: World, broker: MemoryBroker) -> AsyncIterator[asyncio.Event]:
    """A worker until the end of the block or until its event; its failure is the test's."""
    stop = asyncio.Event()
    settings = settings_for(world.url, sweep_poll_seconds=0.2, batch_wait_ms=20, batch_records=7)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work(settings, broker.source(GROUP, TOPICS), broker.publisher(), stop))
        try:
            yield stop
        finally:
            stop.set()


async def _publish(broker: MemoryBroker, deliveries: Sequence[Delivery]) -> None:
    publisher = broker.publisher()
    await publisher.start()
    await publisher.publish(
        [encode(d.event, event_id=d.event_id, source=d.source, key=d.key, time=d.time) for d in deliveries]
    )


async def _applied(world: World, events: int) -> None:
    async with asyncio.timeout(120):
        while True:
            async with transaction(world.engine) as conn:
                if await (await driver(conn)).fetchval("SELECT count(*) FROM inbox") >= events:
                    return
            await asyncio.sleep(0.05)
