"""Runs over HTTP: who may start, see and cancel what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.screening.app import build
from services.screening.runs import execution
from shared.http.issuer import DevIssuer
from tests.integration.screening.conftest import TODAY, World, settings_for

Ask = Callable[..., Any]


@pytest.fixture
async def ask(world: World, tmp_path: Path) -> AsyncIterator[Ask]:
    """`ask(method, path, role=…, division=…, body=…, **query)` → the answer."""
    issuer = DevIssuer(tmp_path / "issuer", environment="development")
    app = build(settings_for(world.url, jwks=str(issuer.jwks)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening") as client:

        async def send(
            method: str, path: str, role: str = "operator", division: str | None = None, body: Any = None, **query: Any
        ) -> httpx.Response:
            headers = {"Authorization": f"Bearer {issuer.sign(role, division=division)}"}
            return await client.request(method, path, params=query, json=body, headers=headers)

        yield send
    await app.state.engine.dispose()


async def test_a_run_is_started_watched_and_read(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000"))
    begun = await ask("POST", "/v1/runs", body={})
    assert begun.status_code == 202
    place = begun.headers["Location"]
    assert (begun.json()["state"], begun.json()["report"]["seen"]) == ("running", 0)
    await execution.once(world.engine)
    run = (await ask("GET", place)).json()
    assert (run["state"], run["kind_title"], run["as_of"]) == ("completed", "按日筛查", "2026-11-20")
    assert (run["division_name"], run["started_by"]) == ("鄂尔多斯市", begun.json()["started_by"])
    assert [hit["title"] for hit in run["report"]["hits"] if hit["rule_code"] == "M01"] != []
    listed = (await ask("GET", "/v1/runs")).json()
    assert [(one["run_id"], one["seen"]) for one in listed["items"]] == [(run["run_id"], 1)]
    assert listed["next"] is None


async def test_pages_of_runs(world: World, ask: Ask) -> None:
    await world.take(world.household())
    ids = []
    for hour in (3, 4, 5):
        world.at(TODAY, hour)
        ids.append((await ask("POST", "/v1/runs", body={})).json()["run_id"])
        await execution.once(world.engine)
    first = (await ask("GET", "/v1/runs", limit=2)).json()
    rest = (await ask("GET", "/v1/runs", limit=2, after=first["next"])).json()
    assert [one["run_id"] for one in first["items"] + rest["items"]] == ids[::-1]


async def test_the_second_to_start_is_told_who_runs(ask: Ask) -> None:
    first = await ask("POST", "/v1/runs", body={"kind": "quarterly"})
    second = await ask("POST", "/v1/runs", role="developer", body={})
    assert second.status_code == 409
    problem = second.json()
    assert (problem["code"], problem["run_id"]) == ("run_in_progress", first.json()["run_id"])
    assert first.json()["started_by"] in problem["detail"]


async def test_a_run_is_cancelled_once(ask: Ask) -> None:
    place = (await ask("POST", "/v1/runs", body={})).headers["Location"]
    cancelled = await ask("POST", f"{place}/cancellation")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    again = await ask("POST", f"{place}/cancellation")
    assert (again.status_code, again.json()["code"], again.json()["state"]) == (409, "run_ended", "cancelled")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"as_of": "2026-11-21"}, 422, "as_of_in_future"),
        ({"as_of": "1990-01-01"}, 422, "nothing_known"),
        ({"as_of": 0}, 422, "bad_date"),
        ({"as_of": "0"}, 422, "bad_date"),
        ({"as_of": "2026-02-30"}, 422, "bad_date"),
        ({"division": "999999"}, 404, "division_not_found"),
        ({"kind": "monthly"}, 422, "not_in_list"),
        ({"until": "2026-11-01"}, 422, "unknown_field"),
    ],
)
async def test_what_cannot_be_run_is_refused(ask: Ask, body: dict[str, Any], status: int, code: str) -> None:
    answer = await ask("POST", "/v1/runs", body=body)
    assert answer.status_code == status
    assert code in {answer.json()["code"], *(error["code"] for error in answer.json().get("errors", []))}


async def test_officers_see_the_runs_of_their_division_and_start_none(ask: Ask) -> None:
    place = (await ask("POST", "/v1/runs", body={"division": "150625"})).headers["Location"]
    seen = await ask("GET", place, role="banner_officer", division="150625000000")
    assert seen.status_code == 200
    assert (await ask("GET", place, role="banner_officer", division="150622000000")).status_code == 404
    assert (await ask("GET", "/v1/runs", role="banner_officer", division="150622000000")).json()["items"] == []
    assert (await ask("POST", "/v1/runs", role="banner_officer", division="150625000000", body={})).status_code == 403
