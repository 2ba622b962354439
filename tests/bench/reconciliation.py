"""Counting and reconciling a million stored records: the cost must follow what came, never the size of the tables.

A million settlements in parts of a thousand are there, published, two parts a minute from a morning on. Beside our
figures stands what one look through the whole table costs.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.equations.domain import Target
from services.ingest.reconciliation import service
from services.ingest.tally import service as tally
from services.ingest.worker import PLANS
from shared.db import create_engine, driver, transaction
from tests.bench.ingest_stack import Report, migrated, report, spread

RUNS = 5
PARTS = 1_000
MORE = 10
SIZE = 1_000
FEED = 8
DAY = datetime(2026, 3, 2, tzinfo=UTC)
TARGET = Target(FEED, "day", "2026-03-02")

_LOAD = (
    """
INSERT INTO submission (submission_id, feed, caller, state, sha256, received_at,
                        accepted, corrected, retracted, stale, duplicate, rejected)
SELECT lpad(to_hex(i), 32, '0')::uuid, $4, 'bench', 'complete', '', $5::timestamptz + i * interval '30 s',
       $3, 0, 0, 0, 0, 0
FROM generate_series($1::bigint, $2::bigint) AS i""",
    """
INSERT INTO part (part_id, submission_id, feed, known_at, publishable, lines, position, published_at, partitions, runs)
SELECT submission_id, submission_id, feed, received_at, accepted, accepted, i, received_at, 12,
       jsonb_build_array(jsonb_build_array(0, 0, accepted))
FROM generate_series($1::bigint, $2::bigint) AS i JOIN submission ON submission_id = lpad(to_hex(i), 32, '0')::uuid""",
    """
INSERT INTO record_version (part_id, line, feed, source_id, version, follows, known_at, outcome, retracted, key,
                            division_code, digest, payload)
SELECT part_id, line, feed, 'YB-' || position || '-' || line, 1, 0, known_at, 1, false, md5(line::text),
       CASE WHEN line % 10 > 0 THEN '15062' || 1 + line % 7 || '100201' END, decode(md5(line::text), 'hex'),
       convert_to(repeat(md5(line::text), 18), 'UTF8')
FROM part, generate_series(0, publishable - 1) AS line WHERE position BETWEEN $1 AND $2""",
)
_PARAMETERS = ([1, 2, 3, 4, 5], [1, 2], [1, 2])


async def load(engine: AsyncEngine, first: int, last: int) -> None:
    """Published parts `first` to `last`, one a submission."""
    given = (first, last, SIZE, FEED, DAY)
    async with transaction(engine) as conn:
        for statement, places in zip(_LOAD, _PARAMETERS, strict=True):
            await (await driver(conn)).execute(statement, *(given[n - 1] for n in places))


async def timed(engine: AsyncEngine, work: Callable[[AsyncConnection], Awaitable[object]]) -> float:
    """Seconds of `work` in a transaction of its own, commit included."""
    started = time.perf_counter()
    async with transaction(engine) as conn:
        await work(conn)
    return time.perf_counter() - started


async def count(engine: AsyncEngine) -> float:
    """Seconds to count all that waits."""
    started, more = time.perf_counter(), True
    while more:
        async with transaction(engine) as conn:
            more = (await tally.step(conn)).more
    return time.perf_counter() - started


async def measure(engine: AsyncEngine) -> Report:
    """Count a million, then ten thousand more a few times; reconcile a day; look through the table once."""
    await load(engine, 1, PARTS)
    whole = await count(engine)
    steps = []
    for run in range(RUNS):
        first = PARTS + run * MORE + 1
        await load(engine, first, first + MORE - 1)
        steps.append(await count(engine) * 1000)
    while await service.tick(engine):
        pass
    idle = [await timed_tick(engine) for _ in range(20)]
    days = [await timed(engine, lambda conn: service.reconcile(conn, TARGET)) for _ in range(RUNS)]
    looks = [await timed(engine, _look_through) for _ in range(RUNS)]
    return report(
        "reconciliation",
        {
            "what": f"counting and reconciling at {PARTS * SIZE} stored records",
            "counted_records_per_second": round(PARTS * SIZE / whole),
            "step_of_ten_thousand_ms": spread(steps),
            "idle_tick_ms": spread(idle),
            "day_of_a_million_seconds": spread(days),
            "reference": "counting the whole table once",
            "reference_seconds": spread(looks),
        },
    )


async def timed_tick(engine: AsyncEngine) -> float:
    """Milliseconds of a step that finds nothing to do."""
    started = time.perf_counter()
    await service.tick(engine)
    return (time.perf_counter() - started) * 1000


async def _look_through(conn: AsyncConnection) -> None:
    raw = await driver(conn)
    await raw.execute("SET LOCAL enable_seqscan = on")
    await raw.fetch("SELECT feed, division_code, outcome, count(*) FROM record_version GROUP BY 1, 2, 3")


async def main() -> Report:
    """On a PostgreSQL of its own."""
    async with migrated() as (_, url):
        engine = create_engine(url, name="bench", pool_size=2, **PLANS)
        try:
            return await measure(engine)
        finally:
            await engine.dispose()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main()), indent=1, ensure_ascii=False) + "\n")
