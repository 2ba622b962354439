"""Order, batches and workers do not matter: the values depend on the records alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from services.indicators import worker
from services.indicators.definitions.periods import end_of
from shared.events import topics
from shared.events.codec import Delivery, encode
from shared.messaging.memory import MemoryBroker
from tests.integration.indicators.conftest import TODAY, World
from tests.integration.indicators.laws.conftest import lives, push

Values = dict[tuple[Any, ...], tuple[Any, ...]]
_SAID = ("value", "numerator", "denominator", "unit", "status", "reason", "basis", "beside", "as_of", "formula_version")


async def values(world: World) -> Values:
    """What stands, by place. An ended place without a number is left out: it is told of only where there was one
    before, which depends on what came first."""
    rows = await world.rows("SELECT * FROM indicator_value WHERE current")
    return {
        (row["number"], row["division_code"], row["period"]): tuple(row[name] for name in _SAID)
        for row in rows
        if row["value"] is not None or end_of(row["period"]) >= TODAY
    }


def computed(values: Values) -> int:
    """How many have a number."""
    return sum(said[0] is not None for said in values.values())


def differences(expected: Values, found: Values, seed: int) -> None:
    """None."""
    other = {place: (said, found.get(place)) for place, said in expected.items() if found.get(place) != said}
    more = {place: said for place, said in found.items() if place not in expected}
    assert (other, more) == ({}, {}), seed


async def _any_order(make_world: Callable[[], Any], seed: int, others: int) -> None:
    random = Random(seed)
    events = lives(random, 80)
    reference = await make_world()
    await push(reference, events, random)
    expected = await values(reference)
    assert computed(expected)
    for _ in range(others):
        other = await make_world()
        mixed = [*events, *random.sample(events, len(events) // 10)]
        await _in_pieces(other, random.sample(mixed, len(mixed)), random)
        differences(expected, await values(other), seed)


async def _in_pieces(world: World, events: Sequence[Delivery], random: Random) -> None:
    waiting = list(events)
    while waiting:
        size = random.randint(1, 30)
        batch, waiting = waiting[:size], waiting[size:]
        await world.take(*batch)
        if random.random() < 0.3:
            await world.settle()
    await world.settle()


@pytest.mark.parametrize("seed", range(2))
async def test_any_order_and_any_batches_give_the_same_values(make_world: Callable[[], Any], seed: int) -> None:
    await _any_order(make_world, seed, others=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 108))
async def test_order_does_not_matter_many_times(make_world: Callable[[], Any], seed: int) -> None:
    await _any_order(make_world, seed, others=2)


async def _send(broker: MemoryBroker, deliveries: Sequence[Delivery]) -> None:
    """As ingest's leader would."""
    publisher = broker.publisher()
    await publisher.start()
    await publisher.publish(
        [
            encode(d.event, topic=d.topic, event_id=d.event_id, source=d.source, key=d.key, time=d.time)
            for d in deliveries
        ]
    )


async def _work(world: World, workers: int, parts: Sequence[Sequence[Delivery]]) -> None:
    """The parts sent one after another, while each is still being worked on; until all is applied and computed."""
    broker = MemoryBroker()
    broker.create(topics.names())
    stop = asyncio.Event()
    sources = [broker.source(worker.GROUP, worker.TOPICS) for _ in range(workers)]
    running = [asyncio.create_task(worker.work(world.settings, one, broker.publisher(), stop)) for one in sources]
    sent = 0
    try:
        async with asyncio.timeout(240):
            for part in parts:
                await _send(broker, part)
                sent += len(part)
                await _until(world, sent - len(part) // 2, marks=True)
            await _until(world, sent, marks=False)
    finally:
        stop.set()
        await asyncio.gather(*running)


async def _until(world: World, seen: int, *, marks: bool) -> None:
    """Until so many records are applied, and with `marks` false nothing waits to be computed."""
    while True:
        counted = await world.rows(
            "SELECT (SELECT count(*) FROM inbox) AS seen, (SELECT count(*) FROM dirty_mark) AS marks"
        )
        if counted[0]["seen"] >= seen and (marks or counted[0]["marks"] == 0):
            return
        await asyncio.sleep(0.05)


async def _two_are_one(make_world: Callable[[], Any], seed: int) -> None:
    random = Random(f"two-{seed}")
    events = lives(random, 80)
    one, two = await make_world(), await make_world()
    await push(one, events, random)
    mixed = random.sample(events, len(events))
    await _work(two, 2, [mixed[part::3] for part in range(3)])
    expected = await values(one)
    assert computed(expected)
    differences(expected, await values(two), seed)


async def test_two_workers_at_once_give_the_values_of_one(make_world: Callable[[], Any]) -> None:
    await _two_are_one(make_world, 0)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 7))
async def test_two_workers_at_once_give_the_values_of_one_many_times(make_world: Callable[[], Any], seed: int) -> None:
    await _two_are_one(make_world, seed)
