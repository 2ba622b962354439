"""A feed that ingest says has spoken makes a number of "never sent", once its records are here."""

from __future__ import annotations

from services.indicators.values import service
from shared import clock
from shared.db import transaction
from shared.events.codec import Delivery
from tests.factories.reconciled import changed, manifest
from tests.integration.indicators.conftest import HANGJIN, World, person


async def hear(world: World, *deliveries: Delivery) -> None:
    async with transaction(world.engine) as conn:
        await service.reconciled(conn, list(deliveries))


async def insured(world: World) -> tuple[str | None, str]:
    await world.settle()
    row = (await world.board(HANGJIN))[8]
    return row["value"], row["status"]


async def test_a_closed_list_without_records_counts_nobody_as_insured(world: World) -> None:
    await world.take(world.household("H1", person("A")))
    assert (await insured(world))[1] == "not_computable"
    await hear(world, manifest(7, {HANGJIN: 0}, last_at=clock.now()))
    assert await insured(world) == ("0.00", "gap_open")


async def test_a_word_before_its_records_waits_for_them(world: World) -> None:
    await world.take(world.household("H1", person("A"), person("B")))
    late = world.enrolment(person("A"))
    await hear(world, changed(7, HANGJIN, 1, last_at=clock.now()), changed(8, HANGJIN, 0, last_at=clock.now()))
    assert (await insured(world))[1] == "not_computable"
    await world.take(late)
    assert await insured(world) == ("50.00", "gap_open")
    assert await world.rows("SELECT * FROM freshness_claim") == []
