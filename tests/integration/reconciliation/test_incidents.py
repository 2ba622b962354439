"""Break an equation on purpose in the database: the incident is visible, and goes when it is mended."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import orjson
from structlog.testing import capture_logs

from services.ingest.equations import service as equations
from services.ingest.equations.domain import Target
from services.ingest.reconciliation import service
from shared.db import driver, transaction
from shared.feeds import catalogue
from tests.integration.ingest.conftest import settlement
from tests.integration.reconciliation.conftest import NOON, Books

FEED = catalogue.get("medical-insurance", "settlement")
RECORDS = 5
TODAY = "2026-03-05"


async def received(books: Books) -> str:
    """The id of a published submission with five stored records and a refused one."""
    records = [settlement(f"s{i}", person=i) for i in range(RECORDS)]
    answer = await books.api.push(*records, settlement("bad", total="1"))
    await books.settle()
    submission_id: str = answer.json()["submission_id"]
    return submission_id


BREAKS: list[tuple[str, set[str]]] = [
    ("DELETE FROM record_version WHERE source_id = 's3'", {"receipts", "stored", "counted"}),
    ("DELETE FROM receipt_line", {"receipts", "counted"}),
    ("UPDATE submission SET accepted = accepted + 1", {"receipts"}),
    ("UPDATE submission SET accepted = accepted + 1, rejected = rejected - 1", {"receipts"}),
    ("UPDATE record_version SET outcome = 2 WHERE source_id = 's3'", {"receipts", "counted"}),
    ("UPDATE part SET runs = '[]'", {"stored"}),
    ("UPDATE part SET publishable = publishable - 1", {"stored"}),
    ("UPDATE part SET reinstated = 1", {"stored"}),
    ("UPDATE record_version SET publish = false WHERE source_id = 's3'", {"stored", "counted"}),
    ("DELETE FROM part", {"receipts", "counted"}),
    ("DELETE FROM part; DELETE FROM submission", {"counted"}),
    ("UPDATE published_total SET published = published + 1", {"totals"}),
    ("DELETE FROM tally", {"counted", "totals"}),
]


class UndoError(Exception):
    """Leaves a transaction without its effects."""


async def test_whatever_is_broken_is_seen(books: Books) -> None:
    await received(books)
    assert (await books.reconcile(day=TODAY))["balanced"]
    for statement, failing in BREAKS:
        with suppress(UndoError):
            async with transaction(books.engine) as conn:
                for part in statement.split("; "):
                    await (await driver(conn)).execute(part)
                made = await service.reconcile(conn, Target(FEED.number, "day", TODAY))
                incidents = await equations.incidents(conn, [FEED], is_open=True, below=None, limit=10)
                raise UndoError
        said = orjson.loads(made.body)
        assert {e["equation"] for e in said["equations"] if e["holds"] is False} == failing, statement
        assert {one.equation for one in incidents} == failing, statement
        assert not said["balanced"]


async def test_an_incident_says_where_and_is_on_the_metrics_and_in_the_log(books: Books) -> None:
    submission_id = await received(books)
    await books.api.execute("DELETE FROM record_version WHERE source_id = 's3'")
    with capture_logs() as logs:
        await books.reconcile(day=TODAY)
    [incident] = [one for one in await books.incidents() if one["equation"] == "receipts"]
    assert (incident["expected"], incident["found"], incident["submissions"]) == (6, 5, [submission_id])
    assert (incident["scope"], incident["name"], incident["state"]) == ("day", TODAY, "open")
    assert incident["equation_title"] == "回执条数等于逐条保存的结果"
    [line] = [one for one in logs if one["event"] == "equation_fails" and one["equation"] == "receipts"]
    assert (line["log_level"], line["feed"], line["name"]) == ("error", "medical-insurance/settlement", TODAY)
    text = (await books.api.client.get("/metrics")).text
    assert 'xianjie_ingest_open_incidents{equation="receipts"} 1.0' in text
    assert 'xianjie_ingest_open_incidents{equation="totals"} 0.0' in text
    housing = books.api.bearer("department", "housing")
    assert (await books.api.get("/v1/incidents", housing)).json()["items"] == []


async def test_the_daily_run_sees_it_hourly_checks_go_on_and_it_resolves(books: Books) -> None:
    await received(books)
    await books.api.execute("UPDATE submission SET accepted = accepted + 1")
    books.later(days=1)
    await books.settle()
    assert [one["equation"] for one in await books.incidents()] == ["receipts"]
    books.later(hours=1)
    await books.settle()
    [incident] = await books.incidents()
    assert incident["opened_at"] < incident["seen_at"]
    await books.api.execute("UPDATE submission SET accepted = accepted - 1")
    books.later(hours=1)
    await books.settle()
    assert await books.incidents() == []
    [resolved] = await books.incidents("resolved")
    assert resolved["incident_id"] == incident["incident_id"]
    assert resolved["resolved_at"] is not None
    told = [e for e in books.told("feed.reconciled") if e.kind == "settlement"]
    assert [(e.revision, e.balanced) for e in told] == [(1, False), (2, True)]


async def test_old_days_come_round_so_that_no_break_stays_hidden(books: Books) -> None:
    await received(books)
    for _ in range(3):
        books.later(days=1)
        await books.settle()
    await books.api.execute("DELETE FROM record_version WHERE source_id = 's3'")
    assert await books.incidents() == []
    books.later(days=1)
    await books.settle()
    assert {one["name"] for one in await books.incidents()} == {TODAY}


async def test_fewer_than_declared_is_an_incident_after_an_hour_of_grace(books: Books) -> None:
    await books.api.push(settlement(), delivery="2026-02")
    await books.close("2026-02", 3)
    await books.settle()
    assert await books.incidents() == []
    books.later(hours=1, seconds=1)
    await books.settle()
    [incident] = await books.incidents()
    assert (incident["equation"], incident["expected"], incident["found"]) == ("sent", 3, 1)
    await books.close("2026-02", 1)
    await books.settle()
    assert await books.incidents() == []


async def test_what_is_not_published_for_an_hour_is_an_incident(books: Books) -> None:
    await books.api.push(settlement())
    await books.number()
    books.now(NOON.replace(hour=16, minute=30))  # the day is over in Shanghai
    await books.work()
    assert await books.incidents() == []
    books.later(hours=1)
    await books.work()
    [incident] = await books.incidents()
    assert (incident["equation"], incident["found"]) == ("published", 1)
    await books.settle()
    books.later(hours=1)
    await books.settle()
    assert await books.incidents() == []


async def test_what_a_broker_lost_and_is_sent_again_is_no_incident(books: Books) -> None:
    await received(books)
    books.later(days=2)
    async with transaction(books.engine) as conn:
        assert await books.relay.forget_published(conn, NOON - timedelta(days=30)) > RECORDS
    assert (await books.reconcile(day=TODAY))["balanced"]
    before = await books.api.rows("SELECT * FROM published_total")
    await books.settle()
    assert await books.api.rows("SELECT * FROM published_total") == before
    assert await books.incidents() == []
