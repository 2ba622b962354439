"""Indicators over the whole population (performance.md row 10): from a record on the bus to the published value of its
township, through the worker, and the recompute of every indicator of both families for all divisions. References in
the same run: the same record until it is applied, and one look through the projection. In-memory broker. `--small` for
a smoke."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators import worker
from services.indicators.cohort import service as cohort
from services.indicators.cohort.domain import KINDS, Contribution
from services.indicators.settings import Settings
from services.indicators.values import service as values
from services.local.run import migrations_of, settle_memory
from shared import migrations
from shared.codes import divisions
from shared.db import driver, transaction
from shared.events import topics
from shared.events.codec import Delivery, encode
from shared.messaging.memory import MemoryBroker
from tests.bench import ingest_stack as shared
from tests.bench.ingest_stack import Report
from tests.bench.loaded import Loaded, loaded, run_statement, size_of
from tests.bench.population import AS_OF, KNOWN_AT
from tests.factories import deliveries as made

RUNS = 5
EVENTS = 400
EVERY_SECONDS = 0.15
WATCHED = "medical_insurance"
_PATIENCE_SECONDS = 120
_COHORT = ("household_state", "member", "person", "household", "feed_arrival", "applied_count")
_LOOK = "SELECT kind, left(division_code, 9), count(*) FROM record_version GROUP BY 1, 2"
_WAITING = "SELECT count(*) FROM dirty_mark"


async def move(source: str, target: str) -> None:
    """The rows that indicators projects, from the population's register into an empty database of indicators."""
    old, new = await asyncpg.connect(source), await asyncpg.connect(target)
    try:
        for name in (*(f"record_version_{kind}" for kind in KINDS), *_COHORT):
            with tempfile.TemporaryFile() as rows:
                await old.copy_from_table(name, output=rows, format="binary")
                rows.seek(0)
                await new.copy_to_table(name, source=rows, format="binary")
    finally:
        await old.close()
        await new.close()
    await run_statement(target, "VACUUM ANALYZE")


async def settled(engine: AsyncEngine) -> float:
    """Seconds until every value of every period is computed and published for the first time."""
    started = time.perf_counter()
    while True:
        async with transaction(engine) as conn:
            if not await values.run_pass(conn):
                return round(time.perf_counter() - started, 1)


async def recompute(engine: AsyncEngine) -> float:
    """Seconds in which every running value of both families is computed for all divisions."""
    async with transaction(engine) as conn:
        started = time.perf_counter()
        await values.running_values(conn, AS_OF, KNOWN_AT)
        return time.perf_counter() - started


async def look(engine: AsyncEngine) -> float:
    """Seconds for one look through the record versions."""
    async with transaction(engine) as conn:
        started = time.perf_counter()
        await (await driver(conn)).fetch(_LOOK)
        return time.perf_counter() - started


async def insured(engine: AsyncEngine, count: int) -> list[Contribution]:
    """Insured persons of the cohort, each by one record of enrolment."""
    found: list[Contribution] = []
    after: tuple[str, str] | None = None
    async with transaction(engine) as conn:
        while len(found) < 4 * count:
            page = await cohort.contributions(
                conn, "insured_members", AS_OF, KNOWN_AT, divisions.CITY, counted=True, after=after, limit=1_000
            )
            found += [one for one in page if one.person_key and len(_enrolments(one)) == 1]
            if len(page) < 1_000:
                break
            after = (page[-1].household_no, page[-1].person_key or "")
    return Random(0).sample(found, min(count, len(found)))


def _enrolments(person: Contribution) -> list[str]:
    return [record.source_id for record in person.records if record.kind == "enrolment"]


def ended(person: Contribution, number: int) -> Delivery:
    """The department says that the person's insurance ended: one fewer in the numerator of the person's township."""
    when = KNOWN_AT + timedelta(milliseconds=number + 1)
    data = made.enrolment(AS_OF.year, status="terminated")
    return made.record(
        7,
        _enrolments(person)[0],
        when,
        data,
        subject=person.person_key,
        division=person.division_code,
        effective_on=date(AS_OF.year, 1, 1),
    )


@dataclass
class Watch:
    """When each event was sent, applied, and seen in its township's value; seconds."""

    broker: MemoryBroker
    engine: AsyncEngine
    sent: dict[str, tuple[float, str, str]] = field(default_factory=dict)
    """Event → when, township, and when it became known."""
    applied: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)

    async def send(self, people: list[Contribution]) -> None:
        """One event after another, at a steady pace."""
        publisher = self.broker.publisher()
        await publisher.start()
        for number, person in enumerate(people):
            event = ended(person, number)
            known = event.event.meta.known_at.isoformat()
            township = divisions.township_of(person.division_code) or ""
            self.sent[event.event_id] = (time.perf_counter(), township, known)
            await publisher.publish([
                encode(event.event, topic=event.topic, event_id=event.event_id, source=event.source, key=event.key)
            ])  # fmt: skip
            await asyncio.sleep(EVERY_SECONDS)

    async def values(self, count: int) -> None:
        """Read the topic as a subscriber does, until `count` events are seen in a value."""
        waiting, offsets = dict[str, tuple[float, str, str]](), [0] * len(self.broker.log(topics.VALUES))
        taken = 0
        while len(self.seen) < count:
            await asyncio.sleep(0.005)
            fresh = list(self.sent.items())[taken:]
            taken += len(fresh)
            waiting.update(fresh)
            for partition, log in enumerate(self.broker.log(topics.VALUES)):
                for message in log[offsets[partition] :]:
                    self._strike(orjson.loads(message.value or b"{}"), waiting)
                offsets[partition] = len(log)

    def _strike(self, body: dict[str, str], waiting: dict[str, tuple[float, str, str]]) -> None:
        if (body["code"], body["period"]) != (WATCHED, str(AS_OF.year)):
            return
        now = time.perf_counter()
        for event_id, (when, township, known) in list(waiting.items()):
            if township == body["division_code"] and known <= body["known_at"]:
                self.seen.append(now - when)
                del waiting[event_id]

    async def inbox(self, count: int) -> None:
        """The reference: until each event is applied and committed."""
        waiting, taken = dict[str, float](), 0
        while len(self.applied) < count:
            await asyncio.sleep(0.02)
            fresh = list(self.sent.items())[taken:]
            taken += len(fresh)
            waiting.update({event_id: when for event_id, (when, _, _) in fresh})
            async with transaction(self.engine) as conn:
                rows = await (await driver(conn)).fetch(
                    "SELECT event_id FROM inbox WHERE event_id = ANY($1::text[])", list(waiting)
                )
            now = time.perf_counter()
            self.applied += [now - waiting.pop(row["event_id"]) for row in rows]


@asynccontextmanager
async def working(url: str, broker: MemoryBroker) -> AsyncIterator[None]:
    """The worker, until the end of the block."""
    settings = Settings(
        environment="development", database_url=url, kafka_bootstrap="127.0.0.1:1", jwks="-", issuer="-"
    )
    stop = asyncio.Event()
    source = broker.source(worker.GROUP, worker.TOPICS)
    running = asyncio.create_task(worker.work(settings, source, broker.publisher(), stop))
    try:
        yield
    finally:
        stop.set()
        await running


async def latency(url: str, engine: AsyncEngine, people: list[Contribution]) -> Watch:
    """Every person's event, sent steadily, to its value."""
    broker = MemoryBroker()
    broker.create(topics.names())
    watch = Watch(broker, engine)
    async with working(url, broker), asyncio.timeout(len(people) * EVERY_SECONDS + _PATIENCE_SECONDS):
        await asyncio.sleep(2)  # what was published while settling goes out first
        await asyncio.gather(watch.send(people), watch.values(len(people)), watch.inbox(len(people)))
    return watch


async def measure(source: str, url: str) -> Report:
    """Fill, settle, recompute, then one event after another."""
    settle_memory()  # as the worker does
    await move(source, url)
    settings = Settings(
        environment="development", database_url=url, kafka_bootstrap="127.0.0.1:1", jwks="-", issuer="-"
    )
    engine = worker.engine_of(settings)
    try:
        first = await settled(engine)
        whole = [await recompute(engine) for _ in range(RUNS)]
        looks = [await look(engine) for _ in range(RUNS)]
        people = await insured(engine, EVENTS)
        watch = await latency(url, engine, people)
        async with transaction(engine) as conn:
            left = await (await driver(conn)).fetchval(_WAITING)
    finally:
        await engine.dispose()
    return {"first": first, "whole": whole, "looks": looks, "watch": watch, "left": left}


def milliseconds(seconds: list[float]) -> dict[str, float]:
    """p50 and p99."""
    return {name: shared.percentile([one * 1000 for one in seconds], at) for name, at in (("p50", 0.5), ("p99", 0.99))}


def main(population: Loaded) -> Report:
    """Measure; write and return the report."""
    url = population.server.create_database("indicators")
    migrations.upgrade(migrations_of("indicators"), url)
    found = asyncio.run(measure(population.address, url))
    watch: Watch = found["watch"]
    return shared.report(
        population.named("indicators"),
        {
            "what": f"ms from a record on the bus to the published value of its township, one every {EVERY_SECONDS} s",
            "households": population.size.households,
            "events": len(watch.seen),
            "milliseconds": milliseconds(watch.seen),
            "wanted_milliseconds": {"p99": 2_000},
            "reference": {"what": "until the record is applied", "milliseconds": milliseconds(watch.applied)},
            "recompute": {
                "what": "ms for every indicator of both families, all divisions, running periods",
                "milliseconds": shared.spread([one * 1000 for one in found["whole"]]),
                "wanted_milliseconds": 5_000,
                "reference": {
                    "what": "one look through the projected record versions",
                    "milliseconds": shared.spread([one * 1000 for one in found["looks"]]),
                },
            },
            "first_computation_seconds": found["first"],
            "marks_waiting_at_the_end": found["left"],
        },
    )


if __name__ == "__main__":
    with loaded(size_of(sys.argv)) as here:
        sys.stdout.write(json.dumps(main(here), indent=1, ensure_ascii=False) + "\n")
