"""Assets over HTTP: registered under a project, changed by entries, read on any day."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.integration.assets.conftest import project


@pytest.fixture
async def project_id(clerk: httpx.AsyncClient) -> str:
    answer = await clerk.post("/v1/projects", json=project())
    assert answer.status_code == 201
    return str(answer.json()["project_id"])


def asset(project_id: str, **changes: Any) -> dict[str, Any]:
    """An asset that may be registered, with changes; a change to `...` leaves the field out."""
    said = {
        "project_id": project_id,
        "code": "HJ-2023-0017-01",
        "name": "肉羊养殖棚圈",
        "asset_class": "operating",
        "form": "fixed",
        "division_code": "150625100000",
        "place": "锡尼镇阿斯尔嘎查",
        "quantity": "12",
        "unit": "座",
        "original_value": "1200000.00",
        "real_estate": False,
        "acquired_on": "2023-11-20",
        "document": "杭农牧验〔2023〕17号",
    }
    return {name: value for name, value in {**said, **changes}.items() if value is not ...}


async def test_an_asset_is_registered_changed_in_the_past_and_read_on_any_day(
    clerk: httpx.AsyncClient, project_id: str
) -> None:
    made = await clerk.post("/v1/assets", json=asset(project_id))
    assert made.status_code == 201, made.text
    path = f"/v1/assets/{made.json()['asset_id']}"
    idle = {"state": "idle", "reason": "承包人退出", "holds_on": "2024-05-01", "document": "锡尼镇报告"}
    assert (await clerk.post(f"{path}/states", json=idle)).status_code == 201
    renamed = {"name": "肉羊标准化棚圈", "holds_on": "2024-02-01", "document": "更名通知"}
    assert (await clerk.post(f"{path}/amendments", json=renamed)).status_code == 201

    async def on(day: str) -> tuple[str, str]:
        body = (await clerk.get(path, params={"as_of": day})).json()
        return body["name"], body["state"]

    assert await on("2023-12-31") == ("肉羊养殖棚圈", "in_use")
    assert await on("2024-03-01") == ("肉羊标准化棚圈", "in_use")
    assert await on("2024-05-01") == ("肉羊标准化棚圈", "idle")
    assert (await clerk.get(path, params={"as_of": "2023-11-19"})).status_code == 404


async def test_assets_may_not_cost_more_than_their_project(clerk: httpx.AsyncClient, project_id: str) -> None:
    assert (await clerk.post("/v1/assets", json=asset(project_id))).status_code == 201
    over = await clerk.post("/v1/assets", json=asset(project_id, code="HJ-2023-0017-02", original_value="300000.02"))
    assert over.status_code == 422
    assert over.json()["errors"][0]["code"] == "assets_exceed_funds"
    exact = await clerk.post("/v1/assets", json=asset(project_id, code="HJ-2023-0017-02", original_value="300000.01"))
    assert exact.status_code == 201


async def test_an_entry_before_the_asset_exists_is_refused(clerk: httpx.AsyncClient, project_id: str) -> None:
    made = await clerk.post("/v1/assets", json=asset(project_id))
    early = {"state": "idle", "reason": "停用", "holds_on": "2023-11-19", "document": "说明"}
    answer = await clerk.post(f"/v1/assets/{made.json()['asset_id']}/states", json=early)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["before_asset"]


async def test_a_clerk_moves_no_asset_out_of_sight(clerk: httpx.AsyncClient, project_id: str) -> None:
    made = await clerk.post("/v1/assets", json=asset(project_id))
    path = f"/v1/assets/{made.json()['asset_id']}"
    moved = {"holds_on": "2024-07-01", "document": "更正", "division_code": "150621100000"}
    assert (await clerk.post(f"{path}/amendments", json=moved)).status_code == 404
    assert (await clerk.get(path)).json()["division_code"] == "150625100000"
    empty = await clerk.post(f"{path}/amendments", json={"holds_on": "2024-07-01", "document": "更正"})
    assert empty.status_code == 422


async def test_equity_is_not_registered_without_its_exit_and_disposal_terms(
    clerk: httpx.AsyncClient, project_id: str
) -> None:
    answer = await clerk.post("/v1/assets", json=asset(project_id, form="equity"))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/equity_exit",
        "/equity_disposal",
    ]
    assert "规划第三章第四节" in answer.json()["detail"]
