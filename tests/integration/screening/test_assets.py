"""An asset whose income stopped, as the ledger tells it, reaches the households of its last paid plan."""

from __future__ import annotations

from datetime import timedelta

from shared import clock
from tests.factories.deliveries import income_stopped
from tests.integration.screening.conftest import HEAD, TODAY, WIFE, World

C01 = ("H1", "C01")


async def test_a_stopped_income_warns_those_it_was_paid_to(world: World) -> None:
    await world.take(world.household("H1", HEAD), world.household("H2", WIFE), world.household("H3", "p1.Y"))
    stop = income_stopped(TODAY - timedelta(days=3), "H1", "H2", known_at=clock.now())
    await world.take(stop)
    standing = await world.standing()
    assert {pair for pair in standing if pair[1] == "C01"} == {C01, ("H2", "C01")}
    await world.take(stop)
    assert [kind for kind, code, _ in await world.told() if code == "C01"] == ["raised", "raised"]


async def test_a_stop_before_its_household_counts_once_it_comes(world: World) -> None:
    await world.take(income_stopped(TODAY - timedelta(days=3), "H1", known_at=clock.now()))
    assert await world.standing() == {}
    await world.take(world.household("H1", HEAD))
    assert C01 in await world.standing()


async def test_a_stop_and_records_in_one_batch_are_one_batch(world: World) -> None:
    stop = income_stopped(TODAY, "H1", "H2", known_at=clock.now())
    await world.take(stop, world.household("H1", HEAD), world.settlement("12000"), world.household("H2", WIFE))
    assert {C01, ("H2", "C01"), ("H1", "M01")} <= set(await world.standing())


async def test_an_old_stop_is_no_news_after_ninety_days(world: World) -> None:
    await world.take(world.household("H1", HEAD), income_stopped(TODAY, "H1", known_at=clock.now()))
    assert not (await world.standing())[C01].warning.eased
    world.at(TODAY + timedelta(days=90))
    await world.settle()
    assert (await world.standing())[C01].warning.eased
