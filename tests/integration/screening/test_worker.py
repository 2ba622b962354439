"""The worker as a whole, on the broker's twin: records in, warnings out, once each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import orjson

from services.screening.worker import GROUP, TOPICS, work
from shared import clock
from shared.events.codec import Delivery, encode
from shared.events.topics import WARNINGS, names
from shared.messaging.memory import MemoryBroker
from tests.factories.deliveries import income_stopped
from tests.factories.reconciled import manifest
from tests.integration.screening.conftest import HEAD, TODAY, WIFE, World, settings_for


@asynccontextmanager
async def working(world: World, broker: MemoryBroker, members: int = 1) -> AsyncIterator[None]:
    """Workers of one group until the end of the block; their failure is the test's."""
    stop = asyncio.Event()
    settings = settings_for(world.url, sweep_poll_seconds=0.05, batch_wait_ms=20)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(members):
            tasks.create_task(work(settings, broker.source(GROUP, TOPICS), broker.publisher(), stop))
        try:
            yield
        finally:
            stop.set()


async def _publish(broker: MemoryBroker, deliveries: Iterable[Delivery]) -> None:
    publisher = broker.publisher()
    await publisher.start()
    messages = [
        encode(d.event, topic=d.topic, event_id=d.event_id, source=d.source, key=d.key, time=d.time) for d in deliveries
    ]
    await publisher.publish(messages)


async def _until(broker: MemoryBroker, true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20), broker.grown:
        await broker.grown.wait_for(true)


def _told(broker: MemoryBroker) -> list[tuple[str, str, str]]:
    found = []
    for received in broker.messages(WARNINGS):
        headers = dict(received.headers)
        body = orjson.loads(received.value or b"")
        found.append((headers["ce_type"].decode(), (received.key or b"").decode(), body["warning"]["rule_code"]))
    return found


async def test_records_become_warnings_on_the_bus_also_for_those_a_first_list_leaves_out(world: World) -> None:
    broker = MemoryBroker()
    broker.create(names())
    records = [world.household("H1", HEAD), world.household("H2", WIFE), world.enrolment(WIFE)]
    bill = world.settlement("12000")
    async with working(world, broker):
        await _publish(broker, [*records, bill])
        await _until(broker, lambda: len(broker.messages(WARNINGS)) == 2)
        assert sorted(_told(broker)) == [
            ("xianjie.warning.raised.v1", "H1", "I01"),
            ("xianjie.warning.raised.v1", "H1", "M01"),
        ]
        causes = {dict(m.headers).get("ce_causationid") for m in broker.messages(WARNINGS)}
        assert bill.event_id.encode() in causes
        await _publish(broker, [world.settlement("1")])
        await _until(broker, lambda: len(broker.messages(WARNINGS)) == 3)
        assert _told(broker).count(("xianjie.warning.superseded.v1", "H1", "M01")) == 1


async def test_a_replay_after_the_broker_forgot_has_no_second_effect(world: World) -> None:
    broker = MemoryBroker()
    broker.create(names())
    records = [world.household(), world.settlement("12000")]
    async with working(world, broker):
        await _publish(broker, records)
        await _until(broker, lambda: len(broker.messages(WARNINGS)) == 1)
    before = await world.canonical(history=True)
    async with working(world, broker, members=2):
        await _publish(broker, records)
        await _publish(broker, [world.appraisal("D")])
        await _until(broker, lambda: len(broker.messages(WARNINGS)) == 2)
    assert len(await world.changes()) == 2
    assert before in await world.canonical(history=True)


async def test_what_ingest_and_the_ledger_of_assets_say_is_heard(world: World) -> None:
    broker = MemoryBroker()
    broker.create(names())
    closed = manifest(7, {"150625000000": 0}, last_at=clock.now())
    stopped = income_stopped(TODAY, "H1", known_at=clock.now())
    async with working(world, broker, members=2):
        await _publish(broker, [closed, stopped, world.household("H1", HEAD)])
        await _until(broker, lambda: {("H1", "C01"), ("H1", "I01")} <= {told[1:] for told in _told(broker)})
