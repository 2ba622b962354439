"""The bodies that the document shows are together the life of an asset: each is accepted, in the order of its day."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import FastAPI

from shared.http import routes
from shared.http.issuer import DevIssuer
from tests.integration.assets.test_disposal import CITY
from tests.integration.assets.test_income import say
from tests.integration.assets.test_permissions import body_of
from tests.unit.http.support import client

PREFIX = "/v1/assets/{asset_id}/"
INSTEAD = {"plans/returns": "plans/approvals", "disposal/rejections": "disposal/approvals"}
"""What is said instead of something else, and ends what it is said of."""


def shown(app: FastAPI) -> dict[str, dict[str, Any]]:
    """Every body of an entry by its place, in the order of their days; of one day as the document has them."""
    found = {
        route.path.removeprefix(PREFIX): body_of(app, route)
        for route in routes.facts(app)
        if route.method == "POST" and route.path.startswith(PREFIX)
    }
    dated = {path: body for path, body in found.items() if "holds_on" in body}
    return dict(sorted(dated.items(), key=lambda one: one[1]["holds_on"]))


async def live(
    people: tuple[httpx.AsyncClient, httpx.AsyncClient], path: str, entries: dict[str, dict[str, Any]]
) -> list[tuple[str, str]]:
    """Say all of it on an asset; what was refused, by place."""
    refused, plan_id = [], ""
    for step, body in entries.items():
        said = {**body, "plan_id": plan_id} if "plan_id" in body else body
        answer = await people[step.endswith(("approvals", "returns", "rejections"))].post(f"{path}/{step}", json=said)
        if answer.status_code != 201:
            refused.append((step, answer.text))
        elif step == "plans":
            plan_id = answer.json()["body"]["plan_id"]
    return refused


async def test_the_documents_bodies_make_a_life(app: FastAPI, clerk: httpx.AsyncClient, issuer: DevIssuer) -> None:
    entries = shown(app)
    handed_over = {"handovers": entries.pop("handovers")}
    ended = {step: entries.pop(step) for step in INSTEAD}
    await say(app, entries["plans"]["lines"][1]["household_no"], 1, "2020-12-31", "lifted")
    project, first = (
        body_of(app, next(r for r in routes.facts(app) if (r.method, r.path) == ("POST", path)))
        for path in ("/v1/projects", "/v1/assets")
    )
    project_id = (await clerk.post("/v1/projects", json={**project, "total": "9000000.00", "funds": [
        {"source": "central_fiscal", "amount": "9000000.00"}]})).json()["project_id"]  # fmt: skip

    async def registered(number: int, **changes: Any) -> str:
        body = {**first, "project_id": project_id, "code": f"A-{number}", **changes}
        path = str((await clerk.post("/v1/assets", json=body)).headers["location"])
        for right in ("income", "use"):
            confirmed = {**entries["rights/confirmations"], "right": right}
            assert (await clerk.post(f"{path}/rights/confirmations", json=confirmed)).status_code == 201
        return path

    async with client(app, issuer.sign("asset_approver", division=CITY)) as approver:
        people = (clerk, approver)
        assert len(entries) > 25
        assert await live(people, await registered(1), entries) == []
        assert await live(people, await registered(2, asset_class="public"), handed_over) == []
        for number, (step, instead) in enumerate(INSTEAD.items(), 3):
            others = {**entries, step: ended[step]}
            before = [one for one in entries if one.partition("/")[0] not in ("plans", "disposal")]
            own = [one for one in entries if one.partition("/")[0] == step.partition("/")[0]]
            order = [*before, *own[: own.index(instead)], step]
            assert await live(people, await registered(number), {one: others[one] for one in order}) == []
