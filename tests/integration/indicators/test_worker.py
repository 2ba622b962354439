"""The worker on a broker: records in, values out; two at once make no difference."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import orjson

from services.indicators import worker
from services.indicators.values.domain import Status
from shared.events import topics
from shared.events.codec import Delivery, encode
from shared.events.message import Received
from shared.events.values import IndicatorBreachedV1
from shared.messaging.memory import MemoryBroker
from tests.factories.deliveries import appraisal, enrolment, household, record
from tests.integration.indicators.conftest import OTHER_VILLAGE, VILLAGE, World, person

Published = dict[tuple[str, str, str], tuple[Any, Any, Any, Status]]


def population(world: World, random: Random) -> list[Delivery]:
    """Forty lifted households in two banners, most members insured, some enrolments withdrawn later."""
    found = []
    for index in range(40):
        members = [person(f"{index:02d}{letter}").ljust(29, "A")[:29] for letter in "ABC"[: random.randint(1, 3)]]
        no, village = f"15{index:010d}", random.choice([VILLAGE, OTHER_VILLAGE])
        found.append(
            record(17, f"h-{no}", world.tick(), household(no, *members), household_no=no, division=village,
                   effective_on=date(2025, 1, 1))
        )  # fmt: skip
        day = date(2026, random.randint(1, 10), 5)
        grade = random.choice("AABC")
        found.append(record(9, f"a-{no}", world.tick(), appraisal(day, grade), subject=members[0], effective_on=day))
        for who in members:
            for gone in [False, True] if random.random() < 0.3 else [False]:
                data = None if gone else enrolment(2026)
                found.append(record(7, f"e-{who}", world.tick(), data, subject=who, effective_on=date(2026, 1, 1)))
    return found


async def send(broker: MemoryBroker, deliveries: list[Delivery]) -> None:
    """As ingest's leader would."""
    publisher = broker.publisher()
    await publisher.start()
    await publisher.publish(
        [
            encode(d.event, topic=d.topic, event_id=d.event_id, source=d.source, key=d.key, time=d.time)
            for d in deliveries
        ]
    )


async def until(true: Callable[[], Any], seconds: float = 30) -> None:
    for _ in range(int(seconds / 0.05)):
        if await true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("never came")


async def values(world: World) -> Published:
    rows = await world.rows("SELECT * FROM indicator_value WHERE current")
    return {
        (row["code"], row["division_code"], row["period"]): tuple(
            row[name] for name in ("value", "numerator", "denominator", "status")
        )
        for row in rows
    }


def own_events(broker: MemoryBroker) -> list[Received]:
    """One a value; breaches are told beside them."""
    return [
        m for m in broker.messages(topics.VALUES) if dict(m.headers)["ce_type"] != IndicatorBreachedV1.TYPE.encode()
    ]


async def run_workers(world: World, count: int, broker: MemoryBroker, sent: int) -> None:
    """Until all is applied, computed and published."""
    stop = asyncio.Event()
    source = [broker.source(worker.GROUP, worker.TOPICS) for _ in range(count)]
    running = [asyncio.create_task(worker.work(world.settings, one, broker.publisher(), stop)) for one in source]

    async def done() -> bool:
        counted = await world.rows(
            """SELECT (SELECT count(*) FROM inbox) AS seen, (SELECT count(*) FROM dirty_mark) AS marks,
                   (SELECT count(*) FROM indicator_value) AS made"""
        )
        held = len(own_events(broker))
        return (counted[0]["seen"], counted[0]["marks"]) == (sent, 0) and held == counted[0]["made"] > 0

    try:
        await until(done)
    finally:
        stop.set()
        await asyncio.gather(*running)


async def test_records_become_values_on_the_topic_keyed_by_indicator(world: World) -> None:
    broker = MemoryBroker()
    broker.create(topics.names())
    deliveries = population(world, Random(1))
    await send(broker, deliveries)
    await run_workers(world, 1, broker, len(deliveries))
    messages = own_events(broker)
    for message in messages:
        body, headers = orjson.loads(message.value or b""), dict(message.headers)
        assert (message.key or b"").decode() == body["code"]
        family = "value" if body["number"] <= 16 else "target"
        assert headers["ce_type"].decode() == f"xianjie.{family}.published.v1"
        assert headers["ce_id"].decode() == body["value_id"]
        assert (body["value"] is None) == (body["status"] == "not_computable") == bool(body["reason"])
    published = {(b["code"], b["division_code"], b["period"]) for b in (orjson.loads(m.value or b"") for m in messages)}
    assert published == set(await values(world))
    told = [orjson.loads(m.value or b"") for m in broker.messages(topics.VALUES) if m not in messages]
    breached = await world.rows("SELECT value_id FROM indicator_value WHERE status = 'breached'")
    assert {body["value_id"] for body in told} == {str(row["value_id"]) for row in breached} != set()


async def test_two_workers_at_once_and_any_order_give_the_values_of_one(
    world: World, make_world: Callable[[], Any]
) -> None:
    other = await make_world()
    deliveries = population(world, Random(2))
    for one, count, order in [(world, 1, deliveries), (other, 2, Random(3).sample(deliveries, len(deliveries)))]:
        broker = MemoryBroker()
        broker.create(topics.names())
        await send(broker, order)
        await run_workers(one, count, broker, len(deliveries))
    assert await values(world) == await values(other)
    assert any(value[0] is not None for value in (await values(other)).values())
