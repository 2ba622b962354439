"""The screening worker, from bytes on the bus to committed warnings (performance.md row 6), over the whole population,
alone and with ingest running beside it. Reference in the same run: the same batches with inbox and register only. One
worker, a durable PostgreSQL, an in-memory broker. `--small` for a smoke."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.local.run import settle_memory
from services.screening.facts import service as facts
from services.screening.register import service as register
from services.screening.runs import sweep
from services.screening.warnings.consumer import Records
from shared import clock
from shared.db import driver, transaction
from shared.events.codec import Delivery, encode
from shared.events.records import RecordAcceptedV1
from shared.feeds import catalogue
from shared.messaging.consumer import Consumer, Handler
from shared.messaging.memory import MemoryBroker
from tests.bench import beside
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.bench.loaded import Loaded, loaded, run_statement, size_of
from tests.bench.population import AS_OF, KNOWN_AT
from tests.bench.screened import engine_for, seeded
from tests.factories import deliveries as made

RUNS = 5
RECORDS = 20_000
BATCH = 2_000
_PERSONS = """
SELECT DISTINCT ON (m.person_key) m.person_key, v.division_code
FROM member m JOIN record_version_17 v ON v.source_id = m.source_id AND v.version = m.version ORDER BY 1
"""
Person = tuple[str, str]
"""Key and village."""


def settlements(run: int, persons: Sequence[Person]) -> list[Delivery]:
    """New bills of random people; about 1 % are large."""
    random = Random(run)
    found = []
    for n in range(RECORDS):
        day = AS_OF - timedelta(days=random.randrange(300))
        amount = random.randrange(12_000, 40_000) if random.random() < 0.01 else random.randrange(1_500)
        who, village = random.choice(persons)
        data = made.settlement(day, f"{amount}.00")
        found.append(made.record(8, f"S-{run}-{n}", KNOWN_AT, data, subject=who, division=village, effective_on=day))
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


async def prepared(url: str, *, whole: bool) -> AsyncEngine:
    """The population, and with `whole` its stored facts and standing warnings, as on any afternoon."""
    engine = engine_for(url)
    if whole:
        await seeded(engine)
        async with transaction(engine) as conn:
            await facts.refresh(conn, None, None, AS_OF, KNOWN_AT)
        while await sweep.once(engine, clock.now):
            pass
    await run_statement(url, "VACUUM ANALYZE")
    return engine


async def measure(urls: tuple[str, str]) -> Report:
    """Run by run: the reference, alone, and with ingest beside."""
    settle_memory()  # as the worker does
    whole, reference = await prepared(urls[0], whole=True), await prepared(urls[1], whole=False)
    async with transaction(reference) as conn:
        persons: list[Person] = [(r[0], r[1]) for r in await (await driver(conn)).fetch(_PERSONS)]
    figures: dict[str, list[float]] = {"alone": [], "beside": [], "reference": []}
    records = Records()
    await consume(whole, settlements(-1, persons)[:BATCH], records.apply)  # plans and caches
    for run in range(RUNS):
        bills = settlements(run, persons)
        figures["reference"].append(await consume(reference, bills, register_only))
        figures["alone"].append(await consume(whole, bills, records.apply))
    with beside.ingest() as ingest:
        for run in range(RUNS, 2 * RUNS):
            figures["beside"].append(await consume(whole, settlements(run, persons), records.apply))
    async with transaction(whole) as conn:
        warnings = await (await driver(conn)).fetchval("SELECT count(*) FROM warning")
    await whole.dispose()
    await reference.dispose()
    return {"figures": figures, "ingest": ingest[0], "warnings": warnings}


def main(population: Loaded) -> Report:
    """Measure; write and return the report."""
    found = asyncio.run(measure((population.copy("whole"), population.copy("reference"))))
    rates = {name: shared.spread(rates) for name, rates in found["figures"].items()}
    return shared.report(
        population.named("screening"),
        {
            "what": f"settlements a second to committed warnings, batches of {BATCH}",
            "households": population.size.households,
            "record_versions": population.versions,
            "wanted_records_per_second": {"alone": 12_000, "beside_ingest": 7_000},
            "records_per_second": rates["alone"],
            "beside_ingest": {"records_per_second": rates["beside"], "ingest_records_per_second": found["ingest"]},
            "reference": {"what": "inbox and register only", "records_per_second": rates["reference"]},
            "ratio": round(rates["alone"]["median"] / rates["reference"]["median"], 2),
            "warnings": found["warnings"],
        },
    )


if __name__ == "__main__":
    with loaded(size_of(sys.argv)) as here:
        sys.stdout.write(json.dumps(main(here), indent=1, ensure_ascii=False) + "\n")
