"""Order, batches and workers do not matter: register, facts and warnings depend on the records alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from services.screening.rebuild.domain import COMPARED
from services.screening.warnings import repository
from services.screening.warnings.consumer import Records
from shared.db import driver, transaction
from shared.events.codec import Delivery
from shared.rebuild.domain import PLACE
from tests.factories.histories import history, stops
from tests.integration.screening.conftest import World


async def _told(world: World) -> dict[str, list[str]]:
    """What the records led to, in canonical bytes: register, facts, and the open warnings that are not eased."""
    told = {"warnings": (await world.canonical()).decode().splitlines()}
    async with transaction(world.engine) as conn:
        raw = await driver(conn)
        for table, compared in COMPARED.items():
            left_out = " - ".join(["to_jsonb(t)", *(f"'{column}'" for column in sorted(PLACE))])
            rows = await raw.fetch(f"SELECT ({left_out})::text FROM {table} t ORDER BY {', '.join(compared.key)}")
            told[table] = [row[0] for row in rows]
        counted = "SELECT kind, banner_code, sum(versions)::int FROM applied_count GROUP BY 1, 2 ORDER BY 1, 2"
        told["applied_count"] = [str(tuple(row)) for row in await raw.fetch(counted)]
    return told


async def _play(world: World, events: Sequence[Delivery], random: Random) -> dict[str, list[str]]:
    """Everything in random order, one record in ten twice, in batches of random sizes."""
    waiting = [*events, *random.sample(events, len(events) // 10)]
    random.shuffle(waiting)
    while waiting:
        size = random.randint(1, 30)
        batch, waiting = waiting[:size], waiting[size:]
        await world.take(*batch)
        if random.random() < 0.1:
            await world.settle()
    await world.settle()
    return await _told(world)


async def _any_order(make_world: Callable[[], Any], seed: int, others: int) -> None:
    random = Random(seed)
    events = history(random, records=90) + stops(random)
    reference = await make_world()
    await reference.take(*events)
    await reference.settle()
    expected = await _told(reference)
    # Nobody closes a period here, so no word of ingest waits for its records.
    assert [part for part, rows in expected.items() if not rows] == ["freshness_claim"]
    for _ in range(others):
        found = await _play(await make_world(), events, random)
        for part, rows in expected.items():
            assert found[part] == rows, part


@pytest.mark.parametrize("seed", range(3))
async def test_any_order_and_any_batches_give_the_same_register_facts_and_warnings(
    make_world: Callable[[], Any], seed: int
) -> None:
    await _any_order(make_world, seed, others=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
async def test_order_does_not_matter_many_times(make_world: Callable[[], Any], seed: int) -> None:
    await _any_order(make_world, seed, others=3)


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
