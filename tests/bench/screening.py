"""The screening worker, from bytes on the bus to committed warnings (performance.md row 6), beside the
same batches with inbox and register only. One worker, a durable PostgreSQL, an in-memory broker."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.local.postgres import Postgres
from services.local.run import migrations_of, settle_memory
from services.screening.register import service as register
from services.screening.rules import service as rules
from services.screening.warnings.consumer import Records
from shared import clock, migrations
from shared.db import create_engine, driver, transaction
from shared.events.codec import Delivery, encode
from shared.events.records import RecordAcceptedV1
from shared.feeds import catalogue
from shared.messaging.consumer import Consumer, Handler
from shared.messaging.memory import MemoryBroker
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.factories import deliveries as made

RUNS = 5
HOUSEHOLDS = 20_000
MEMBERS = 3
RECORDS = 20_000
BATCH = 2_000
VILLAGES = ("150625100201", "150621100201")


def person(index: int) -> str:
    """A key of the shape ingest makes."""
    return f"p1.{index:026d}"


def households() -> list[Delivery]:
    """Every household's record, 5.5 % of them lifted."""
    return [
        made.record(
            17,
            f"HU-{n}",
            clock.now(),
            made.household(f"H{n:06d}", *(person(n * MEMBERS + m) for m in range(MEMBERS)), lifted=n % 18 == 0),
            household_no=f"H{n:06d}",
            division=VILLAGES[n % 2],
            effective_on=date(2020, 1, 1),
        )
        for n in range(HOUSEHOLDS)
    ]


def settlements(run: int) -> list[Delivery]:
    """New bills of random people; about 1 % are large."""
    random = Random(run)
    today = clock.today()
    found = []
    for n in range(RECORDS):
        day = today - timedelta(days=random.randrange(300))
        amount = random.randrange(12_000, 40_000) if random.random() < 0.01 else random.randrange(1_500)
        found.append(
            made.record(
                8,
                f"S-{run}-{n}",
                clock.now(),
                made.settlement(day, f"{amount}.00"),
                subject=person(random.randrange(HOUSEHOLDS * MEMBERS)),
                division=VILLAGES[n % 2],
                effective_on=day,
            )
        )
    return found


async def register_only(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """The reference: no facts, no rules, no warnings."""
    await register.apply(conn, deliveries)


async def consume(engine: AsyncEngine, deliveries: Sequence[Delivery], handler: Handler) -> float:
    """Records per second through the whole consumer loop."""
    broker = MemoryBroker()
    topic = catalogue.BY_NUMBER[8].topic
    broker.create([topic])
    publisher, source = broker.publisher(), broker.source("bench", [topic])
    await publisher.start()
    await source.start()
    await publisher.publish(
        [encode(d.event, topic=topic, event_id=d.event_id, source=d.source, key=d.key) for d in deliveries]
    )
    consumer = Consumer(engine, source, {RecordAcceptedV1: handler}, group="bench", max_records=BATCH)
    done, started = 0, time.perf_counter()
    while done < len(deliveries):
        done += await consumer.step()
    return len(deliveries) / (time.perf_counter() - started)


async def prepared(server: Postgres, name: str) -> AsyncEngine:
    """A migrated database with rules, parameters and all households."""
    url = await asyncio.to_thread(server.create_database, name)
    await asyncio.to_thread(migrations.upgrade, migrations_of("screening"), url)
    engine = create_engine(url, name="bench", plan_cache_mode="force_custom_plan")
    async with transaction(engine) as conn:
        await rules.seed(conn, True)
    whole, records = households(), Records()
    for start in range(0, len(whole), BATCH):
        async with transaction(engine) as conn:
            await records.apply(conn, whole[start : start + BATCH])
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        await (await driver(conn)).execute("ANALYZE")
    return engine


async def main() -> Report:
    """Both figures in turn, run by run."""
    settle_memory()  # as the worker does
    whole: list[float] = []
    reference: list[float] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = await asyncio.to_thread(Postgres.start, folder / "data", log=folder / "postgres.log")
        try:
            engines = await prepared(server, "whole"), await prepared(server, "reference")
            for run in range(RUNS):
                bills = settlements(run)
                reference.append(await consume(engines[1], bills, register_only))
                whole.append(await consume(engines[0], bills, Records().apply))
            async with transaction(engines[0]) as conn:
                warnings = await (await driver(conn)).fetchval("SELECT count(*) FROM warning")
            for engine in engines:
                await engine.dispose()
        finally:
            await asyncio.to_thread(server.kill)
    return shared.report(
        "screening",
        {
            "what": f"settlements a second to committed warnings, {HOUSEHOLDS} households, batches of {BATCH}",
            "records_per_second": shared.spread(whole),
            "reference": {"what": "inbox and register only", "records_per_second": shared.spread(reference)},
            "ratio": round(sum(whole) / sum(reference), 2),
            "warnings": warnings,
        },
    )


if __name__ == "__main__":
    json.dump(asyncio.run(main()), sys.stdout, ensure_ascii=False, indent=1)
