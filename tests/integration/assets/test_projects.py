"""Registering and reading projects through the real API on a real database."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from shared import clock
from shared.db import transaction
from shared.http.issuer import DevIssuer
from shared.http.routes import mistakes, undocumented
from shared.messaging.domain import Message
from shared.messaging.outbox import TableStore
from tests.integration.assets.conftest import BANNER, project
from tests.unit.http.support import client, faults, problem

OTHER_BANNER = "150602000000"
TOWNSHIP = "150625100000"


async def _rows(app: FastAPI, statement: str) -> list[Any]:
    async with app.state.engine.begin() as conn:
        return list(await conn.execute(text(statement)))


async def _outbox(app: FastAPI) -> list[Message]:
    store = TableStore()
    async with transaction(app.state.engine) as conn:
        await store.number(conn)
        return (await store.take(conn, 100)).messages


async def test_a_project_is_registered_and_read_again(clerk: httpx.AsyncClient) -> None:
    answer = await clerk.post("/v1/projects", json=project())
    assert answer.status_code == 201
    stored = answer.json()
    assert (stored["total"], stored["division_name"]) == ("1500000.01", "杭锦旗")
    assert stored["funds"] == [
        {"source": "central_fiscal", "amount": "1200000.01"},
        {"source": "banner_fiscal", "amount": "300000.00"},
    ]
    assert (await clerk.get(answer.headers["location"])).json() == stored
    assert (await clerk.get("/v1/projects")).json() == {"items": [stored], "next": None}


async def test_the_event_lies_in_the_outbox_with_the_project(app: FastAPI, clerk: httpx.AsyncClient) -> None:
    answer = await clerk.post("/v1/projects", json=project())
    (message,) = await _outbox(app)
    body, headers = orjson.loads(message.value), {name: value.decode() for name, value in message.headers}
    assert (message.topic, message.key.decode()) == ("assets.ledger.v1", answer.json()["project_id"])
    assert (body["total"], body["code"], body["division_code"]) == ("1500000.01", "HJ-2023-0017", BANNER)
    assert (headers["ce_type"], headers["ce_source"]) == ("xianjie.project.registered.v1", "/xianjie/assets")
    assert headers["ce_correlationid"] in answer.headers["traceparent"]


YEAR = clock.today().year
IN_POOL = {"status": "pool", "accepted_on": ...}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"total": "1500000.02"}, [("/total", "funds_do_not_sum")]),
        ({"funds": [{"source": "bonds", "amount": "1500000.00"}]}, [("/total", "funds_do_not_sum")]),
        (
            {"total": "2.00", "funds": [{"source": "bonds", "amount": "1"}, {"source": "bonds", "amount": "1"}]},
            [("/funds/0/source", "source_repeated"), ("/funds/1/source", "source_repeated")],
        ),
        (
            {"total": "0", "funds": [{"source": "bonds", "amount": "0.00"}]},
            [("/total", "amount_not_positive"), ("/funds/0/amount", "amount_not_positive")],
        ),
        ({"division_code": "150699000000"}, [("/division_code", "unknown_division")]),
        ({"year": 2011}, [("/year", "year_out_of_range")]),
        ({"year": YEAR + 1, "status": "started", "accepted_on": ...}, [("/year", "year_out_of_range")]),
        ({"year": YEAR + 2, **IN_POOL}, [("/year", "year_out_of_range")]),
        ({"accepted_on": ...}, [("/accepted_on", "required")]),
        ({"status": "started"}, [("/accepted_on", "accepted_on_without_acceptance")]),
        ({"accepted_on": f"{YEAR + 1}-01-01"}, [("/accepted_on", "date_in_future")]),
        ({"accepted_on": "2022-12-31"}, [("/accepted_on", "accepted_before_year")]),
    ],
)
async def test_a_project_that_contradicts_itself_is_refused_whole(
    app: FastAPI, clerk: httpx.AsyncClient, changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    body = problem(await clerk.post("/v1/projects", json=project(**changes)), 422, "project_refused")
    assert faults(body) == expected
    assert await _rows(app, "SELECT 1 FROM project UNION ALL SELECT 1 FROM project_fund") == []
    assert await _outbox(app) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"total": 1500000.01}, [("/total", "wrong_type")]),
        ({"total": "1,500,000.01"}, [("/total", "bad_format")]),
        ({"total": "1.001"}, [("/total", "bad_format")]),
        ({"total": "-1"}, [("/total", "bad_format")]),
        ({"total": "9" * 1_000_000}, [("/total", "bad_format")]),
        ({"year": "2023"}, [("/year", "wrong_type")]),
        ({"year": 10**400}, [("/year", "out_of_range")]),
        ({"kind": "castle"}, [("/kind", "not_in_list")]),
        ({"accepted_on": "2023-02-30"}, [("/accepted_on", "bad_date")]),
        ({"accepted_on": "0000-00-00"}, [("/accepted_on", "bad_date")]),
        ({"accepted_on": 0}, [("/accepted_on", "bad_date")]),
        ({"name": "井\u0000"}, [("/name", "bad_format")]),
        ({"name": "  "}, [("/name", "bad_format")]),
        ({"name": "井" * 101}, [("/name", "too_long")]),
        ({"code": "a b"}, [("/code", "bad_format")]),
        ({"code": "../../x"}, [("/code", "bad_format")]),
        ({"division_code": "杭锦旗"}, [("/division_code", "bad_format")]),
        ({"funds": []}, [("/funds", "too_few")]),
        ({"funds": [{"source": "gold", "amount": "1"}]}, [("/funds/0/source", "not_in_list")]),
        ({"budget": 1, "code": ...}, [("/code", "required"), ("/budget", "unknown_field")]),
    ],
)
async def test_a_shape_that_is_none_is_refused_at_its_place(
    clerk: httpx.AsyncClient, changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    body = problem(await clerk.post("/v1/projects", json=project(**changes)), 422, "invalid")
    assert faults(body) == expected
    assert "“" in body["errors"][0]["message"] or "日期" in body["errors"][0]["message"]


async def test_next_years_project_may_stand_in_the_pool(clerk: httpx.AsyncClient) -> None:
    answer = await clerk.post("/v1/projects", json=project(year=YEAR + 1, **IN_POOL))
    assert answer.status_code == 201


async def test_a_code_is_taken_once_whoever_is_first(app: FastAPI, clerk: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(clerk.post("/v1/projects", json=project()) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    problem(next(answer for answer in answers if answer.status_code == 409), 409, "project_code_taken")
    assert len(await _outbox(app)) == 1


async def test_sent_twice_with_one_key_it_is_registered_once(app: FastAPI, clerk: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = await clerk.post("/v1/projects", json=project(), headers=headers)
    second = await clerk.post("/v1/projects", json=project(), headers=headers)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["idempotency-replayed"] == "true"
    other = await clerk.post("/v1/projects", json=project(code="other"), headers=headers)
    problem(other, 422, "idempotency_key_reused")
    assert [tuple(row) for row in await _rows(app, "SELECT count(*) FROM project")] == [(1,)]
    bad_key = await clerk.post("/v1/projects", json=project(), headers={"Idempotency-Key": "k" * 256})
    assert faults(problem(bad_key, 422, "invalid")) == [("/header/Idempotency-Key", "too_long")]


async def test_what_lies_outside_the_scope_is_not_there(
    app: FastAPI, clerk: httpx.AsyncClient, issuer: DevIssuer
) -> None:
    problem(await clerk.post("/v1/projects", json=project(division_code=OTHER_BANNER)), 404, "not_found")
    location = (await clerk.post("/v1/projects", json=project())).headers["location"]
    async with client(app, issuer.sign("asset_clerk", division=OTHER_BANNER)) as neighbour:
        problem(await neighbour.get(location), 404, "project_not_found")
        assert (await neighbour.get("/v1/projects")).json()["items"] == []
        problem(await neighbour.get(f"/v1/projects?division={BANNER}"), 404, "not_found")
    async with client(app, issuer.sign("asset_approver", division="150600000000")) as city:
        assert len((await city.get(f"/v1/projects?division={BANNER}")).json()["items"]) == 1
        assert (await city.get(f"/v1/projects?division={OTHER_BANNER}")).json()["items"] == []
        problem(await city.post("/v1/projects", json=project(code="x1")), 403, "forbidden")
    problem(await clerk.get("/v1/projects/01900000-0000-7000-8000-000000000000"), 404, "project_not_found")
    problem(await clerk.get("/v1/projects/1"), 404, "not_found")


async def test_the_list_filters_and_pages_newest_first(clerk: httpx.AsyncClient) -> None:
    for number in range(5):
        changes = {"code": f"p-{number}", "year": 2021 + number % 2, "kind": "other_industry"}
        assert (await clerk.post("/v1/projects", json=project(**changes))).status_code == 201
    await clerk.post(
        "/v1/projects",
        json=project(code="town", division_code=TOWNSHIP, total="1", funds=[{"source": "donation", "amount": "1"}]),
    )

    async def codes(query: str) -> list[str]:
        answer = await clerk.get(f"/v1/projects?{query}")
        assert answer.status_code == 200
        return [item["code"] for item in answer.json()["items"]]

    assert await codes("") == ["town", "p-4", "p-3", "p-2", "p-1", "p-0"]
    assert await codes("year=2022") == ["p-3", "p-1"]
    assert await codes("year=2022&source=central_fiscal&status=accepted&kind=other_industry") == ["p-3", "p-1"]
    assert await codes("source=donation") == ["town"]
    assert await codes(f"division={TOWNSHIP}") == ["town"]
    assert await codes("status=pool") == []
    seen: list[str] = []
    after = ""
    while True:
        page = (await clerk.get(f"/v1/projects?limit=4{after}")).json()
        seen += [item["code"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == ["town", "p-4", "p-3", "p-2", "p-1", "p-0"]


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("after=x", "/query/after", "bad_cursor"),
        ("after=WzFd", "/query/after", "bad_cursor"),
        ("limit=0", "/query/limit", "invalid"),
        ("limit=501", "/query/limit", "invalid"),
        ("kind=castle", "/query/kind", "invalid"),
        ("year=99999999999999999999", "/query/year", "invalid"),
        ("division=1506", "/query/division", "invalid"),
    ],
)
async def test_a_question_that_is_none(clerk: httpx.AsyncClient, query: str, pointer: str, code: str) -> None:
    body = problem(await clerk.get(f"/v1/projects?{query}"), 422, code)
    assert body["errors"][0]["pointer"] == pointer


async def test_the_documents_example_runs(app: FastAPI, clerk: httpx.AsyncClient) -> None:
    assert mistakes(app) == []
    assert undocumented(app) == []
    document = (await clerk.get("/openapi.json")).json()
    (example,) = document["components"]["schemas"]["ProjectBody"]["examples"]
    assert (await clerk.post("/v1/projects", json=example)).status_code == 201
    events = (await clerk.get("/asyncapi.json")).json()
    assert "assets.ledger.v1" in [channel["address"] for channel in events["channels"].values()]
    assert (await clerk.get("/readyz")).json() == {"status": "ready", "service": "assets"}
