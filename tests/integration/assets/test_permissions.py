"""Every role on every address of the ledger, and every address from another banner: nothing that is not one's own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from shared.http import routes
from shared.http.issuer import DevIssuer
from shared.http.permissions import ROLES
from shared.http.routes import RouteFacts
from tests.integration.assets.conftest import BANNER, project
from tests.integration.assets.test_assets import asset
from tests.integration.assets.test_projects import OTHER_BANNER
from tests.unit.http.support import client

CODE = b"HJ-2023-0017"
"""With what the codes of the banner's project and asset begin."""
NOWHERE = str(uuid4())
"""An asset, a project, a plan that is not there."""


def operations(app: FastAPI) -> Iterator[RouteFacts]:
    return (route for route in routes.facts(app) if route.path not in routes.OPEN_PATHS)


def filled(path: str, **ids: str) -> str:
    """A path with its parameters: `ids`, and for others something that is not there."""
    others = {"finding_id": "1", "household_no": "150625000001"}
    return re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], others.get(found[1], NOWHERE)), path)


def body_of(app: FastAPI, route: RouteFacts) -> dict[str, Any]:
    """The body that the document gives as an example."""
    document = app.openapi()
    said = document["paths"][route.path][route.method.lower()].get("requestBody", {}).get("content", {})
    name = said.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    example: list[dict[str, Any]] = document["components"]["schemas"].get(name, {}).get("examples", [{}])
    return example[0]


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_may_what_its_permissions_say_and_nothing_else(app: FastAPI, issuer: DevIssuer, role: str) -> None:
    department = "rural-revitalization" if ROLES[role].scope == "own_department" else None
    token = issuer.sign(role, department, BANNER if department is None else None)
    wrong = []
    async with client(app, token) as caller:
        for route in operations(app):
            answer = await caller.request(route.method, filled(route.path), json={} if route.has_body else None)
            refused = answer.status_code == 403
            if refused == (route.permissions[0] in ROLES[role].permissions) or answer.status_code == 401:
                wrong.append((route.method, route.path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ["asset_clerk", "asset_approver"])
def test_no_one_approves_and_enters(role: str) -> None:
    assert len({"assets:write", "assets:approve"} & ROLES[role].permissions) == 1


@pytest.fixture
async def owned(clerk: httpx.AsyncClient) -> dict[str, str]:
    """A project and an asset of one banner."""
    made = (await clerk.post("/v1/projects", json=project())).json()
    stored = (await clerk.post("/v1/assets", json=asset(made["project_id"]))).json()
    return {"asset_id": stored["asset_id"], "project_id": made["project_id"]}


@pytest.fixture
async def neighbour(app: FastAPI, issuer: DevIssuer) -> AsyncIterator[httpx.AsyncClient]:
    """Who may do everything, in another banner."""
    async with client(app, issuer.sign("developer", division=OTHER_BANNER)) as neighbour:
        yield neighbour


def said(answer: httpx.Response) -> tuple[int, Any, Any]:
    body = answer.json()
    return answer.status_code, body["code"], body["errors"]


async def test_what_is_anothers_is_answered_as_what_is_not_there(
    app: FastAPI, owned: dict[str, str], clerk: httpx.AsyncClient, neighbour: httpx.AsyncClient
) -> None:
    before = (await clerk.get(f"/v1/assets/{owned['asset_id']}/history")).json()
    asked = 0
    for route in operations(app):
        if not {"{asset_id}", "{project_id}"} & set(re.findall(r"\{\w+\}", route.path)):
            continue
        body = body_of(app, route) if route.has_body else None
        theirs, nobodys = [
            said(await neighbour.request(route.method, filled(route.path, **ids), json=body)) for ids in (owned, {})
        ]
        assert theirs == nobodys, route.path
        assert theirs[0] == 404, (route.path, theirs)
        asked += 1
    assert asked > 40
    assert (await clerk.get(f"/v1/assets/{owned['asset_id']}/history")).json() == before


async def test_lists_sums_and_sheets_hold_nothing_of_another_banner(
    app: FastAPI, owned: dict[str, str], clerk: httpx.AsyncClient, neighbour: httpx.AsyncClient
) -> None:
    shown = []
    for route in operations(app):
        if route.method != "GET" or "{" in route.path or route.path.endswith("/template.xlsx"):
            continue
        seen, unseen = await clerk.get(route.path), await neighbour.get(route.path)
        assert (seen.status_code, unseen.status_code) == (200, 200), route.path
        shown += [route.path] if CODE in seen.content else []
        assert CODE not in unseen.content, route.path
        assert (await neighbour.get(route.path, params={"division": BANNER})).status_code == 404, route.path
    assert {"/v1/assets", "/v1/assets.csv", "/v1/projects"} <= set(shown)
    assert (await neighbour.get("/v1/totals")).json()["projects"] == 0
    assert (await neighbour.get("/v1/confirmations")).json()["items"] == []
