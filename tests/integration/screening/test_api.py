"""The warnings and their change feed over HTTP, within the caller's divisions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.screening.app import build
from shared.http.issuer import DevIssuer
from tests.integration.screening.conftest import VILLAGE, World, settings_for

OTHER_VILLAGE = "150602101201"
Get = Callable[..., Any]


@pytest.fixture
async def get(world: World, tmp_path: Path) -> AsyncIterator[Get]:
    """`get(path, role=…, division=…, **query)` → the answer."""
    issuer = DevIssuer(tmp_path / "issuer", environment="development")
    app = build(settings_for(world.url, jwks=str(issuer.jwks)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening") as client:

        async def ask(
            path: str, role: str = "developer", in_division: str | None = None, **query: Any
        ) -> httpx.Response:
            token = issuer.sign(role, division=in_division)
            return await client.get(path, params=query, headers={"Authorization": f"Bearer {token}"})

        yield ask
    await app.state.engine.dispose()


async def _three(world: World) -> None:
    other = f"p1.{'Z' * 26}"
    await world.take(world.household(), world.settlement("12000"), world.appraisal("D"))
    await world.take(world.household("H2", other, division=OTHER_VILLAGE), world.settlement("13000", "S2", who=other))
    await world.number()


async def test_the_list_is_newest_first_with_totals_and_pages(world: World, get: Get) -> None:
    await _three(world)
    whole = (await get("/v1/warnings")).json()
    assert whole["items"][0]["household_no"] == "H2"
    assert len(whole["items"]) == 3
    assert whole["totals"] == {"urgent": 0, "high": 3, "normal": 0, "info": 0}
    assert whole["next"] is None
    first = (await get("/v1/warnings", limit=2)).json()
    rest = (await get("/v1/warnings", limit=2, after=first["next"])).json()
    assert first["items"] + rest["items"] == whole["items"]
    assert rest["next"] is None


async def test_the_list_is_filtered(world: World, get: Get) -> None:
    await _three(world)

    async def found(**query: Any) -> list[tuple[str, str]]:
        answer = (await get("/v1/warnings", **query)).json()
        assert sum(answer["totals"].values()) == sum(answer["states"].values()) == len(answer["items"])
        return sorted((w["household_no"], w["rule_code"]) for w in answer["items"])

    assert await found(rule=["M01"]) == [("H1", "M01"), ("H2", "M01")]
    assert await found(household_no="H1") == [("H1", "H01"), ("H1", "M01")]
    assert await found(division=VILLAGE[:6]) == [("H1", "H01"), ("H1", "M01")]
    assert await found(state=["superseded"]) == []
    assert await found(severity=["high", "urgent"], rule=["H01"]) == [("H1", "H01")]


async def test_without_a_state_every_state_is_listed_and_counted(world: World, get: Get) -> None:
    await _three(world)
    await world.take(world.settlement("100"))
    whole = (await get("/v1/warnings")).json()
    assert [w["state"] for w in whole["items"]].count("superseded") == 1
    assert whole["states"] == {"open": 2, "verifying": 0, "confirmed": 0, "not_confirmed": 0, "superseded": 1}
    assert whole["totals"]["high"] == 3
    pending = (await get("/v1/warnings", state=["open"])).json()
    assert (len(pending["items"]), pending["totals"]["high"], pending["states"]["superseded"]) == (2, 2, 0)


async def test_one_warning_and_its_why(world: World, get: Get) -> None:
    await _three(world)
    item = (await get("/v1/warnings", rule="M01", household_no="H1")).json()["items"][0]
    detail = (await get(f"/v1/warnings/{item['warning_id']}")).json()
    assert item.items() <= detail.items()
    assert (detail["as_of"], detail["superseded_by"]) == ("2026-11-20", None)
    why = (await get(f"/v1/warnings/{item['warning_id']}/why")).json()
    assert why == (await world.standing())["H1", "M01"].evidence
    assert {"verdict", "missing", "as_of", "known_at", "facts", "leaves", "parameters", "records", "data_age"} <= set(
        why
    )


async def test_what_lies_outside_the_callers_division_is_not_there(world: World, get: Get) -> None:
    await _three(world)
    elsewhere = (await get("/v1/warnings", household_no="H2")).json()["items"][0]["warning_id"]
    banner = {"role": "banner_officer", "in_division": f"{VILLAGE[:6]}000000"}
    assert {w["household_no"] for w in (await get("/v1/warnings", **banner)).json()["items"]} == {"H1"}
    assert (await get("/v1/warnings", **banner)).json()["totals"]["high"] == 2
    changes = (await get("/v1/warnings/changes", **banner)).json()
    assert {c["warning"]["household_no"] for c in changes["items"]} == {"H1"}
    for path in (f"/v1/warnings/{elsewhere}", f"/v1/warnings/{elsewhere}/why"):
        assert (await get(path, **banner)).status_code == 404
    for path in ("/v1/warnings", "/v1/warnings/changes"):
        refused = await get(path, **banner, division=OTHER_VILLAGE)
        assert (refused.status_code, refused.json()["code"]) == (404, "division_not_found")


async def test_the_change_feed_is_ordered_complete_and_what_the_bus_carries(world: World, get: Get) -> None:
    await _three(world)
    correction = world.settlement("1")
    await world.take(correction)
    before = (await get("/v1/warnings/changes")).json()
    assert len(before["items"]) == 3, "not numbered yet, so not in the feed yet"
    await world.number()
    page = (await get("/v1/warnings/changes")).json()
    positions = [c["position"] for c in page["items"]]
    assert len(positions) == 4
    assert positions == sorted(set(positions)), "in order; what is told besides of the same households has its own"
    assert int(page["next"]) >= positions[-1]
    for change, told in zip(page["items"], await world.changes(), strict=True):
        assert (change["type"], change["household_seq"]) == (told["type"], told["household_seq"])
        assert change["warning"] == told["warning"]
    last = page["items"][-1]
    assert (last["type"], last["reason"]) == ("superseded", "record_changed")
    assert last["record"]["event_id"] == correction.event_id
    step = (await get("/v1/warnings/changes", limit=1, after=before["next"])).json()
    assert step["items"] == [last]
    filtered = (await get("/v1/warnings/changes", rule="H01", severity="high")).json()
    assert [c["warning"]["rule_code"] for c in filtered["items"]] == ["H01"]
    assert filtered["next"] == page["next"], "the cursor passes what the filter left out"


async def test_a_long_poll_returns_when_something_comes_and_only_then(world: World, get: Get) -> None:
    await _three(world)
    so_far = (await get("/v1/warnings/changes")).json()["next"]
    nothing = await get("/v1/warnings/changes", after=so_far, wait=0.3)
    assert (nothing.json()["items"], nothing.json()["next"]) == ([], so_far)
    waiting = asyncio.gather(*(get("/v1/warnings/changes", after=so_far, wait=20) for _ in range(5)))
    await asyncio.sleep(0.2)
    await world.take(world.settlement("15000"))
    await world.number()
    async with asyncio.timeout(5):
        answers = await waiting
    come = [[c["position"] for c in answer.json()["items"]] for answer in answers]
    assert come == [[int(so_far) + 1]] * 5


async def test_what_is_refused(world: World, get: Get) -> None:
    ahead = await get("/v1/warnings/changes", after="9")
    assert (ahead.status_code, ahead.json()["code"]) == (410, "cursor_ahead")
    for path, query in (
        ("/v1/warnings", {"division": "15062"}),
        ("/v1/warnings", {"state": "done"}),
        ("/v1/warnings", {"limit": 0}),
        ("/v1/warnings", {"unknown": "1"}),
        ("/v1/warnings/changes", {"after": "-1"}),
        ("/v1/warnings/changes", {"wait": 31}),
    ):
        refused = await get(path, **query)
        assert refused.status_code == 422, (path, query)
        assert refused.headers["content-type"] == "application/problem+json"
    missing = await get("/v1/warnings/01a1f6ae-a0d0-7f84-94a8-374a5d30c691/why")
    assert (missing.status_code, missing.json()["code"]) == (404, "warning_not_found")
