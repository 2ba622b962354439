"""A department closes a period: that, not silence, says that there is no more."""

from __future__ import annotations

import asyncio

from tests.integration.ingest.conftest import settlement
from tests.integration.reconciliation.conftest import CITY, DONGSHENG, HANGJIN, Books

BANNERS = 9
PATH = "/v1/feeds/medical-insurance/settlement/deliveries"


async def test_closing_is_answered_with_what_was_received(books: Books) -> None:
    records = [settlement(f"s{i}", person=i) for i in range(3)]
    await books.api.push(*records, settlement("bad", total="1"), delivery="2026-02")
    answer = await books.close("2026-02", 4)
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PATH}/2026-02"
    assert (body["sent"], body["received"], body["difference"], body["complete"]) == (4, 4, 0, True)
    assert (body["attribution"], body["submissions"]) == ("named", 1)
    assert body["counts"]["accepted"], body["counts"]["rejected"] == (3, 1)
    assert body["explanation"] == "申报 4 条，收到 4 条，一致。"
    assert (await books.api.get(answer.headers["Location"])).json() == body


async def test_what_is_missing_is_said(books: Books) -> None:
    await books.api.push(settlement(), delivery="2026-02")
    body = (await books.close("2026-02", 1204)).json()
    assert body["difference"] == -1203
    assert "少 1,203 条" in body["explanation"]
    assert "delivery=2026-02" in body["explanation"]


async def test_closing_twice_is_closing_once_and_another_number_is_a_correction(books: Books) -> None:
    first = await books.close("2026-02", 5)
    books.later(minutes=5)
    again = await books.close("2026-02", 5)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    corrected = await books.close("2026-02", 6)
    assert corrected.status_code == 201
    [one] = corrected.json()["deliveries"]
    assert (one["revision"], one["records_sent"]) == (2, 6)
    assert one["first_closed_at"] == first.json()["deliveries"][0]["closed_at"]
    kept = await books.api.rows("SELECT revision, records_sent, closed_by FROM closing ORDER BY revision")
    assert [(row["revision"], row["records_sent"]) for row in kept] == [(1, 5), (2, 6)]
    assert all(row["closed_by"] for row in kept)


async def test_an_idempotency_key_answers_the_same(books: Books) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = await books.close("2026-02", 5, headers=key)
    await books.close("2026-02", 7)
    again = await books.close("2026-02", 5, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    other = await books.close("2026-02", 8, headers=key)
    assert other.json()["code"] == "idempotency_key_reused"


async def test_many_at_once_leave_one_chain_of_revisions(books: Books) -> None:
    await asyncio.gather(*(books.close("2026-02", sent) for sent in range(6)))
    revisions = await books.api.rows("SELECT revision FROM closing ORDER BY revision")
    assert [row["revision"] for row in revisions] == list(range(1, 7))


async def test_a_zero_report_of_the_city_covers_all_banners(books: Books) -> None:
    await books.close("2026-02", 0)
    await books.settle()
    changes = books.changes()
    assert len(changes) == BANNERS + 1
    assert {(was, state) for _, was, state in changes} == {("never", "fresh")}
    row = await books.freshness(DONGSHENG)
    assert (row["state"], row["last_by"], row["published"]) == ("fresh", "delivery", 0)


async def test_a_banner_closes_for_itself_and_all_of_them_complete_the_period(books: Books) -> None:
    body = (await books.close("2026-02", 2, division_code=HANGJIN)).json()
    assert (body["sent"], body["complete"]) == (2, False)
    await books.settle()
    assert [place for place, _, _ in books.changes()] == [CITY, HANGJIN]
    rows = (await books.api.get("/v1/freshness", kind="settlement")).json()["items"]
    others = [row["division_code"] for row in rows if row["division_code"] not in {CITY, HANGJIN}]
    for code in others:
        body = (await books.close("2026-02", 1, division_code=code)).json()
    assert (body["sent"], body["complete"]) == (2 + len(others), True)
    body = (await books.close("2026-02", 100)).json()  # the city's number is the whole of it
    assert (body["sent"], body["complete"], len(body["deliveries"])) == (100, True, BANNERS + 1)


async def test_unnamed_submissions_belong_to_the_closing_after_them(books: Books) -> None:
    await books.api.push(settlement("s1"))
    books.later(minutes=1)
    january = (await books.close("2026-01", 1)).json()
    books.later(minutes=1)
    await books.api.push(settlement("s2", person=2), settlement("s3", person=3))
    books.later(minutes=1)
    february = (await books.close("2026-02", 2)).json()
    books.later(minutes=1)
    await books.api.push(settlement("s4", person=4))
    assert (january["attribution"], january["received"]) == ("since_last_closing", 1)
    assert (february["attribution"], february["received"]) == ("since_last_closing", 2)
    assert (await books.api.get(f"{PATH}/2026-02")).json()["received"] == 2


async def test_freshness_waits_for_what_was_sent_before_the_closing(books: Books) -> None:
    await books.api.push(settlement())
    await books.close("2026-02", 1)
    await books.number()
    await books.work()
    row = await books.freshness(DONGSHENG)
    assert (row["state"], row["closing_pending"]) == ("never", True)
    await books.settle()
    row = await books.freshness(DONGSHENG)
    assert (row["state"], row["closing_pending"]) == ("fresh", False)
    event = next(e for e in books.told("freshness.changed") if e.division_code == HANGJIN)
    assert event.published == 1


async def test_what_cannot_be_closed_is_said_by_its_pointer(books: Books) -> None:
    wrong: list[tuple[str, object, str | None]] = [
        ("period", "2026-04", "period_in_future"),
        ("period", "2026-13", None),
        ("period", "0000", "period_in_future"),
        ("division_code", "150625100201", "division_not_a_banner"),
        ("division_code", "110000000000", "division_not_a_banner"),
        ("records_sent", -1, None),
        ("records_sent", "1", None),
        ("records_sent", 10**10, None),
        ("more", 1, None),
    ]
    for name, value, code in wrong:
        body = {"period": "2026-02", "records_sent": 1, name: value}
        answer = await books.api.client.post(PATH, json=body, headers=books.api.bearer())
        assert answer.status_code == 422, body
        [error] = answer.json()["errors"]
        assert error["pointer"] == f"/{name}"
        assert code in {None, error["code"]}


async def test_another_department_sees_and_closes_nothing(books: Books) -> None:
    other = books.api.bearer("department", "housing")
    body = {"period": "2026-02", "records_sent": 1}
    assert (await books.api.client.post(PATH, json=body, headers=other)).status_code == 404
    assert (await books.api.get(PATH, other)).status_code == 404
    assert (await books.api.get(f"{PATH}/2026-02")).json()["code"] == "unknown_period"


async def test_periods_are_listed_the_last_first_in_pages(books: Books) -> None:
    for period in ("2025-12", "2026-01", "2026-02"):
        await books.close(period, 1)
    first = (await books.api.get(PATH, limit=2)).json()
    rest = (await books.api.get(PATH, limit=2, after=first["next"])).json()
    assert [one["period"] for one in first["items"] + rest["items"]] == ["2026-02", "2026-01", "2025-12"]
    assert rest["next"] is None


async def test_a_period_closed_for_two_banners_and_corrected_at_once_is_reconciled(books: Books) -> None:
    """All of it before the worker's next round: one period is one target, however often it was closed."""
    await books.api.push(settlement(), delivery="2026-02")
    await books.close("2026-02", 0)
    await books.close("2026-02", 1)
    await books.close("2026-02", 1, division_code=HANGJIN)
    await books.close("2026-02", 0, division_code=DONGSHENG)
    await books.settle()
    assert [event.name for event in books.told("feed.reconciled") if event.scope == "period"] == ["2026-02"]
    assert await books.api.rows("SELECT FROM closing WHERE NOT effective") == []
