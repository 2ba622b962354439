"""Order, batches and workers do not matter: the warnings depend on the records alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from services.screening.warnings import repository
from services.screening.warnings.consumer import Records
from shared.db import transaction
from shared.events.codec import Delivery
from tests.factories.histories import history
from tests.integration.screening.conftest import World


async def _play(world: World, events: list[Delivery], random: Random) -> bytes:
    waiting = list(events)
    while waiting:
        size = random.randint(1, 9)
        batch, waiting = waiting[:size], waiting[size:]
        await world.take(*batch)
        if random.random() < 0.3:
            await world.settle()
    await world.settle()
    return await world.canonical()


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_and_any_batches_give_the_same_warnings(make_world: Callable[[], Any], seed: int) -> None:
    random = Random(seed)
    events = history(random, records=90)
    reference = await make_world()
    await reference.take(*events)
    await reference.settle()
    expected = await reference.canonical()
    assert expected
    for _ in range(2):
        other = await make_world()
        assert await _play(other, random.sample(events, len(events)), random) == expected


async def test_two_workers_that_meet_in_one_household_miss_nothing(world: World) -> None:
    workers = [Records(), Records()]

    async def take(worker: Records, delivery: Delivery) -> None:
        async with transaction(world.engine) as conn:
            await worker.apply(conn, [delivery])

    for n in range(25):
        person = f"p1.{n:026d}"
        household = world.household(f"H{n:03d}", person)
        bill = world.settlement("12000", f"S{n}", who=person)
        await asyncio.gather(take(workers[0], household), take(workers[1], bill))
    standing = await world.standing()
    assert {pair for pair in standing if pair[1] == "M01"} == {(f"H{n:03d}", "M01") for n in range(25)}


async def test_a_failure_between_any_two_statements_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [world.household(), world.settlement("12000"), world.appraisal("D")]

    async def fail(*_: Any) -> None:
        raise ConnectionError

    for name in ("insert", "last_seq", "add_changes"):
        with monkeypatch.context() as patch:
            patch.setattr(repository, name, fail)
            with pytest.raises(ConnectionError):
                await world.take(*batch)
        assert await world.standing() == {}
        assert await world.changes() == []
    await world.take(*batch)
    assert {pair[1] for pair in await world.standing()} == {"M01", "H01"}
    assert [change["household_seq"] for change in await world.changes()] == [1, 2]
