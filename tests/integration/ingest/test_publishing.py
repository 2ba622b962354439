"""Parts are the outbox: numbered, published in that order, and the receipt tells where each record stands."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from services.ingest.relay.repository import PartStore, kept
from shared import clock
from shared.db import create_engine, transaction
from shared.events.codec import Delivery, decode
from shared.messaging.domain import Received, partition_of
from shared.messaging.memory import MemoryBroker
from shared.messaging.outbox import Leader
from tests.integration.ingest.conftest import Api, retract, settlement
from tests.support.leading import leading

TOPIC = "feeds.medical-insurance.v1"
PARTITIONS = 12


def leader(api: Api, broker: MemoryBroker) -> Leader:
    return Leader(api.url, PartStore(PARTITIONS), broker.publisher(), "ingest")


async def all_published(api: Api) -> None:
    async with asyncio.timeout(30):
        while await api.rows("SELECT FROM part WHERE published_at IS NULL"):  # noqa: ASYNC110  # the database tells
            await asyncio.sleep(0.02)


def event(message: Received) -> Delivery:
    found = decode(message)
    assert isinstance(found, Delivery)
    return found


def broker() -> MemoryBroker:
    made = MemoryBroker()
    made.create([TOPIC], PARTITIONS)
    return made


async def test_every_stored_record_is_published_once_under_its_id(api: Api) -> None:
    bus = broker()
    submissions = []
    for minute in range(3):
        records = [settlement(f"s{i}", minute=minute, self_paid=100 + minute, person=i) for i in range(40)]
        submissions.append((await api.push(*records)).json()["submission_id"])
    await api.push(*[settlement(f"s{i}", minute=2, self_paid=102, person=i) for i in range(40)])  # only duplicates
    await api.push(retract("s1", minute=9), settlement("s2", minute=1, self_paid=7, person=2))
    async with leading(leader(api, bus)):
        await all_published(api)
    deliveries = [event(message) for message in bus.messages(TOPIC)]
    rows = await api.rows("SELECT part_id, line, key, payload FROM record_version")
    assert {d.event_id for d in deliveries} == {f"{r['part_id']}.{r['line']}" for r in rows}
    assert len(deliveries) == len(rows) == 121
    types = [d.type for d in deliveries]
    assert types.count("xianjie.record.retracted.v1") == 1
    assert types.count("xianjie.record.accepted.v1") == 120
    by_place = {(m.partition, m.offset): m for m in bus.messages(TOPIC)}
    for submission in submissions:
        for line in (await api.get(f"/v1/submissions/{submission}")).json()["records"]:
            place = line["published"]
            message = by_place[(place["partition"], place["offset"])]
            meta = event(message).event.meta
            assert (meta.submission_id, meta.line, meta.source_id) == (submission, line["index"], line["source_id"])
            assert place["partition"] == partition_of(message.key or b"", PARTITIONS)


async def test_versions_of_a_record_arrive_in_the_order_they_were_stored(api: Api) -> None:
    bus = broker()
    async with leading(leader(api, bus)):
        for minute in range(20):
            await api.push(settlement(minute=minute, self_paid=100 + minute))
        await all_published(api)
    versions = [event(message).event.meta.version for message in bus.messages(TOPIC)]
    assert versions == sorted(versions)
    positions = await api.rows("SELECT position FROM part ORDER BY part_id")
    assert [row["position"] for row in positions] == list(range(1, 21))


async def test_what_publishes_nothing_is_born_published(api: Api) -> None:
    await api.push(settlement())
    submission = (await api.push(settlement())).json()
    [part] = await api.rows("SELECT * FROM part WHERE submission_id = $1", submission["submission_id"])
    assert part["publishable"] == 0
    assert part["published_at"] is not None
    assert part["position"] is None
    receipt = (await api.get(f"/v1/submissions/{submission['submission_id']}")).json()
    assert [line["published"] for line in receipt["records"]] == [None]


async def test_forgotten_parts_come_again_under_their_positions(api: Api) -> None:
    bus = broker()
    for i in range(3):
        await api.push(settlement(f"s{i}", person=i))
    async with leading(leader(api, bus)):
        await all_published(api)
    before = await api.rows("SELECT part_id, position FROM part ORDER BY 1")
    store, engine = PartStore(PARTITIONS), create_engine(api.url, name="test")
    async with transaction(engine) as conn:
        assert (await store.backlog(conn)).messages == 0
        assert await store.forget_published(conn, clock.now() - timedelta(days=30)) == 3
        backlog = await store.backlog(conn)
        assert backlog.messages == 3
        assert backlog.oldest is not None
        batch = await store.take(conn, 2)
        assert len(batch.messages) == 2
        assert await store.number(conn) == 0
    await engine.dispose()
    async with leading(leader(api, bus)):
        await all_published(api)
    assert await api.rows("SELECT part_id, position FROM part ORDER BY 1") == before
    ids = [event(message).event_id for message in bus.messages(TOPIC)]
    assert sorted(ids) == sorted(2 * list(set(ids)))


async def test_lines_come_in_pages(api: Api) -> None:
    submission = (await api.push(*[settlement(f"s{i}", person=i) for i in range(5)])).json()["submission_id"]
    path = f"/v1/submissions/{submission}/records"
    first = (await api.get(path, limit=2)).json()
    assert [line["index"] for line in first["items"]] == [0, 1]
    rest = (await api.get(path, limit=3, after=first["next"])).json()
    assert [line["index"] for line in rest["items"]] == [2, 3, 4]
    assert rest["next"] is None


async def test_what_is_kept_is_what_was_published_message_for_message_at_its_place(api: Api) -> None:
    bus = broker()
    for minute in range(3):
        await api.push(*[settlement(f"s{i}", minute=minute, self_paid=100 + minute, person=i) for i in range(40)])
    await api.push(*[settlement(f"s{i}", minute=2, self_paid=102, person=i) for i in range(40)])  # publishes nothing
    await api.push(retract("s1", minute=9))
    async with leading(leader(api, bus)):
        await all_published(api)
    engine = create_engine(api.url, name="test", pool_size=1)
    found: list[Received] = []
    position, last = 0, -1
    while position != last:
        last = position
        async with transaction(engine) as conn:
            position, messages = await kept(conn, last, 50, PARTITIONS)
        found += messages
    await engine.dispose()
    assert len(found) == 121
    assert sorted(found) == sorted(bus.messages(TOPIC))
