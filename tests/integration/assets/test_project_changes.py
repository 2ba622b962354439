"""A project moves forward and its funds are corrected; what was stays readable, and assets stay covered."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from asyncpg import RaiseError
from fastapi import FastAPI

from shared.db import driver, transaction
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset

SAID = {"holds_on": "2024-03-15", "document": "杭财农〔2024〕8号"}


@pytest.fixture
async def path(clerk: httpx.AsyncClient) -> str:
    body = project(status="pool", accepted_on=..., total="100.00", funds=[{"source": "bonds", "amount": "100.00"}])
    return f"/v1/projects/{(await clerk.post('/v1/projects', json=body)).json()['project_id']}"


async def change(clerk: httpx.AsyncClient, path: str, **said: Any) -> httpx.Response:
    return await clerk.post(f"{path}/changes", json={**SAID, **said})


def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_it_moves_forward_step_by_step_and_every_step_is_kept(clerk: httpx.AsyncClient, path: str) -> None:
    for status, day in (("approved", "2024-03-15"), ("started", "2024-04-01"), ("accepted", "2024-09-30")):
        assert (await change(clerk, path, status=status, holds_on=day)).status_code == 201
    stored = (await clerk.get(path)).json()
    assert (stored["status"], stored["accepted_on"]) == ("accepted", "2024-09-30")
    kept = (await clerk.get(f"{path}/changes")).json()["items"]
    assert [(one["status"], one["was"]["status"]) for one in kept] == [
        ("approved", "pool"), ("started", "approved"), ("accepted", "started"),
    ]  # fmt: skip
    assert codes(await change(clerk, path, status="started", holds_on="2024-10-01")) == [
        ("/status", "status_not_forward")
    ]


async def test_a_step_is_not_recorded_before_the_last_one(clerk: httpx.AsyncClient, path: str) -> None:
    assert (await change(clerk, path, status="approved")).status_code == 201
    assert codes(await change(clerk, path, status="started", holds_on="2024-03-14")) == [
        ("/holds_on", "before_last_step")
    ]
    assert codes(await change(clerk, path, status="started", holds_on="2099-01-01")) == [
        ("/holds_on", "date_in_future")
    ]


async def test_funds_are_corrected_while_they_cover_the_assets(clerk: httpx.AsyncClient, path: str) -> None:
    body = asset(path.rpartition("/")[2], original_value="60.00")
    assert (await clerk.post("/v1/assets", json=body)).status_code == 201
    less = {"total": "59.99", "funds": [{"source": "bonds", "amount": "59.99"}]}
    assert codes(await change(clerk, path, **less)) == [("/total", "funds_below_assets")]
    off = {"total": "80.00", "funds": [{"source": "bonds", "amount": "79.99"}]}
    assert codes(await change(clerk, path, **off)) == [("/total", "funds_do_not_sum")]
    exact = [{"source": "donation", "amount": "50.00"}, {"source": "bonds", "amount": "10.00"}]
    changed = await change(clerk, path, total="60.00", funds=exact)
    assert (changed.status_code, changed.json()["funds"]) == (201, exact)
    (kept,) = (await clerk.get(f"{path}/changes")).json()["items"]
    assert (kept["was"]["total"], kept["total"], kept["funds"]) == ("100.00", "60.00", exact)
    assert kept["was"]["funds"] == [{"source": "bonds", "amount": "100.00"}]
    totals = (await clerk.get("/v1/totals")).json()
    assert (totals["funds"], totals["not_capitalised"]) == ("60.00", "0.00")
    assert codes(await change(clerk, path, total="60.00", funds=exact)) == [("", "nothing_changed")]
    more = await clerk.post("/v1/assets", json={**body, "code": "A-2", "original_value": "0.01"})
    assert more.json()["errors"][0]["code"] == "assets_exceed_funds"


async def test_a_total_comes_with_its_funds(clerk: httpx.AsyncClient, path: str) -> None:
    answer = await change(clerk, path, total="80.00")
    assert (answer.status_code, "须一起填写" in answer.text) == (422, True)


async def test_changes_are_never_rewritten(clerk: httpx.AsyncClient, path: str, app: FastAPI) -> None:
    await change(clerk, path, status="approved")
    with pytest.raises(RaiseError, match="never updated or deleted"):
        async with transaction(app.state.engine) as conn:
            await (await driver(conn)).execute("UPDATE project_change SET status = 'pool'")


async def test_the_same_key_changes_once(clerk: httpx.AsyncClient, path: str) -> None:
    headers = {"Idempotency-Key": "c-1"}
    answers = [
        await clerk.post(f"{path}/changes", json={**SAID, "status": "approved"}, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len((await clerk.get(f"{path}/changes")).json()["items"]) == 1
