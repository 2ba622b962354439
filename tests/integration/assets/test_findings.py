"""Upkeep and findings: what is wrong is listed by itself, explained by people, and closed by itself."""

from __future__ import annotations

from datetime import date

import httpx
import pytest
from fastapi import FastAPI

from services.assets.findings import service
from shared.db import transaction
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset

TODAY = date(2026, 11, 1)
CUSTODY = {"document": "协议", "mode": "unit", "unit": "阿斯尔嘎查", "post": "管护员", "duties": "每季度巡查",
           "interval_days": 90}  # fmt: skip


@pytest.fixture
async def path(clerk: httpx.AsyncClient) -> str:
    made = await clerk.post("/v1/projects", json=project())
    body = asset(made.json()["project_id"], operation_plan="发包经营", risk_controls="保证金一年")
    return f"/v1/assets/{(await clerk.post('/v1/assets', json=body)).json()['asset_id']}"


async def look(app: FastAPI, today: date = TODAY) -> tuple[int, int]:
    async with transaction(app.state.engine) as conn:
        return await service.look(conn, today)


async def listed(clerk: httpx.AsyncClient, **wanted: str) -> dict[str, str]:
    items = (await clerk.get("/v1/findings", params=wanted)).json()["items"]
    return {item["code"]: item["since"] for item in items}


async def test_a_gap_of_custody_is_a_finding_and_closes_when_it_is_filled(
    app: FastAPI, clerk: httpx.AsyncClient, path: str
) -> None:
    await look(app)
    assert await listed(clerk, state="open") == {"no_custodian": "2023-11-20", "right_unconfirmed": "2023-11-20"}
    assert await look(app) == (0, 0), "looking twice changes nothing"
    assert (await clerk.post(f"{path}/custody", json={**CUSTODY, "holds_on": "2026-10-01"})).status_code == 201
    assert await look(app) == (0, 1)
    assert "no_custodian" not in await listed(clerk, state="open")
    assert "no_custodian" in await listed(clerk, state="closed")
    ended = {"holds_on": "2026-10-20", "document": "到期", "reason": "未续签"}
    await clerk.post(f"{path}/custody/endings", json=ended)
    await look(app)
    assert (await listed(clerk, state="open"))["no_custodian"] == "2026-10-20"
    assert (await clerk.get(f"{path}/upkeep", params={"as_of": "2026-10-19"})).json()["unit"] == "阿斯尔嘎查"


async def test_inspections_that_are_overdue_and_damage_that_is_not_repaired(
    app: FastAPI, clerk: httpx.AsyncClient, path: str
) -> None:
    await clerk.post(f"{path}/custody", json={**CUSTODY, "holds_on": "2024-01-01"})
    await look(app)
    assert (await listed(clerk, state="open"))["inspection_overdue"] == "2024-04-01"
    seen = {"holds_on": "2026-10-25", "document": "记录", "result": "damaged", "photos": ["a" * 64]}
    assert (await clerk.post(f"{path}/inspections", json=seen)).status_code == 201
    await look(app)
    found = await listed(clerk, state="open")
    assert "inspection_overdue" not in found
    assert found["damaged"] == "2026-10-25"
    repaired = {"holds_on": "2026-10-28", "document": "结算单", "cost": "1800", "note": "换围栏"}
    await clerk.post(f"{path}/repairs", json=repaired)
    await look(app)
    assert "damaged" not in await listed(clerk, state="open")


async def test_an_explanation_does_not_close(app: FastAPI, clerk: httpx.AsyncClient, path: str) -> None:
    await look(app)
    (item,) = (await clerk.get("/v1/findings", params={"code": "no_custodian"})).json()["items"]
    answer = await clerk.put(f"/v1/findings/{item['finding_id']}/explanation", json={"explanation": "正在签订协议。"})
    assert (answer.json()["state"], answer.json()["explanation"]) == ("explained", "正在签订协议。")
    assert (await look(app)) == (0, 0)
    assert path.endswith(item["asset_id"])


async def test_only_a_unit_with_a_named_post_keeps_an_operating_asset(clerk: httpx.AsyncClient, path: str) -> None:
    bare = {**CUSTODY, "holds_on": "2024-01-01", "post": None}
    answer = await clerk.post(f"{path}/custody", json=bare)
    assert [error["code"] for error in answer.json()["errors"]] == ["post_missing"]
