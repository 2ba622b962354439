"""Manifests: sent = received by outcome, stored = published; hashed, chained, on the bus, downloadable."""

from __future__ import annotations

import hashlib
import json

from services.ingest.outcomes.domain import PERIOD
from shared.events.reconciliation import FeedReconciledV1
from tests.integration.ingest.conftest import retract, settlement
from tests.integration.reconciliation.conftest import DONGSHENG, HANGJIN, Books


async def every_outcome(books: Books) -> None:
    """Eleven records of seven fates, for February; a late version reinstates a repeat."""
    await books.api.push(settlement("a"), settlement("b", person=2), settlement("c", person=3), delivery="2026-02")
    await books.api.push(
        settlement("a", minute=9, self_paid=200), retract("b", minute=9, person=2), settlement("c", person=3),
        delivery="2026-02",
    )  # fmt: skip
    await books.api.push(
        settlement("a", minute=5, self_paid=150), settlement("bad", total="1"),
        settlement("c", minute=9, person=3), settlement("d", person=4, division_code=None), delivery="2026-02",
    )  # fmt: skip
    outcomes = await books.api.push(settlement("c", minute=5, person=3, self_paid=300), delivery="2026-02")
    assert outcomes.json()["counts"]["stale"] == 1


async def test_the_equations_hold_with_every_outcome(books: Books) -> None:
    await every_outcome(books)
    await books.close("2026-02", 11)
    await books.settle()
    [told] = books.told("feed.reconciled")
    assert (told.scope, told.name, told.revision, told.number) == ("period", "2026-02", 1, 1)
    assert told.counts.model_dump() == {
        "accepted": 4, "corrected": 1, "retracted": 1, "stale": 2, "duplicate": 2, "rejected": 1,
    }  # fmt: skip
    assert told.sent == told.received == 11
    assert told.stored == told.published == 9  # the reinstated repeat with them
    assert (told.kept, told.waiting) == (0, 0)
    assert {e.equation: e.holds for e in told.equations} == dict.fromkeys(
        ("sent", "receipts", "stored", "published", "totals"), True
    )
    assert told.balanced
    assert (told.published_total, told.unplaced_total) == (9, 2)  # one retraction names no division
    assert {d.division_code: d.published for d in told.divisions if d.published} == {HANGJIN: 7}
    assert await books.incidents() == []


async def test_the_file_is_what_was_told_to_the_byte(books: Books) -> None:
    await every_outcome(books)
    await books.close("2026-02", 11)
    await books.settle()
    [told] = books.told("feed.reconciled")
    own = books.api.bearer("department", "medical-insurance")
    [listed] = (await books.api.get("/v1/manifests", own, period="2026-02", kind="settlement")).json()["items"]
    file = await books.api.get(listed["manifest_url"], own)
    assert hashlib.sha256(file.content).hexdigest() == listed["sha256"] == told.sha256
    assert file.headers["ETag"] == f'"{told.sha256}"'
    assert 'filename="manifest-medical-insurance-settlement-2026-02-r1.json"' in file.headers["Content-Disposition"]
    assert FeedReconciledV1(**json.loads(file.content), sha256=told.sha256) == told
    sorted_ = json.dumps(file.json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sorted_.encode() == file.content
    other = books.api.bearer("department", "housing")
    assert (await books.api.get(listed["manifest_url"], other)).json()["code"] == "unknown_manifest"
    assert (await books.api.get("/v1/manifests", other)).json()["items"] == []


async def test_every_day_each_feed_has_its_manifest_in_one_chain(books: Books) -> None:
    await every_outcome(books)
    await books.settle()
    books.later(days=1)
    await books.settle()
    told = [e for e in books.told("feed.reconciled") if e.kind == "settlement"]
    assert [(e.scope, e.name, e.received, e.balanced) for e in told] == [("day", "2026-03-05", 11, True)]
    assert "counted" in {e.equation for e in told[0].equations}
    quiet = [e for e in books.told("feed.reconciled") if e.kind == "enrolment"]
    assert [(e.name, e.received, e.published_total) for e in quiet] == [("2026-03-05", 0, 0)]
    assert {d.state for d in quiet[0].divisions} == {"never"}
    books.later(days=1)
    await books.settle()
    told = [e for e in books.told("feed.reconciled") if e.kind == "settlement"]
    assert [e.number for e in told] == [1, 2]
    assert told[1].previous_sha256 == told[0].sha256
    assert told[1].published_total == 9
    assert {d.division_code for d in told[1].divisions if d.state == "fresh"} == {HANGJIN}


async def test_a_worker_that_was_away_makes_up_for_days_with_records(books: Books) -> None:
    await books.api.push(settlement("a"))
    books.later(days=1)
    await books.api.push(settlement("b", person=2))
    books.later(days=2)
    await books.settle()
    told = [e for e in books.told("feed.reconciled") if e.kind == "settlement"]
    assert sorted((e.name, e.received) for e in told) == [("2026-03-05", 1), ("2026-03-06", 1), ("2026-03-07", 0)]


async def test_saying_the_same_again_makes_no_new_revision(books: Books) -> None:
    await every_outcome(books)
    await books.close("2026-02", 11)
    await books.settle()
    first = await books.reconcile(period="2026-02")
    books.later(hours=3)
    await books.api.push(settlement("other", person=9))
    await books.settle()
    assert await books.reconcile(period="2026-02") == first


async def test_what_comes_late_for_a_closed_period_makes_a_revision(books: Books) -> None:
    await books.api.push(settlement("a"), delivery="2026-02")
    await books.close("2026-02", 2)
    await books.settle()
    await books.api.push(settlement("b", person=2, division_code=DONGSHENG), delivery="2026-02")
    await books.settle()
    books.later(minutes=2)
    await books.settle()
    told = books.told("feed.reconciled")
    assert [(e.revision, e.received, {q.equation: q.holds for q in e.equations}["sent"]) for e in told] == [
        (1, 1, None), (2, 2, True),
    ]  # fmt: skip
    assert await books.incidents() == []


async def test_what_may_not_be_asked_for(books: Books) -> None:
    body = {"department": "medical-insurance", "kind": "settlement"}
    for more, code in (
        ({}, "which_scope"),
        ({"day": "2026-03-05", "period": "2026-02"}, "which_scope"),
        ({"day": "2026-03-06"}, "as_of_in_future"),
        ({"period": "2026-02"}, "unknown_period"),
        ({"period": "soon"}, "invalid"),
    ):
        answer = await books.api.client.post("/v1/manifests", json={**body, **more}, headers=books.api.bearer())
        assert answer.json()["code"] == code, more
    department = books.api.bearer("department", "medical-insurance")
    answer = await books.api.client.post("/v1/manifests", json={**body, "day": "2026-03-05"}, headers=department)
    assert answer.status_code == 403
    assert PERIOD in json.dumps((await books.api.client.get("/openapi.json")).json())
