"""What screening and the ledger of assets tell each other, over a real broker, worker to worker."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx

from services.assets.beneficiaries import service as beneficiaries
from shared.db import transaction
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset
from tests.integration.assets.test_income import LIFTED, _steps, on, plan
from tests.integration.bus.conftest import Both, until
from tests.integration.screening.conftest import HEAD, TODAY, WIFE

LEFT_ON = TODAY - timedelta(days=10)


async def _asset(clerk: httpx.AsyncClient) -> str:
    """An asset with rent that came and rent that never will; its address."""
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post("/v1/assets", json=asset(made.json()["project_id"]))
    path = f"/v1/assets/{stored.json()['asset_id']}"
    for due_id, amount, due_on in (("2025", "100.01", on(20)), ("2026", "5.00", "2026-10-15")):
        due: dict[str, Any] = {
            "holds_on": on(0), "document": "合同", "due_id": due_id, "period": due_id, "kind": "rent",
            "amount": amount, "due_on": due_on, "contract": "承包合同",
        }  # fmt: skip
        assert (await clerk.post(f"{path}/income/dues", json=due)).status_code == 201
    got = {"holds_on": on(10), "document": "回单", "due_id": "2025", "amount": "100.01"}
    assert (await clerk.post(f"{path}/income/receipts", json=got)).status_code == 201
    return path


async def _pay(clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str) -> str:
    """A plan that pays LIFTED for a post, from its draft to its payment; its id."""
    made = await clerk.post(f"{path}/plans", json=plan())
    assert made.status_code == 201, made.text
    plan_id: str = made.json()["body"]["plan_id"]
    await _steps(clerk, approver, path, plan_id, 11)
    paid = await clerk.post(
        f"{path}/plans/payments", json={"plan_id": plan_id, "holds_on": on(40), "document": "代发清单"}
    )
    assert paid.json()["state"] == "paid"
    return plan_id


async def test_a_household_is_paid_while_it_is_lifted_is_warned_when_its_income_stops_and_marked_when_it_leaves(
    both: Both,
) -> None:
    world = both.world

    async def standing(day: date) -> str:
        async with transaction(both.app.state.engine) as conn:
            return (await beneficiaries.standing(conn, [LIFTED], day))[LIFTED]

    async def known() -> bool:
        return await standing(TODAY) == "lifted"

    async def warned() -> bool:
        return (LIFTED, "C01") in await world.standing()

    async def left() -> bool:
        return await standing(TODAY) == "general"

    async with both.working():
        await both.publish(world.household(LIFTED, HEAD), world.household("H2", WIFE, lifted=False))
        await until(known)
        assert await standing(date(2024, 12, 31)) == "unknown"
        async with both.person("asset_clerk") as clerk, both.person("asset_approver") as approver:
            path = await _asset(clerk)
            plan_id = await _pay(clerk, approver, path)
        assert not await warned()
        world.at(TODAY + timedelta(days=1))  # what stopped is told with a day's first look
        await until(warned)
        assert [(kind, reason) for kind, _, reason in await world.told("C01")] == [("raised", "hit")]
        await both.publish(world.household(LIFTED, HEAD, lifted=False, effective_on=LEFT_ON))
        await until(left)
        assert await standing(LEFT_ON - timedelta(days=1)) == "lifted"
        async with both.person("asset_clerk") as clerk:
            (marked,) = (await clerk.get("/v1/plans", params={"marked": True})).json()["items"]
        assert (marked["plan_id"], marked["marked"]) == (plan_id, [LIFTED])
    pairs = set(await world.standing())
    assert {pair for pair in pairs if pair[1] == "C01"} == {(LIFTED, "C01")}
