"""The bus is told of each asset that is registered, with it or not at all."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from shared.db import driver, transaction
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset


async def _told(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    """(event id, key, body) of every asset.registered, in order."""
    async with transaction(app.state.engine) as conn:
        rows = await (await driver(conn)).fetch(
            "SELECT event_id, key, value FROM outbox_message WHERE type = 'xianjie.asset.registered.v1' ORDER BY id"
        )
    return [(row["event_id"], row["key"].decode(), orjson.loads(row["value"])) for row in rows]


async def _registering_entry(app: FastAPI) -> str:
    async with transaction(app.state.engine) as conn:
        return str(await (await driver(conn)).fetchval("SELECT entry_id FROM entry"))


async def test_a_registered_asset_is_told_and_a_refused_one_is_not(app: FastAPI, clerk: httpx.AsyncClient) -> None:
    made = await clerk.post("/v1/projects", json=project())
    wanted = asset(made.json()["project_id"])
    stored = await clerk.post("/v1/assets", json=wanted)
    assert stored.status_code == 201
    assert (await clerk.post("/v1/assets", json=wanted)).status_code == 409
    too_dear = asset(made.json()["project_id"], code="X-1", original_value="300000.02")
    assert (await clerk.post("/v1/assets", json=too_dear)).status_code == 422
    [(event_id, key, body)] = await _told(app)
    asset_id = stored.json()["asset_id"]
    assert key == asset_id
    assert event_id == await _registering_entry(app)
    same = ("project_id", "code", "name", "asset_class", "division_code", "original_value", "acquired_on")
    assert body == {"asset_id": asset_id, "known_at": body["known_at"], **{name: wanted[name] for name in same}}
