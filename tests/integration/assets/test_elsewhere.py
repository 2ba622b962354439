"""What stands in another banner now, or always did: lists, totals and files say the same of it on every day."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from shared.http.issuer import DevIssuer
from tests.integration.assets.conftest import BANNER, project
from tests.integration.assets.test_assets import asset
from tests.unit.http.support import client

CITY, OTHER, OTHER_VILLAGE = "150600000000", "150602000000", "150602101201"


async def _listed(reader: httpx.AsyncClient, division: str, day: str) -> list[str]:
    """All pages of one."""
    codes: list[str] = []
    query = {"division": division, "as_of": day, "limit": "1"}
    while True:
        page = (await reader.get("/v1/assets", params=query)).json()
        codes += [one["code"] for one in page["items"]]
        if page["next"] is None:
            return codes
        query["after"] = page["next"]


async def _counted(reader: httpx.AsyncClient, division: str, day: str) -> int:
    body = (await reader.get("/v1/totals", params={"division": division, "as_of": day})).json()
    return sum(one["assets"] for one in body["by_class"])


async def test_before_and_after_a_move_the_list_and_the_totals_are_of_one_mind(
    app: FastAPI, issuer: DevIssuer, clerk: httpx.AsyncClient
) -> None:
    project_id = (await clerk.post("/v1/projects", json=project())).json()["project_id"]
    paths = {}
    for number in "123":
        made = await clerk.post("/v1/assets", json=asset(project_id, code=f"A-{number}", original_value="1000.00"))
        paths[f"A-{number}"] = f"/v1/assets/{made.json()['asset_id']}"
    async with client(app, issuer.sign("asset_clerk", division=CITY)) as city:
        away = {"holds_on": "2024-02-01", "document": "划转", "division_code": OTHER_VILLAGE}
        assert (await city.post(f"{paths['A-2']}/amendments", json=away)).status_code == 201
        for day, here, there in (
            ("2024-01-31", ["A-3", "A-2", "A-1"], []),
            ("2024-02-01", ["A-3", "A-1"], ["A-2"]),
        ):
            for division, codes in ((BANNER, here), (OTHER, there)):
                assert await _listed(city, division, day) == codes
                assert await _counted(city, division, day) == len(codes)
        assert await _listed(clerk, BANNER, "2024-01-31") == ["A-3", "A-2", "A-1"]
    assert (await clerk.get(paths["A-2"], params={"as_of": "2024-01-31"})).json()["code"] == "A-2"
    for since in ("2024-02-01", None):
        answer = await clerk.get(paths["A-2"], params={} if since is None else {"as_of": since})
        assert answer.status_code == 404


@pytest.mark.parametrize("changed", [False, True])
async def test_a_file_is_not_told_of_another_banners_things(
    app: FastAPI, issuer: DevIssuer, clerk: httpx.AsyncClient, *, changed: bool
) -> None:
    await clerk.post("/v1/projects", json=project())
    sheet = (await clerk.get("/v1/projects.csv")).content
    theirs = sheet.replace("肉羊".encode(), "肉牛".encode()) if changed else sheet
    async with client(app, issuer.sign("asset_clerk", division=OTHER)) as other:
        answer = await other.post("/v1/projects/files", content=theirs, headers={"content-type": "text/csv"})
    (row,) = answer.json()["rows"]
    assert (row["outcome"], row["id"]) == ("rejected", None)
    assert [fault["code"] for fault in row["errors"]] == ["project_code_taken"]
    assert "内容不同" not in answer.text
