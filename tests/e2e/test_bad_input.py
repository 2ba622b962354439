"""What departments and others send by mistake or on purpose: a clear 4xx, nothing stored, never a 5xx."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from shared.http.edge import BODY_LIMIT_BYTES
from tests.factories import people
from tests.support.live import Live

SETTLEMENT = "medical-insurance/settlement"
MEDIA_TYPE = "application/problem+json"
ENDLESS = "9" * 10**6
FACTS = ("record_version", "person", "part WHERE publishable > 0")
"""What must never grow by bad input; the receipt and the sealed quarantine of a lenient push may."""
ANYTHING = (*FACTS, "part", "submission", "receipt_line", "quarantine", "idempotency_key")


def one(**changes: Any) -> bytes:
    """A body of one settlement with changes; escapes stay as `json` writes them, lone surrogates too."""
    return json.dumps({"records": [{**people.settlement("S-9", 7, "12.00"), **changes}]}).encode()


def endless(name: str) -> bytes:
    """A body whose field `name` is an integer of a million digits."""
    return one(**{name: 424_242}).replace(b"424242", ENDLESS.encode())


def counts(live: Live, tables: tuple[str, ...]) -> list[int]:
    asked = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    return list(live.ask("ingest", f"SELECT {asked}")[0])


def post(live: Live, feed: str, body: bytes, **headers: str) -> httpx.Response:
    whole = {"Content-Type": "application/json", **headers}
    return live.client.post(live.url("ingest", f"/v1/feeds/{feed}/submissions"), content=body, headers=whole)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, checked for what every one must say."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE), answer.text[:500]
    found: dict[str, Any] = answer.json()
    assert (found["status"], found["code"]) == (status, code), answer.text[:500]
    assert found["type"] == f"urn:xianjie:problem:{code}"
    assert found["trace_id"]
    assert chinese(found["title"])
    assert chinese(found["detail"])
    for error in found["errors"]:
        assert not error["pointer"] or error["pointer"][0] == "/"  # "" is the whole body
        assert error["code"]
        assert chinese(error["message"])
        assert "value_masked" in error
    assert len(answer.content) < 10_000
    return found


def chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize(
    ("feed", "body", "status", "code"),
    [
        (SETTLEMENT, b'{"records":[{"source_id":', 400, "malformed_json"),
        (SETTLEMENT, b"", 400, "malformed_json"),
        (SETTLEMENT, b'{"records":[{"source_id":NaN}]}', 400, "malformed_json"),
        (SETTLEMENT, b'{"records":[{"source_id":"\xff\xfe"}]}', 400, "malformed_json"),
        (SETTLEMENT, b"[" * 100_000, 400, "malformed_json"),
        (SETTLEMENT, b" " * (BODY_LIMIT_BYTES + 1), 413, "body_too_large"),
        (SETTLEMENT, b'{"records":[' + b"1," * 5_000 + b"1]}", 413, "too_many_records"),
        ("medical-insurance/nonsense", one(), 404, "unknown_feed"),
        ("nobody/settlement", one(), 404, "unknown_feed"),
        (SETTLEMENT, ENDLESS.encode(), 422, "invalid_body"),
        (SETTLEMENT, b'{"records":[],"more":1}', 422, "invalid_body"),
        (SETTLEMENT, b'{"records":[]}', 422, "invalid_body"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else str(value),
)
def test_a_bad_body_leaves_no_trace(live: Live, feed: str, body: bytes, status: int, code: str) -> None:
    before = counts(live, ANYTHING)
    problem(post(live, feed, body), status, code)
    problem(post(live, feed, body, **{"Idempotency-Key": "bad-body"}), status, code)
    assert counts(live, ANYTHING) == before


@pytest.mark.parametrize(
    ("body", "field", "code", "masked"),
    [
        (one(phone="13800000000"), "phone", "unknown_field", None),
        (one(division_code="150999000000"), "division_code", "division_unknown", "150999********"),
        (one(total="200000000.00"), "total", "amount_too_large", "200000********"),
        (one(total="1" * 400), "total", "amount_format", "111111********"),
        (one(total=1e300), "total", "number_too_large", "1e+300"),
        (endless("total"), "total", "number_too_large", "999999…（1000000 位数字）"),
        (endless("source_id"), "source_id", "number_too_large", "999999…（1000000 位数字）"),
        (one(settled_on="2026-02-30"), "settled_on", "date_format", "2026-02-30"),
        (one(settled_on="0000-01-01"), "settled_on", "date_format", "0000-01-01"),
        (one(settled_on="9999-12-31"), "settled_on", "date_in_future", "9999-12-31"),
        (one(source_updated_at="0000-01-01T00:00:00Z"), "source_updated_at", "instant_format", "0000-01-01T00:00:00Z"),
        (one(source_updated_at="9999-12-31T23:59:59-14:00"), "source_updated_at", ..., "9999-12-31T23:59:59-14:00"),
        (one(hospital_code="H\x00506"), "hospital_code", "institution_code_format", "H?506"),
        (one(name="测\x00某"), "name", "name_format", "测**"),
        (one(source_id="S\x00"), "source_id", ..., "S**"),
        (one(name="测\ud800"), "name", "invalid_text", "测**"),
        (one(id_number=people.id_number(7)[:17] + "?"), "id_number", "id_number_format", "150625********"),
        (one(total=json.loads("[" * 150 + "]" * 150)), "total", ..., "（列表，1 项）"),
    ],
    ids=lambda value: "body" if isinstance(value, bytes) else str(value)[:24],
)
def test_a_bad_field_is_named_and_its_record_not_stored(
    live: Live, body: bytes, field: str, code: Any, masked: Any
) -> None:
    before, traces = counts(live, FACTS), counts(live, ANYTHING)
    strict = problem(post(live, SETTLEMENT, body, Prefer="handling=strict"), 422, "strict_rejected")
    assert counts(live, ANYTHING) == traces
    lenient = problem(post(live, SETTLEMENT, body), 422, "all_rejected")
    assert counts(live, FACTS) == before
    assert counts(live, ("quarantine",)) == [traces[ANYTHING.index("quarantine")] + 1]
    assert strict["errors"] == lenient["errors"] == lenient["receipt"]["records"][0]["errors"]
    (error,) = [e for e in lenient["errors"] if e["pointer"] == f"/records/0/{field}"]
    assert code in (error["code"], ...), error
    assert masked in (error["value_masked"], ...), error


def test_what_is_good_is_stored_beside_what_is_bad(live: Live) -> None:
    bad = {**people.settlement("S-11", 8, "12.00"), "settled_on": "2026-02-30"}
    answer = live.push(SETTLEMENT, [people.settlement("S-10", 8, "12.00"), bad])
    assert answer.status_code == 201
    assert [record["outcome"] for record in answer.json()["records"]] == ["accepted", "rejected"]
    stored = live.ask("ingest", "SELECT source_id FROM record_version WHERE source_id IN ('S-10', 'S-11')")
    assert [row["source_id"] for row in stored] == ["S-10"]


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic eDp5", "Bearer " + "x" * 9_000, "forged"])
def test_who_is_not_known_gets_401(live: Live, header: str | None) -> None:
    if header == "forged":
        head, claims, signature = live.stack.issuer.sign(role="developer").split(".")
        header = f"Bearer {head}.{claims}.{signature[::-1]}"
    headers = {"Authorization": header} if header else {}
    before = counts(live, ANYTHING)
    with httpx.Client(trust_env=False, headers=headers) as stranger:
        answers = [stranger.post(live.url("ingest", f"/v1/feeds/{SETTLEMENT}/submissions"), content=one())]
        for service, path in (
            ("ingest", "/v1/catalogue"),
            ("screening", "/v1/warnings"),
            ("indicators", "/v1/board"),
            ("assets", "/v1/projects"),
        ):
            answers.append(stranger.get(live.url(service, path)))
    for answer in answers:
        problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert counts(live, ANYTHING) == before


def test_another_department_is_not_there_and_another_role_may_not(live: Live) -> None:
    mine = live.push(SETTLEMENT, [people.settlement("S-12", 9, "12.00")]).json()["submission_id"]
    token = live.stack.issuer.sign(role="department", department="housing")
    before = counts(live, ANYTHING)
    headers = {"Authorization": f"Bearer {token}"}
    problem(post(live, SETTLEMENT, one(), **headers), 404, "not_found")
    seen = live.client.get(live.url("ingest", f"/v1/submissions/{mine}"), headers=headers)
    assert problem(seen, 404, seen.json()["code"])["code"].endswith("not_found")
    problem(live.client.get(live.url("screening", "/v1/warnings"), headers=headers), 403, "forbidden")
    officer = live.stack.issuer.sign(role="banner_officer", division="150625000000")
    headers = {"Authorization": f"Bearer {officer}"}
    problem(post(live, SETTLEMENT, one(), **headers), 403, "forbidden")
    assert counts(live, ANYTHING) == before


@pytest.mark.parametrize(
    ("service", "path", "status", "pointer"),
    [
        ("screening", "/v1/nothing", 404, None),
        ("screening", "/v1/households/150625999999", 404, None),
        ("screening", "/v1/warnings/xx", 422, "/path/warning_id"),
        ("screening", "/v1/warnings?limit=0", 422, "/query/limit"),
        ("screening", f"/v1/warnings?limit={'9' * 4_000}", 422, "/query/limit"),
        ("screening", "/v1/warnings/changes?after=abc", 422, "/query/after"),
        ("screening", f"/v1/warnings/changes?after={'9' * 40}", 422, "/query/after"),
        ("screening", "/v1/households/150625000001?as_of=0000-01-01", 422, "/query/as_of"),
        ("screening", "/v1/households/%00", 400, None),
        ("indicators", "/v1/board?division=999999999999", 404, None),
        ("indicators", "/v1/board?as_of=2026-02-30", 422, "/query/as_of"),
        ("indicators", "/v1/values/xx", 422, "/path/value_id"),
        ("indicators", "/v1/indicators/nothing", 404, None),
        ("assets", "/v1/projects/xx", 404, None),
        ("assets", "/v1/projects?limit=x", 422, "/query/limit"),
        ("assets", "/v1/projects?cursor=x%00", 400, None),
        ("assets", "/v1/../../etc/passwd", 404, None),
    ],
)
def test_a_bad_question_is_a_problem(live: Live, service: str, path: str, status: int, pointer: str | None) -> None:
    answer = live.client.get(live.url(service, path))
    found = problem(answer, status, answer.json()["code"])
    assert [error["pointer"] for error in found["errors"]] == ([pointer] if pointer else [])
