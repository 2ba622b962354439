"""Bad input: a problem that a clerk can act on, nothing stored as a record, never a 5xx."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.integration.ingest.conftest import SETTLEMENT, Api, Record, id_number, settlement

PATH = f"/v1/feeds/{SETTLEMENT}/submissions"
WRONG = id_number(7)[:17] + ("0" if id_number(7)[17] != "0" else "1")


async def nothing_stored(api: Api) -> bool:
    return await api.rows("SELECT FROM record_version UNION ALL SELECT FROM person") == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"records": [', 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b"[]", 422, "invalid_body"),
        (b'{"records": []}', 422, "invalid_body"),
        (b'{"records": [], "more": 1}', 422, "invalid_body"),
        (orjson.dumps({"records": [1] * 5001}), 413, "too_many_records"),
        (b" " * (8 * 1024 * 1024 + 1), 413, "body_too_large"),
    ],
)
async def test_a_body_that_is_none(api: Api, body: bytes, status: int, code: str) -> None:
    answer = await api.post_bytes(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await nothing_stored(api)
    assert await api.rows("SELECT FROM submission") == []


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"nickname": "x"}, "nickname", "unknown_field"),
        ({"division_code": "999999999999"}, "division_code", None),
        ({"total": "99999999999.00"}, "total", None),
        ({"settled_on": "2026-02-30"}, "settled_on", None),
        ({"settled_on": "0000-01-01"}, "settled_on", None),
        ({"id_number": WRONG}, "id_number", None),
        ({"total": "1.00"}, "total", None),
    ],
)
async def test_one_bad_record(api: Api, change: Record, field: str, code: str | None) -> None:
    answer = await api.push({**settlement(), **change})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "all_rejected"
    found = next(error for error in problem["errors"] if error["pointer"] == f"/records/0/{field}")
    assert code is None or found["code"] == code
    assert any("一" <= character <= "鿿" for character in found["message"])
    assert problem["receipt"]["counts"]["rejected"] == 1
    assert await nothing_stored(api)
    assert WRONG not in answer.text
    assert settlement()["name"] not in answer.text


async def test_lenient_keeps_the_good_and_seals_the_bad(api: Api) -> None:
    bad = settlement("bad", id_number=WRONG, person=2)
    receipt = (await api.push(settlement("a"), bad, "no object", settlement("b", person=3))).json()
    assert [line["outcome"] for line in receipt["records"]] == ["accepted", "rejected", "rejected", "accepted"]
    assert [line["source_id"] for line in receipt["records"]] == ["a", "bad", None, "b"]
    rows = await api.rows("SELECT * FROM quarantine ORDER BY line")
    sealer = api.app.state.intake.sealer
    opened = [orjson.loads(sealer.open(row["sealed"], f"{row['part_id']}.{row['line']}")) for row in rows]
    assert opened == [bad, "no object"]
    again = (await api.get(f"/v1/submissions/{receipt['submission_id']}")).json()
    assert again == receipt
    dump = repr(await api.rows("SELECT * FROM quarantine JOIN receipt_line USING (part_id, line)"))
    assert WRONG not in dump


async def test_a_version_conflict_is_refused_and_quarantined(api: Api) -> None:
    await api.push(settlement("a"))
    conflict = settlement("a", self_paid=7)
    receipt = (await api.push(conflict, settlement("b", person=2))).json()
    [error] = receipt["records"][0]["errors"]
    assert (error["pointer"], error["code"]) == ("/records/0/source_updated_at", "version_conflict")
    [row] = await api.rows("SELECT * FROM quarantine")
    assert orjson.loads(api.app.state.intake.sealer.open(row["sealed"], f"{row['part_id']}.0")) == conflict


async def test_strict_is_all_or_nothing(api: Api) -> None:
    strict = {"Prefer": "handling=strict"}
    answer = await api.push(settlement("a"), settlement("b", total="1"), headers=strict)
    assert (answer.status_code, answer.json()["code"]) == (422, "strict_rejected")
    assert answer.json()["receipt"]["submission_id"] is None
    assert await nothing_stored(api)
    assert await api.rows("SELECT FROM submission UNION ALL SELECT FROM quarantine") == []
    answer = await api.push(settlement("a"), settlement("b", person=2), headers=strict)
    assert answer.status_code == 201
    assert answer.headers["Preference-Applied"] == "handling=strict"
    conflict = await api.push(settlement("a", self_paid=9), settlement("c", person=3), headers=strict)
    assert conflict.json()["code"] == "strict_rejected"
    assert len(await api.rows("SELECT FROM record_version")) == 2


async def test_dry_run_gives_the_receipt_and_stores_nothing(api: Api) -> None:
    await api.push(settlement("a"))
    records = [settlement("a"), settlement("a", minute=1, self_paid=7), settlement("c", total="1")]
    answer = await api.push(*records, dry_run=True)
    assert answer.status_code == 200
    assert [line["outcome"] for line in answer.json()["records"]] == ["duplicate", "corrected", "rejected"]
    assert answer.json()["submission_id"] is None
    assert len(await api.rows("SELECT FROM record_version")) == len(await api.rows("SELECT FROM submission")) == 1
    assert await api.rows("SELECT FROM quarantine") == []


async def test_unknown_kinds_and_other_media(api: Api) -> None:
    unknown = await api.push(settlement(), feed="health/horoscope")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_feed")
    plain = await api.post_bytes(PATH, b"{}", **{"Content-Type": "text/plain"})
    assert plain.status_code == 415


async def test_a_reused_key_with_another_body(api: Api) -> None:
    key = {"Idempotency-Key": "k"}
    assert (await api.push(settlement(), headers=key)).status_code == 201
    other = await api.push(settlement(self_paid=7, minute=1), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    rejected = await api.push(settlement("z", total="1"), headers={"Idempotency-Key": "r"})
    again = await api.push(settlement("z", total="1"), headers={"Idempotency-Key": "r"})
    assert rejected.status_code == again.status_code == 422
    assert again.content == rejected.content
    assert len(await api.rows("SELECT FROM quarantine")) == 1


@pytest.mark.parametrize(
    ("role", "department", "status"),
    [
        ("department", "medical-insurance", 201),
        ("department", "housing", 404),
        ("auditor", None, 403),
    ],
)
async def test_a_department_pushes_its_own_feeds_only(api: Api, role: str, department: Any, status: int) -> None:
    answer = await api.push(settlement(), headers=api.bearer(role, department))
    assert answer.status_code == status
    assert (await api.client.post(PATH, json={})).status_code == 401


async def test_another_departments_receipt_is_not_there(api: Api) -> None:
    submission = (await api.push(settlement())).json()["submission_id"]
    for path in (f"/v1/submissions/{submission}", f"/v1/submissions/{submission}/records"):
        assert (await api.get(path, api.bearer("department", "medical-insurance"))).status_code == 200
        assert (await api.get(path, api.bearer("department", "housing"))).status_code == 404
    unknown = await api.get("/v1/submissions/018f3c1e-7b0a-7c11-9d4e-0f2f6b1c2a33")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_submission")
