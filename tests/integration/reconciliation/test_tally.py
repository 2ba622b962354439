"""What is counted once as it goes by is what a look through everything would find."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random

import orjson

from services.ingest.reconciliation import service
from services.ingest.worker import PLANS
from shared import clock
from shared.db import create_engine, driver, transaction
from tests.integration.ingest.conftest import SETTLEMENT, Record, retract, settlement
from tests.integration.reconciliation.conftest import CITY, DONGSHENG, HANGJIN, Books

PLACES = [None, CITY, DONGSHENG, HANGJIN, "150625100201", "150602001001"]
THERE = """
SELECT coalesce(left(division_code, 6) || '000000', '150600000000') AS division_code, count(*) AS published
FROM record_version GROUP BY 1 ORDER BY 1
"""
COUNTED = "SELECT division_code, published FROM published_total ORDER BY 1"
OUTCOMES = ("accepted", "corrected", "retracted", "stale", "duplicate", "rejected")
SUMS = ", ".join(f"sum({word})::bigint AS {word}" for word in OUTCOMES)


def some(random: Random) -> Record:
    """A record of few persons, times and contents, so that every outcome comes up."""
    source, minute = random.randrange(8), random.randrange(6)
    if random.random() < 0.1:
        return retract(f"s{source}", minute=minute, person=source)
    if random.random() < 0.05:
        return settlement(f"s{source}", total="1")
    moved = random.randrange(2)
    place = PLACES[(source + moved) % len(PLACES)]
    return settlement(f"s{source}", minute, self_paid=100 + moved, person=source, division_code=place)


async def test_whatever_happens_each_version_is_counted_once(books: Books) -> None:
    random = Random(6)
    for _ in range(60):
        step = random.random()
        if step < 0.6:
            await books.api.push(*(some(random) for _ in range(random.randrange(1, 6))))
        elif step < 0.75:
            await books.publish()
        elif step < 0.95:
            await asyncio.gather(*(service.tick(books.engine) for _ in range(3)))
        else:
            async with transaction(books.engine) as conn:
                await books.relay.forget_published(conn, clock.now() - timedelta(days=1))
        books.later(minutes=random.randrange(60))
    await books.settle()
    assert await books.api.rows(COUNTED) == await books.api.rows(THERE)
    assert await books.api.rows(f"SELECT {SUMS} FROM tally") == await books.api.rows(f"SELECT {SUMS} FROM submission")
    [told] = await books.api.rows(f"SELECT {SUMS} FROM submission")
    assert all(told), "a history without one of the outcomes shows little"
    assert (await books.api.rows("SELECT sum(reinstated) AS n FROM part"))[0]["n"] > 0
    books.later(days=2)
    await books.settle()
    assert await books.incidents() == []
    assert all(event.balanced for event in books.told("feed.reconciled"))


async def test_a_submission_in_many_parts_is_one(books: Books) -> None:
    lines = [settlement(f"n{i}", person=i, division_code=PLACES[i % 6]) for i in range(2_100)]
    lines += [settlement("n0", minute=5, person=0, division_code=None), settlement("bad", total="1"), lines[7]]
    body = b"\n".join(orjson.dumps(line) for line in lines)
    path = f"/v1/feeds/{SETTLEMENT}/submissions?delivery=2026-02"
    answer = await books.api.post_bytes(path, body, **{"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 201
    assert len(await books.api.rows("SELECT FROM part")) == 3
    await books.close("2026-02", len(lines))
    await books.settle()
    [told] = books.told("feed.reconciled")
    assert told.balanced
    assert (told.submissions, told.received, told.stored) == (1, 2_103, 2_100)
    assert (told.counts.duplicate, told.counts.rejected) == (2, 1)
    assert await books.api.rows(COUNTED) == await books.api.rows(THERE)


async def test_no_statement_of_the_worker_looks_through_a_table_of_records(books: Books) -> None:
    """Also not when the statistics say that the tables are small, which they may say long after."""
    await books.api.push(settlement(), delivery="2026-02")
    await books.close("2026-02", 1)
    engine = create_engine(books.api.url, name="test.plans", pool_size=1, **PLANS)
    scans = """SELECT relname, seq_scan FROM pg_stat_xact_user_tables
               WHERE relname IN ('part', 'submission', 'record_version', 'receipt_line', 'confirmation')"""
    await books.publish()
    await books.api.execute("ANALYZE")
    for _ in range(3):  # count, then make the manifest that is due
        async with transaction(engine) as conn:
            await service.step(conn)
            found = await (await driver(conn)).fetch(scans)
            assert {row["relname"]: row["seq_scan"] for row in found if row["seq_scan"]} == {}
    assert len(await books.api.rows("SELECT FROM manifest")) == 1
    await engine.dispose()
