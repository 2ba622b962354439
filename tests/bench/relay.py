"""Publishing from a full outbox (performance.md row 3): the leader drains settlements that ingest's API
stored, to the embedded broker, beside the producer's batch API alone with the same messages."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import count

from sqlalchemy.ext.asyncio import AsyncEngine

from services.ingest.relay.repository import PartStore
from services.ingest.relay.service import Relay
from services.local.broker import Tansu
from shared.db import create_engine, driver, transaction
from shared.events.topics import FEED_TOPICS, PARTITIONS
from shared.messaging.kafka import KafkaAdmin, KafkaPublisher
from shared.messaging.outbox import Leader
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report

RUNS = 5
BODIES = 100
SIZE = 1_000
_WAITING = "SELECT count(*) FROM part WHERE publishable > 0 AND published_at IS NULL"


async def waiting(engine: AsyncEngine, at_most: int) -> int:
    """Return once at most so many parts wait for the broker: how many do."""
    while True:
        async with transaction(engine) as conn:
            found = int(await (await driver(conn)).fetchval(_WAITING))
        if found <= at_most:
            return found
        await asyncio.sleep(0.01)


async def lead(engine: AsyncEngine, bootstrap: str) -> float:
    """Messages per second from the first batch that is marked to the last."""
    stop = asyncio.Event()
    publisher = KafkaPublisher(bootstrap, idempotence=False)
    task = asyncio.create_task(Leader(engine, Relay(PARTITIONS), publisher, "bench").run(stop))
    left = await waiting(engine, BODIES - 1)  # election and the broker's second of calm are over
    started = time.perf_counter()
    await waiting(engine, 0)
    seconds = time.perf_counter() - started
    stop.set()
    await task
    return left * SIZE / seconds


async def alone(engine: AsyncEngine, bootstrap: str) -> float:
    """The same messages by the publisher alone, from memory."""
    async with transaction(engine) as conn:
        await PartStore(PARTITIONS).number(conn)
        batch = await PartStore(PARTITIONS).take(conn, BODIES * SIZE)
    publisher = KafkaPublisher(bootstrap, idempotence=False)
    await publisher.start()
    started = time.perf_counter()
    for first in range(0, len(batch.messages), 10_000):
        await publisher.publish(batch.messages[first : first + 10_000])
    seconds = time.perf_counter() - started
    await publisher.stop()
    return len(batch.messages) / seconds


async def main() -> Report:
    """Fill, publish alone, then drain; in turns, each run to a new broker."""
    numbers, templates = count(), shared.bodies(SIZE, 10)
    rates: list[float] = []
    references: list[float] = []
    async with shared.stack() as stack:
        engine = create_engine(stack.database_url, name="bench")
        for _ in range(RUNS):
            await shared.load(stack, templates, BODIES, 4, numbers)
            for measure, figures in ((alone, references), (lead, rates)):
                broker = await asyncio.to_thread(Tansu.start)
                try:
                    await KafkaAdmin(broker.bootstrap).ensure_topics(FEED_TOPICS, partitions=PARTITIONS)
                    figures.append(await measure(engine, broker.bootstrap))
                finally:
                    broker.kill()
                async with transaction(engine) as conn:
                    await (await driver(conn)).execute("DELETE FROM broker_log")
        await engine.dispose()
    return shared.report(
        "relay",
        {
            "what": f"messages a second from {BODIES * SIZE} stored records, after the first batch",
            "messages_per_second": shared.spread(rates),
            "wanted_messages_per_second": 50_000,
            "reference": "the batch API alone with the same messages",
            "reference_messages_per_second": shared.spread(references),
            "ratio": round(sum(rates) / sum(references), 2),
        },
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main()), indent=1, ensure_ascii=False) + "\n")
