"""A household record and its member's first settlement at the same moment through two workers, a
hundred times, and a thousand in `make test-long`: the warning is always there, whichever comes first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.screening.warnings.consumer import Records
from shared.db import driver, transaction
from shared.events.codec import Delivery, encode
from shared.feeds import catalogue
from shared.messaging.consumer import Consumer
from shared.messaging.memory import MemoryBroker
from tests.integration.screening.conftest import World


def message(delivery: Delivery) -> Any:
    """The delivery as ingest would have published it."""
    return encode(
        delivery.event, topic=delivery.topic, event_id=delivery.event_id, source=delivery.source, key=delivery.key
    )


@pytest.mark.parametrize("meetings", [100, pytest.param(1_000, marks=pytest.mark.long)])
async def test_the_warning_is_always_there(world: World, meetings: int) -> None:
    broker = MemoryBroker()
    topics = [catalogue.BY_NUMBER[17].topic, catalogue.BY_NUMBER[8].topic]
    broker.create(topics)
    publisher = broker.publisher()
    await publisher.start()
    workers = []
    for topic in topics:  # each worker has one of the two topics, so every pair goes through both
        source = broker.source(f"group.{topic}", [topic])
        await source.start()
        workers.append(Consumer(world.engine, source, Records().handlers(), group=f"group.{topic}"))
    for n in range(meetings):
        person = f"p1.{n:026d}"
        household = world.household(f"H{n:04d}", person)
        bill = world.settlement("12000", f"S{n}", who=person)
        await publisher.publish([message(household), message(bill)])
        assert await asyncio.gather(*(worker.step() for worker in workers)) == [1, 1]
    async with transaction(world.engine) as conn:
        sql = "SELECT count(*), count(DISTINCT household_no) FROM warning WHERE rule_code = 'M01' AND state = 'open'"
        assert tuple(await (await driver(conn)).fetchrow(sql)) == (meetings, meetings)
