"""What was told of households stays though the change feed forgets: a lost table comes back from it whole."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from services.screening.delivery import retention
from services.screening.status import mending
from shared import clock
from shared.db import driver, transaction
from shared.messaging.outbox import TableStore
from tests.integration.screening.conftest import HEAD, TODAY
from tests.integration.status.conftest import Statuses

KEEP_DAYS = 30


async def test_a_lost_table_is_whole_again_though_all_was_told_long_ago(world: Statuses) -> None:
    await world.take(world.household("H1", HEAD), world.monitored(date(2026, 6, 5)), world.settlement("12000"))
    await world.take(world.measure(date(2026, 8, 1)), world.settlement("1"))
    await world.look()
    kept, told = await _rows(world), await world.messages()
    await _publish(world)
    world.at(TODAY + timedelta(days=KEEP_DAYS + 1))
    assert await retention.purge(world.engine, asyncio.Event(), KEEP_DAYS) > 0
    assert await world.messages() == told
    async with transaction(world.engine) as conn:
        await (await driver(conn)).execute("TRUNCATE household_told")
        found = await mending.mend(conn, clock.today(), world.records.now())
    assert (found.restored, found.undecided) == (1, 0)
    assert await _rows(world) == kept != []
    await world.look()
    assert await world.messages() == told


async def _publish(world: Statuses) -> None:
    async with transaction(world.engine) as conn:
        await TableStore().number(conn)
        batch = await TableStore().take(conn, 10_000)
        await TableStore().mark(conn, batch, [])


async def _rows(world: Statuses) -> list[tuple[object, ...]]:
    async with transaction(world.engine) as conn:
        rows = await (await driver(conn)).fetch("SELECT household_no, status_seq, timeline::text FROM household_told")
    return sorted(tuple(row) for row in rows)
