"""What screening says of households reaches the ledger over a real broker: late, twice and out of order changes
nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.assets.beneficiaries import service
from services.assets.beneficiaries.consumer import HANDLERS
from services.assets.beneficiaries.domain import Standing
from shared.db import create_engine, driver, transaction
from shared.events.codec import encode
from shared.events.households import HouseholdStatusChangedV1
from shared.events.message import Headers, Message
from shared.ids import uuid7
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import KafkaAdmin, KafkaPublisher, KafkaSource

Said = tuple[str, int, str, str | None, bool]
SAID: list[Said] = [
    ("H1", 1, "2025-01-01", "lifted", False),
    ("H1", 2, "2026-03-01", "lifted", True),
    ("H1", 3, "2026-02-01", "general", True),  # a record that came late: from February on it was otherwise
    ("H1", 4, "2026-06-30", "general", False),
    ("H2", 1, "2026-01-01", "lifted", False),
    ("H2", 2, "2026-01-01", None, False),  # taken back
    ("H3", 1, "2026-01-01", "lifted", False),
    ("H3", 2, "2026-03-01", "general", False),
    ("H3", 3, "2026-02-01", "lifted", False),  # it never became general
]
EXPECTED: dict[tuple[str, str], Standing] = {
    ("H1", "2024-12-31"): "unknown",
    ("H1", "2025-12-31"): "lifted",
    ("H1", "2026-02-15"): "monitored",
    ("H1", "2026-06-29"): "monitored",
    ("H1", "2026-06-30"): "general",
    ("H2", "2026-05-01"): "unknown",
    ("H3", "2026-04-01"): "lifted",
    ("H9", "2026-05-01"): "unknown",
}


def _messages(topic: str) -> list[Message]:
    return [
        encode(
            HouseholdStatusChangedV1.model_validate(
                {"household_no": no, "status_seq": seq, "status_on": day, "base_status": base, "monitored": monitored,
                 "members": 3, "known_at": datetime(2026, 7, 1, tzinfo=UTC)}
            ),
            topic=topic, event_id=str(uuid7()), source="/xianjie/screening", key=no,
        )
        for no, seq, day, base, monitored in SAID
    ]  # fmt: skip


async def _standing(engine: AsyncEngine) -> dict[tuple[str, str], Standing]:
    async with transaction(engine) as conn:
        return {(no, day): (await service.standing(conn, [no], date.fromisoformat(day)))[no] for no, day in EXPECTED}


@pytest.mark.parametrize("seed", range(1))
async def test_order_and_repetition_change_nothing(
    tansu: str, topics: Callable[..., list[str]], database: Callable[[str | None], str], seed: int
) -> None:
    random = Random(seed)
    [topic] = topics("screening.households.v1")
    await KafkaAdmin(tansu).ensure_topics([topic], partitions=3)
    engine = create_engine(database("assets"), name="test")
    said = _messages(topic)
    again = [one._replace(headers=_renamed(one)) if random.random() < 0.5 else one for one in said]
    mixed = random.sample([*said, *again], len(said) * 2)
    publisher = KafkaPublisher(tansu, idempotence=False)
    await publisher.start()
    stop = asyncio.Event()
    working = asyncio.create_task(
        Consumer(engine, KafkaSource(tansu, f"assets-{topic}", [topic]), HANDLERS, group="t", max_records=3).run(stop)
    )
    try:
        for first in range(0, len(mixed), 2):
            await publisher.publish(mixed[first : first + 2])
        async with asyncio.timeout(60):
            while await _kept(engine) < len(SAID):  # noqa: ASYNC110 - what was heard is in the database
                await asyncio.sleep(0.05)
        assert await _standing(engine) == EXPECTED
    finally:
        stop.set()
        await asyncio.wait_for(working, 20)
        await publisher.stop()
    assert await _kept(engine) == len(SAID)
    assert await _standing(engine) == EXPECTED
    await engine.dispose()


def _renamed(message: Message) -> Headers:
    """The same said once more under another event id, as after a restore from backup."""
    return tuple((name, str(uuid7()).encode() if name == "ce_id" else value) for name, value in message.headers)


async def _kept(engine: AsyncEngine) -> int:
    async with transaction(engine) as conn:
        kept: int = await (await driver(conn)).fetchval("SELECT count(*) FROM household_status")
    return kept
