"""What was refused, as its department works it: seen, corrected, closed by whatever door the correction comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.ingest.quarantine import service as quarantine
from shared.db import transaction
from tests.integration.ingest.conftest import SETTLEMENT, Api, Record, id_number, settlement

WRONG_SUM: Record = {"total": "999.00"}
ENROLMENT = "medical-insurance/enrolment"
NAME, NUMBER = settlement()["name"], id_number(1)


async def refuse(api: Api, *records: Any, feed: str = SETTLEMENT) -> list[str]:
    """The ids of the entries that these records become."""
    body = (await api.push(*records, feed=feed)).json()
    return [line["quarantine_id"] for line in body.get("receipt", body)["records"] if line["outcome"] == "rejected"]


async def entry(api: Api, entry_id: str, **headers: Any) -> Any:
    return (await api.get(f"/v1/quarantine/{entry_id}", **headers)).json()


async def state(api: Api, entry_id: str) -> Any:
    return (await entry(api, entry_id))["state"]


async def correct(api: Api, entry_id: str, record: Any, headers: Record | None = None) -> Any:
    path, wanted = f"/v1/quarantine/{entry_id}/resubmission", {**api.bearer(), **(headers or {})}
    return await api.client.post(path, json=record, headers=wanted)


async def test_an_entry_says_why_and_is_masked_in_the_list(api: Api) -> None:
    bad = settlement("a", **WRONG_SUM, nickname="龘")
    [entry_id] = await refuse(api, settlement("ok", person=2), bad)
    answer = await api.get("/v1/quarantine")
    [item] = answer.json()["items"]
    assert item["quarantine_id"] == entry_id
    assert (item["feed"], item["index"], item["source_id"], item["state"]) == (SETTLEMENT, 1, "a", "open")
    assert {error["pointer"] for error in item["errors"]} == {"/nickname"}
    assert item["record_masked"]["id_number"] == f"{NUMBER[:6]}********"
    assert item["record_masked"]["name"] == f"{NAME[:1]}**"
    assert (item["record_masked"]["total"], item["record_masked"]["nickname"]) == ("999.00", "**")
    assert NUMBER not in answer.text
    assert NAME not in answer.text
    refused_at, until = (datetime.fromisoformat(item[name]) for name in ("refused_at", "content_until"))
    assert until - refused_at == timedelta(days=90)
    receipt = (await api.get(f"/v1/submissions/{item['submission_id']}")).json()
    assert [line.get("quarantine_id") for line in receipt["records"]] == [None, entry_id]


async def test_only_the_department_sees_and_the_one_entry_whole(api: Api) -> None:
    bad = settlement("a", **WRONG_SUM)
    [entry_id] = await refuse(api, bad)
    own, other = (api.bearer("department", name) for name in ("medical-insurance", "housing"))
    with capture_logs() as logs:
        whole = await api.get(f"/v1/quarantine/{entry_id}", own)
    assert whole.json()["record"] == bad
    assert whole.headers["Cache-Control"] == "no-store"
    [line] = [line for line in logs if line["event"] == "quarantine_record_shown"]
    assert line["quarantine_id"] == entry_id
    assert NUMBER not in repr(logs)
    absent = f"{entry_id.partition('.')[0]}.7"
    foreign, unknown = [await api.get(f"/v1/quarantine/{one}", other) for one in (entry_id, absent)]
    assert foreign.status_code == unknown.status_code == 404
    assert {**foreign.json(), "trace_id": ""} == {**unknown.json(), "trace_id": ""}
    assert (await correct(api, entry_id, settlement("a"), other)).json()["code"] == "unknown_entry"
    assert (await api.get("/v1/quarantine", other)).json()["items"] == []
    assert (await api.get("/v1/quarantine", other, feed=SETTLEMENT)).status_code == 404
    assert (await api.get("/v1/quarantine", api.bearer("auditor"))).status_code == 403
    assert (await api.get("/v1/quarantine/not-an-id")).status_code == 422


async def test_a_correction_goes_the_ordinary_way_and_both_ends_are_linked(api: Api) -> None:
    [entry_id] = await refuse(api, settlement("a", **WRONG_SUM))
    answer = await correct(api, entry_id, settlement("a"))
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert answer.headers["Location"] == f"/v1/submissions/{receipt['submission_id']}"
    assert receipt["counts"]["accepted"] == 1
    assert receipt["records"][0]["corrects"] == [entry_id]
    assert (await api.get(answer.headers["Location"])).json() == receipt
    seen = await entry(api, entry_id)
    assert seen["state"] == "closed"
    assert seen["resubmitted_as"].items() >= {"submission_id": receipt["submission_id"], "index": 0}.items()
    assert len(await api.rows("SELECT FROM record_version")) == 1
    assert [row["publishable"] for row in await api.rows("SELECT publishable FROM part ORDER BY part_id")] == [0, 1]


async def test_a_correction_that_does_not_pass_changes_nothing(api: Api) -> None:
    [entry_id] = await refuse(api, settlement("a", **WRONG_SUM))
    before = await api.rows("SELECT * FROM quarantine")
    again = await correct(api, entry_id, settlement("a", self_paid_in_catalogue="500"))
    assert (again.status_code, again.json()["code"]) == (422, "still_rejected")
    assert [error["pointer"] for error in again.json()["errors"]] == ["/self_paid_in_catalogue"]
    other = await correct(api, entry_id, settlement("b"))
    assert (other.status_code, other.json()["code"]) == (422, "other_source_id")
    assert (await correct(api, entry_id, [settlement("a")])).json()["code"] == "still_rejected"
    broken = await api.post_bytes(f"/v1/quarantine/{entry_id}/resubmission", b'{"source_id": ')
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed_json")
    await api.push(settlement("a", minute=-5))
    conflict = await correct(api, entry_id, settlement("a", minute=-5, self_paid=7))
    assert [error["code"] for error in conflict.json()["errors"]] == ["version_conflict"]
    assert await api.rows("SELECT * FROM quarantine") == before
    assert len(await api.rows("SELECT FROM submission")) == 2


async def test_what_is_closed_or_expired_says_what_to_do(api: Api) -> None:
    closed, expired = await refuse(api, settlement("a", **WRONG_SUM), settlement("b", **WRONG_SUM, person=2))
    first = (await correct(api, closed, settlement("a"))).json()
    again = await correct(api, closed, settlement("a", minute=1, self_paid=7))
    assert (again.status_code, again.json()["code"]) == (409, "entry_closed")
    assert again.json()["resubmitted_as"] == {"submission_id": first["submission_id"], "index": 0}
    await api.execute("UPDATE quarantine SET refused_at = refused_at - interval '90 days'")
    assert (await entry(api, expired))["record"] is None  # also before the worker has come by
    async with transaction(api.app.state.engine) as conn:
        assert await quarantine.drop_expired(conn) == 2
        assert await quarantine.drop_expired(conn) == 0
    assert [row["sealed"] for row in await api.rows("SELECT sealed FROM quarantine")] == [None, None]
    gone = await correct(api, expired, settlement("b", person=2))
    assert (gone.status_code, gone.json()["code"]) == (410, "entry_expired")
    assert "记录主键 b" in gone.json()["detail"]
    assert gone.json()["submissions_url"] == f"/v1/feeds/{SETTLEMENT}/submissions"
    seen = await entry(api, expired)
    assert (seen["state"], seen["record"], seen["record_masked"]) == ("expired", None, None)
    assert seen["errors"]
    assert (await api.push(settlement("b", person=2))).status_code == 201
    assert await state(api, expired) == "closed"


async def test_a_repeated_request_is_answered_as_before(api: Api) -> None:
    [entry_id] = await refuse(api, settlement("a", **WRONG_SUM))
    key = {"Idempotency-Key": "k1"}
    first, again = [await correct(api, entry_id, settlement("a"), key) for _ in range(2)]
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await correct(api, entry_id, settlement("a", minute=3), key)).json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("more", [0, 60])
async def test_any_door_closes_what_is_open_of_a_record(api: Api, more: int) -> None:
    """Alone, by the shortest way of a single new record, and within a batch."""
    first, second = [(await refuse(api, settlement("a", minute=m, **WRONG_SUM)))[0] for m in (0, 5)]
    [other] = await refuse(api, settlement("b", **WRONG_SUM))
    [elsewhere] = await refuse(api, {"source_id": "a"}, feed=ENROLMENT)
    batch = [settlement("a", minute=5), *[settlement(f"s{i}", person=i + 2) for i in range(more)]]
    receipt = (await api.push(*batch)).json()
    assert receipt["records"][0]["corrects"] == [first, second]
    assert [await state(api, one) for one in (first, second, other, elsewhere)] == ["closed", "closed", "open", "open"]
    assert (await api.get(f"/v1/submissions/{receipt['submission_id']}")).json() == receipt


async def test_an_older_version_that_comes_late_does_not_hide_what_is_missing(api: Api) -> None:
    [missing] = await refuse(api, settlement("a", minute=10, **WRONG_SUM))
    await api.push(settlement("a", minute=5))
    assert await state(api, missing) == "open"
    assert await api.outcomes(settlement("a", minute=20)) == ["duplicate"]
    assert await state(api, missing) == "closed"


async def test_a_contradiction_is_answered_by_a_newer_version_only(api: Api) -> None:
    await api.push(settlement("a"))
    [conflict] = await refuse(api, settlement("a", self_paid=7))
    assert await api.outcomes(settlement("a")) == ["duplicate"]
    assert await state(api, conflict) == "open"
    assert await api.outcomes(settlement("a", self_paid=7, minute=1)) == ["corrected"]
    assert await state(api, conflict) == "closed"


async def test_what_has_no_readable_key_or_time_is_closed_by_its_correction(api: Api) -> None:
    nameless, timeless = await refuse(api, "no object", settlement("t", source_updated_at="2026-02-30T00:00:00Z"))
    assert (await entry(api, nameless))["record"] == "no object"
    assert (await correct(api, nameless, settlement("n"))).status_code == 201
    assert await state(api, nameless) == "closed"
    await api.push(settlement("t", person=2))
    assert await state(api, timeless) == "closed"


async def test_filters_and_pages(api: Api) -> None:
    ids = await refuse(api, *[settlement(f"s{i}", person=i, **WRONG_SUM) for i in range(5)])
    await refuse(api, {"source_id": "e"}, feed=ENROLMENT)
    await correct(api, ids[0], settlement("s0", person=0))

    async def listed(**params: Any) -> list[str]:
        found: list[str] = []
        after: Record = {}
        while True:
            page = (await api.get("/v1/quarantine", limit=2, **params, **after)).json()
            found += [item["quarantine_id"] for item in page["items"]]
            if page["next"] is None:
                return found
            after = {"after": page["next"]}

    assert await listed(feed=SETTLEMENT) == ids
    assert len(await listed()) == 6
    assert await listed(feed=SETTLEMENT, state="open", code="amounts_do_not_add_up") == ids[1:]
    assert await listed(state="closed") == ids[:1]
    assert await listed(state="expired") == await listed(code="no_such_code") == []
    assert (await api.get("/v1/quarantine", feed="health/horoscope")).json()["code"] == "unknown_feed"
    assert (await api.get("/v1/quarantine", after="x")).json()["code"] == "bad_cursor"
    async with transaction(api.app.state.engine) as conn:
        assert await quarantine.to_do(conn, [7, 8]) == {8: 4, 7: 1}


async def test_a_record_refused_each_night_is_one_to_do(api: Api) -> None:
    for minute in range(3):
        await refuse(api, settlement("a", minute=minute, **WRONG_SUM))
    async with transaction(api.app.state.engine) as conn:
        assert await quarantine.to_do(conn, [8]) == {8: 1}
