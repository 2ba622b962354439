"""What the bus was told of is told again when it is taken back, or when an asset turns out to be elsewhere."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from shared.db import driver, transaction
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset
from tests.integration.assets.test_project_changes import change
from tests.integration.assets.test_rights import COLLECTIVE, confirmed


@pytest.fixture
async def path(clerk: httpx.AsyncClient) -> str:
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post("/v1/assets", json=asset(made.json()["project_id"]))
    return f"/v1/assets/{stored.json()['asset_id']}"


async def told(app: FastAPI, name: str) -> list[dict[str, Any]]:
    """The bodies of one event, in the order in which they were told."""
    async with transaction(app.state.engine) as conn:
        rows = await (await driver(conn)).fetch(
            "SELECT value FROM outbox_message WHERE type = $1 ORDER BY id", f"xianjie.{name}.v1"
        )
    return [orjson.loads(row["value"]) for row in rows]


async def reverse(clerk: httpx.AsyncClient, path: str, entry: httpx.Response) -> None:
    assert entry.status_code == 201, entry.text
    answer = await clerk.post(f"{path}/entries/{entry.json()['entry_id']}/reversal", json={"document": "登记有误"})
    assert answer.status_code == 201, answer.text


async def test_a_confirmation_that_is_taken_back_leaves_no_owner_or_the_one_before(
    clerk: httpx.AsyncClient, path: str, app: FastAPI
) -> None:
    first = await clerk.post(f"{path}/rights/confirmations", json=confirmed("ownership", (COLLECTIVE, "1")))
    later = confirmed("ownership", (COLLECTIVE, "1"), on="2025-09-01")
    await reverse(clerk, path, await clerk.post(f"{path}/rights/confirmations", json=later))
    await reverse(clerk, path, first)
    said = [(one["right"], one["holds_on"], len(one["shares"])) for one in await told(app, "right.confirmed")]
    assert said == [
        ("ownership", "2025-06-01", 1), ("ownership", "2025-09-01", 1),
        ("ownership", "2025-09-01", 1), ("ownership", "2025-06-01", 0),
    ]  # fmt: skip


async def test_where_an_asset_is_is_told_when_it_changes_and_when_that_is_taken_back(
    clerk: httpx.AsyncClient, path: str, app: FastAPI
) -> None:
    was = (await clerk.get(path)).json()["division_code"]
    other = {"150625100000", "150625000000"} - {was}
    moved = {"holds_on": "2025-06-01", "document": "移交单", "division_code": other.pop()}
    named = {"holds_on": "2025-07-01", "document": "更名", "name": "新棚圈"}
    entry = await clerk.post(f"{path}/amendments", json=moved)
    await reverse(clerk, path, await clerk.post(f"{path}/amendments", json=named))
    await reverse(clerk, path, entry)
    said = [(one["division_code"], one["standing"], one["holds_on"]) for one in await told(app, "asset.changed")]
    assert said == [(moved["division_code"], True, "2025-06-01"), (was, True, "2025-06-01")]


async def test_a_projects_change_is_told_with_all_that_it_is_now(clerk: httpx.AsyncClient, app: FastAPI) -> None:
    body = project(status="pool", accepted_on=..., total="100.00", funds=[{"source": "bonds", "amount": "100.00"}])
    made = (await clerk.post("/v1/projects", json=body)).json()
    place = f"/v1/projects/{made['project_id']}"
    assert (await change(clerk, place, status="approved")).status_code == 201
    funds = [{"source": "city_fiscal", "amount": "60.00"}, {"source": "bonds", "amount": "20.00"}]
    assert (await change(clerk, place, total="80.00", funds=funds)).status_code == 201
    said = await told(app, "project.changed")
    assert [(one["status"], one["total"], one["funds"]) for one in said] == [
        ("approved", "100.00", [{"source": "bonds", "amount": "100.00"}]),
        ("approved", "80.00", funds),
    ]
    assert {one["project_id"] for one in said} == {made["project_id"]}
    assert said[0]["known_at"] <= said[1]["known_at"]
