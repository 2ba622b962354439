"""Whole banners: what no record touched is brought up to date too, also beside batches that run."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

from services.screening.parameters import repository as parameters
from services.screening.parameters.domain import ParameterValue
from services.screening.parameters.shipped import definitions
from services.screening.runs import sweep
from services.screening.warnings import repository
from shared import clock
from shared.db import driver, transaction
from tests.integration.screening.conftest import HEAD, WIFE, World


async def set_parameter(world: World, name: str, value: int, division: str) -> None:
    """A local value from the beginning of the year, known now."""
    document, first_day = "测试文件", date(2026, 1, 1)
    async with transaction(world.engine) as conn:
        kind = definitions()[name]
        wanted = ParameterValue(
            name, division, first_day, None, 1, Decimal(value), kind.type, kind.unit, document, "adopted", clock.now()
        )
        await parameters.add(conn, [wanted])


async def test_nothing_is_due_after_a_sweep_until_a_feed_speaks(world: World) -> None:
    await world.take(world.household())
    assert await sweep.once(world.engine) == 1
    assert await sweep.once(world.engine) == 0
    await world.take(world.settlement("1"))
    assert await sweep.once(world.engine) == 1
    await world.take(world.settlement("2", "S2"))
    assert await sweep.once(world.engine) == 0


async def test_a_sweep_waits_for_batches_that_have_not_seen_what_made_it_due(world: World) -> None:
    await world.take(world.household("H0", f"p1.{'Z' * 26}", lifted=False))  # the hour's arrival is noted
    household, other, list_ = world.household("H1", HEAD), world.household("H2", WIFE), world.enrolment(WIFE)
    async with transaction(world.engine) as slow:
        await world.records.apply(slow, [household])  # judges H1 while enrolment has not spoken
        await world.take(other, list_)
        sweeping = asyncio.create_task(sweep.once(world.engine))
        await asyncio.sleep(0.3)
        assert not sweeping.done()
    async with asyncio.timeout(10):
        await sweeping
    assert set(await world.standing()) == {("H1", "I01")}


async def test_two_sweeps_and_a_batch_at_once_have_one_effect(world: World) -> None:
    people = [f"p1.{n:026d}" for n in range(60)]
    await world.take(*(world.household(f"H{n:03d}", person) for n, person in enumerate(people)))
    await world.take(world.enrolment(people[0]))
    await asyncio.gather(
        sweep.once(world.engine), sweep.once(world.engine), world.take(*(world.enrolment(p) for p in people[1:20]))
    )
    await world.settle()
    standing = await world.standing()
    still_open = {pair[0] for pair, one in standing.items() if one.warning.state == "open"}
    assert still_open == {f"H{n:03d}" for n in range(20, 60)}
    for no in still_open:
        assert [c["household_seq"] for c in await world.changes() if c["key"] == no] == [1]


async def test_a_stopped_sweep_is_done_again(world: World) -> None:
    await world.take(world.household("H1", HEAD), world.household("H2", WIFE), world.enrolment(WIFE))
    stop = asyncio.Event()
    stop.set()
    assert await sweep.once(world.engine, stop=stop) == 0
    assert await sweep.once(world.engine) == 1
    assert set(await world.standing()) == {("H1", "I01")}


async def test_the_planner_knows_a_first_load_at_once(world: World) -> None:
    homes = [(f"H{n:04d}", f"p1.{n:026d}") for n in range(1500)]
    async with asyncio.timeout(60):  # without statistics: many minutes
        await world.take(*(world.household(no, person) for no, person in homes))
        await world.take(*(world.settlement("12000", f"S{no}", who=person) for no, person in homes[:500]))
    assert len(await world.standing()) == 500
    async with transaction(world.engine) as conn:
        strange = await repository.strange_to_planner(conn)
        assert await (await driver(conn)).fetchval("SELECT count(*) FROM household_facts") == len(homes)
    assert not {"record_version_17", "record_version_8", "member", "household_state"} & set(strange)


async def test_a_new_parameter_judges_again_where_it_holds(world: World) -> None:
    await world.take(world.household(), world.settlement("6000"))
    await world.settle()
    assert ("H1", "M01") not in await world.standing()
    await set_parameter(world, "medical_line_low", 500_000, "150622000000")
    assert await sweep.once(world.engine) == 0
    await set_parameter(world, "medical_line_low", 500_000, "150625000000")
    assert await sweep.once(world.engine) == 1
    assert (await world.standing())["H1", "M01"].evidence["parameters"][0]["value"] == "5000.00"
    assert await sweep.once(world.engine) == 0


async def test_a_new_parameter_of_a_fact_computes_the_fact_again(world: World) -> None:
    await world.take(world.household())
    await world.settle()
    async with transaction(world.engine) as conn:
        await (await driver(conn)).execute("UPDATE household_facts SET members = 7")  # nothing else would show it
    await set_parameter(world, "medical_line_low", 500_000, "150625000000")
    assert await sweep.once(world.engine) == 1
    async with transaction(world.engine) as conn:
        assert await (await driver(conn)).fetchval("SELECT members FROM household_facts") == 7
    await set_parameter(world, "stable_months", 6, "150625000000")
    assert await sweep.once(world.engine) == 1
    async with transaction(world.engine) as conn:
        assert await (await driver(conn)).fetchval("SELECT members FROM household_facts") == 1


async def test_a_rule_that_is_no_longer_in_force_makes_every_banner_due(world: World) -> None:
    await world.take(world.household())
    await world.settle()
    async with transaction(world.engine) as conn:
        await (await driver(conn)).execute("UPDATE rule_version SET valid_to = '2026-11-19' WHERE code = 'M01'")
    assert await sweep.once(world.engine) == 1
    assert await sweep.once(world.engine) == 0
