"""Records and what is told of them are one outbox: one leader sends both, and sends both again after an amnesia."""

from __future__ import annotations

import asyncio
from collections import Counter

from shared.db import transaction
from shared.events.topics import RECONCILIATION
from shared.messaging.outbox import Leader
from tests.integration.ingest.conftest import settlement
from tests.integration.reconciliation.conftest import Books
from tests.support.leading import leading

FEED_TOPIC = "feeds.medical-insurance.v1"
WAITING = """SELECT FROM part WHERE published_at IS NULL OR position IS NULL
             UNION ALL SELECT FROM outbox WHERE published_at IS NULL"""


def leader(books: Books) -> Leader:
    return Leader(books.api.url, books.relay, books.broker.publisher(), "ingest", watch_seconds=0.1)


async def until_published(books: Books) -> None:
    async with asyncio.timeout(30):
        while await books.api.rows(WAITING):  # noqa: ASYNC110  # the database tells
            await asyncio.sleep(0.02)


def ids(books: Books) -> Counter[str]:
    messages = books.broker.messages(FEED_TOPIC) + books.broker.messages(RECONCILIATION)
    return Counter(dict(message.headers)["ce_id"].decode() for message in messages)


async def test_both_are_sent_by_one_leader_and_again_when_the_broker_has_lost_its_log(books: Books) -> None:
    async with leading(leader(books)):
        for person in range(3):
            await books.api.push(settlement(f"s{person}", person=person))
            await until_published(books)
            await books.work()
        await books.close("2026-02", 3)
        await until_published(books)
        await books.work()
        await until_published(books)
        before = ids(books)
        assert set(before.values()) == {1}
        assert len(books.told("feed.reconciled")) == 1
        books.broker.forget()
        async with asyncio.timeout(30):
            while ids(books) != before:  # noqa: ASYNC110  # the broker tells
                await asyncio.sleep(0.02)
    totals = await books.api.rows("SELECT sum(published) AS published FROM published_total")
    await books.work()
    assert totals == await books.api.rows("SELECT sum(published) AS published FROM published_total")
    assert totals[0]["published"] == 3


async def test_a_long_queue_of_records_does_not_hold_up_what_is_told(books: Books) -> None:
    await books.api.push(settlement())
    await books.settle()
    for person in range(2, 5):
        await books.api.push(settlement(f"s{person}", person=person))
    books.later(days=16)
    await books.work()
    async with transaction(books.engine) as conn:
        while await books.relay.number(conn):
            pass
        batch = await books.relay.take(conn, 1)
        backlog = await books.relay.backlog(conn)
    assert [message.topic for message in batch.messages] == [FEED_TOPIC, RECONCILIATION]
    assert backlog.messages > 4


async def test_a_part_that_publishes_nothing_has_its_place_in_the_count(books: Books) -> None:
    await books.api.push(settlement())
    await books.api.push(settlement())
    await books.api.push(settlement("bad", total="1"))
    await books.settle()
    [day] = await books.api.rows("SELECT sum(accepted) AS a, sum(duplicate) AS d, sum(rejected) AS r FROM tally")
    assert tuple(day) == (1, 1, 1)
    positions = await books.api.rows("SELECT position FROM part ORDER BY 1")
    assert [row["position"] for row in positions] == [1, 2, 3]
    [cursor] = await books.api.rows("SELECT position FROM tally_cursor")
    assert cursor["position"] == 3
