"""A consumer that applied what ingest published has counted as ingest has, whatever was published: its word is believed
with the last record, and not before."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from shared.db import create_engine, driver, transaction
from shared.events.codec import Delivery, decode
from shared.events.topics import RECONCILIATION, names
from shared.versions import freshness, service
from tests.integration.reconciliation.conftest import HANGJIN, Books
from tests.integration.reconciliation.test_tally import COUNTED, some

APPLIED = """
SELECT banner_code AS division_code, sum(versions)::bigint AS published FROM applied_count GROUP BY 1 ORDER BY 1
"""
PENDING = "SELECT count(*) FROM freshness_claim"


def _on_the_bus(books: Books) -> tuple[list[Delivery], list[Delivery]]:
    """Records, and what ingest says of them."""
    found = [decode(message) for topic in names(dead=False) for message in books.broker.messages(topic)]
    deliveries = [one for one in found if isinstance(one, Delivery)]
    records = [one for one in deliveries if one.topic.startswith("feeds.")]
    return records, [one for one in deliveries if one.topic == RECONCILIATION]


async def _history(books: Books, random: Random) -> None:
    for _ in range(25):
        await books.api.push(*(some(random) for _ in range(random.randrange(1, 6))))
        books.later(minutes=random.randrange(200))
        if random.random() < 0.3:
            await books.settle()
    await books.close("2026-02", 0, division_code=HANGJIN)
    await books.settle()


async def test_ingest_s_word_is_believed_with_the_last_of_its_records(
    books: Books, database: Callable[[str], str]
) -> None:
    random = Random(4)
    await _history(books, random)
    records, word = _on_the_bus(books)
    assert {one.event.meta.outcome for one in records} == {"accepted", "corrected", "stale", "retracted"}
    assert any(one.event.meta.division_code is None for one in records)
    random.shuffle(records)
    engine = create_engine(database("indicators"), name="test.consumer")
    async with transaction(engine) as conn:
        await freshness.claim(conn, word)
        assert await (await driver(conn)).fetchval(PENDING) > 0
    while records:
        async with transaction(engine) as conn:
            assert await (await driver(conn)).fetchval(PENDING) > 0
            batch = [records.pop() for _ in range(min(len(records), random.randrange(1, 9)))]
            await service.apply(conn, [*batch, *random.sample(batch, len(batch) // 2)])
    async with transaction(engine) as conn:
        db = await driver(conn)
        assert await db.fetchval(PENDING) == 0
        assert await db.fetch(APPLIED) == await books.api.rows(COUNTED)
    await engine.dispose()
