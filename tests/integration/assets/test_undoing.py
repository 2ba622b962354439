"""What may be taken back or put right, by whom, and that no rule is got round by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.codes import credit
from shared.http.issuer import DevIssuer
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset
from tests.integration.assets.test_disposal import CITY, OFFICE, STEPS, dispose
from tests.integration.assets.test_income import LIFTED, _steps, _told, codes, line, on, plan, say
from tests.integration.assets.test_rights import COLLECTIVE, HOUSEHOLD, confirmed
from tests.unit.http.support import client


def unit(kind: str, code: str) -> dict[str, str]:
    """A holder with a credit code."""
    return {"kind": kind, "key": code + credit.check_character(code)}


ENTERPRISE, STATE = unit("enterprise", "91150625MA0N00000"), unit("state", "11150625MB0N00000")
UNDO = {"document": "登记错误说明"}


@pytest.fixture
async def approver(app: FastAPI, issuer: DevIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app, issuer.sign("asset_approver", division=CITY)) as approver:
        yield approver


@pytest.fixture
async def both(app: FastAPI, issuer: DevIssuer) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may write and approve."""
    async with client(app, issuer.sign("developer")) as both:
        yield both


async def registered(clerk: httpx.AsyncClient, **changes: Any) -> str:
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post("/v1/assets", json=asset(made.json()["project_id"], **changes))
    return f"/v1/assets/{stored.json()['asset_id']}"


@pytest.fixture
async def path(clerk: httpx.AsyncClient) -> str:
    return await registered(clerk)


@pytest.fixture
async def earning(clerk: httpx.AsyncClient, app: FastAPI, path: str) -> str:
    """With 100.01 in hand, and a lifted household."""
    due = {"holds_on": on(0), "document": "合同", "due_id": "2025", "period": "2025", "kind": "rent",
           "amount": "100.01", "due_on": on(20), "contract": "承包合同"}  # fmt: skip
    got = {"holds_on": on(10), "document": "回单", "due_id": "2025", "amount": "100.01"}
    await clerk.post(f"{path}/income/dues", json=due)
    await clerk.post(f"{path}/income/receipts", json=got)
    await say(app, LIFTED, 1, "2025-01-01", "lifted")
    return path


async def entries(reader: httpx.AsyncClient, path: str, kind: str) -> list[str]:
    """The ids of all entries of a kind."""
    items = (await reader.get(f"{path}/history")).json()["entries"]
    return [one["entry_id"] for one in items if one["kind"] == kind]


async def undo(who: httpx.AsyncClient, path: str, kind: str, way: str = "reversal") -> httpx.Response:
    """Reverse the last entry of a kind."""
    return await who.post(f"{path}/entries/{(await entries(who, path, kind))[-1]}/{way}", json=UNDO)


async def test_a_registration_stays_and_the_ledger_with_it(clerk: httpx.AsyncClient, path: str) -> None:
    refused = await undo(clerk, path, "asset_registered")
    assert (refused.status_code, refused.json()["code"]) == (409, "registration_stays")
    assert (await clerk.get("/v1/assets.csv")).status_code == 200
    assert (await clerk.get("/v1/assets")).json()["items"][0]["code"] == "HJ-2023-0017-01"


async def test_a_payment_taken_back_is_told_as_money_that_came_back(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, app: FastAPI, earning: str
) -> None:
    plan_id = (await clerk.post(f"{earning}/plans", json=plan())).json()["body"]["plan_id"]
    await _steps(clerk, approver, earning, plan_id, 11)
    pay = {"plan_id": plan_id, "holds_on": on(40), "document": "代发清单", "lines": ["2"]}
    await clerk.post(f"{earning}/plans/payments", json=pay)
    assert (await undo(clerk, earning, "plan_paid")).status_code == 201
    await clerk.post(f"{earning}/plans/payments", json=pay)
    back = {"plan_id": plan_id, "holds_on": on(41), "document": "退款", "line_id": "2", "amount": "0.01"}
    await clerk.post(f"{earning}/plans/pay-backs", json=back)
    assert (await undo(clerk, earning, "plan_reversed")).status_code == 201
    assert await _told(app, "xianjie.income.distributed.v1") == ["40.01", "-40.01", "40.01", "-0.01", "0.01"]


@pytest.mark.parametrize("day", ["2026-01-01", "2026-04-10"])
@pytest.mark.parametrize("completed", [False, True])
async def test_a_value_put_right_does_not_get_round_the_level_that_approves(
    app: FastAPI, issuer: DevIssuer, clerk: httpx.AsyncClient, day: str, *, completed: bool
) -> None:
    path = await registered(clerk, original_value="333333.33")
    async with client(app, issuer.sign("asset_approver", division="150625000000")) as banner:
        await dispose(clerk, banner, path, until=6 if completed else 5)
        higher = {"holds_on": day, "document": "决算", "original_value": "1100000.00"}
        answer = await clerk.post(f"{path}/amendments", json=higher)
        assert answer.status_code in (409, 422), answer.text
        assert {"approval_level", "after_disposal"} & {error["code"] for error in answer.json()["errors"]}
        lower = {**higher, "original_value": "400000.00"}
        assert completed or (await clerk.post(f"{path}/amendments", json=lower)).status_code == 201


@pytest.mark.parametrize("day", ["2026-01-01", "2026-03-22"])
async def test_nor_does_a_value_put_right_downwards_bring_it_to_a_lower_one(
    app: FastAPI, issuer: DevIssuer, clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str, day: str
) -> None:
    await dispose(clerk, approver, path, until=4)
    lower = {"holds_on": day, "document": "更正原值", "original_value": "40000.00"}
    assert (await clerk.post(f"{path}/amendments", json=lower)).status_code == 201
    approval = {"document": "批复", **STEPS[4][1]}
    async with client(app, issuer.sign("asset_approver", division="150625100000")) as township:
        answer = await township.post(f"{path}/disposal/approvals", json=approval)
        assert (answer.status_code, answer.json()["code"]) == (409, "approval_level")
    assert (await approver.post(f"{path}/disposal/approvals", json=approval)).status_code == 201


async def test_what_the_collective_owns_leaves_it_by_disposal_only(clerk: httpx.AsyncClient, path: str) -> None:
    await clerk.post(f"{path}/rights/confirmations", json=confirmed("ownership", (COLLECTIVE, "1")))
    moved = {"holds_on": "2025-09-01", "document": "协议", "right": "ownership", "share": "1/3", "giver": COLLECTIVE}
    for way, body in (
        ("transfers", {**moved, "taker": ENTERPRISE}),
        ("endings", {"holds_on": "2025-09-01", "document": "协议", "right": "ownership"}),
        ("confirmations", confirmed("ownership", (ENTERPRISE, "1"), on="2025-09-01")),
    ):
        assert codes(await clerk.post(f"{path}/rights/{way}", json=body)) == ["ownership_without_disposal"], way
    assert (await clerk.post(f"{path}/rights/transfers", json={**moved, "taker": STATE})).status_code == 201


@pytest.mark.parametrize("purpose", ["direct", "post", "reward"])
async def test_money_for_people_names_the_household(clerk: httpx.AsyncClient, earning: str, purpose: str) -> None:
    nobody = line(purpose=purpose, household_no=..., basis=..., reference=..., in_kind=True)
    assert codes(await clerk.post(f"{earning}/plans", json=plan(lines=nobody))) == ["household_not_named"]


async def test_a_clerk_does_not_move_an_asset_away_by_a_reversal(
    app: FastAPI, issuer: DevIssuer, clerk: httpx.AsyncClient, path: str
) -> None:
    away = {"holds_on": "2024-02-01", "document": "划转", "division_code": "150602101201"}
    async with client(app, issuer.sign("asset_clerk", division=CITY)) as city:
        assert (await city.post(f"{path}/amendments", json=away)).status_code == 201
        async with client(app, issuer.sign("asset_clerk", division="150602000000")) as other:
            assert (await undo(other, path, "asset_amended")).status_code == 404
            assert (await other.get(path)).status_code == 200
        assert (await undo(city, path, "asset_amended")).status_code == 201
    assert (await clerk.get(path)).status_code == 200


async def test_a_share_under_a_plan_is_not_taken_away_on_the_plans_own_day(
    clerk: httpx.AsyncClient, earning: str
) -> None:
    held = confirmed("income", (COLLECTIVE, "1/2"), (HOUSEHOLD, "1/2"))
    await clerk.post(f"{earning}/rights/confirmations", json=held)
    drafted = plan(lines=line(basis="share", purpose="direct"))
    assert (await clerk.post(f"{earning}/plans", json=drafted)).status_code == 201
    for days, status in ((10, 409), (11, 409), (12, 201)):
        gone = confirmed("income", (COLLECTIVE, "1"), on=on(days))
        assert (await clerk.post(f"{earning}/rights/confirmations", json=gone)).status_code == status, days


async def test_proceeds_are_bound_until_somebody_confirms_that_they_are_not_the_collectives(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    await dispose(clerk, approver, path, until=7)
    assert codes(await clerk.post(f"{path}/disposal/assignments", json=OFFICE)) == ["use_not_allowed"]


async def test_nobody_decides_on_what_they_began(
    both: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    await dispose(both, approver, path, until=4)
    rejection = {"document": "意见", "holds_on": "2026-04-02", "reason": "仍可使用"}
    assert codes(await both.post(f"{path}/disposal/rejections", json=rejection)) == ["own_proposal"]
    approval = {"document": "批复", **STEPS[4][1]}
    assert (await approver.post(f"{path}/disposal/approvals", json=approval)).status_code == 201
    assert codes(await approver.post(f"{path}/disposal/rejections", json=rejection)) == ["approved_already"]
    mine = await undo(both, path, "disposal_approved", "approval-reversal")
    assert (mine.status_code, mine.json()["code"]) == (409, "approvers_act")
    assert (await undo(approver, path, "disposal_approved", "approval-reversal")).status_code == 201


async def test_an_approver_of_a_banner_does_not_take_back_what_the_city_approved(
    app: FastAPI, issuer: DevIssuer, clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    await dispose(clerk, approver, path, until=5)
    async with client(app, issuer.sign("asset_approver", division="150625000000")) as banner:
        lower = await undo(banner, path, "disposal_approved", "approval-reversal")
    assert (lower.status_code, lower.json()["code"]) == (409, "approvers_act")


async def test_real_estate_that_turns_out_later_needs_its_number_first(clerk: httpx.AsyncClient, path: str) -> None:
    await clerk.post(f"{path}/rights/confirmations", json=confirmed("ownership", (COLLECTIVE, "1")))
    estate = {"holds_on": "2025-07-01", "document": "勘察", "real_estate": True}
    assert codes(await clerk.post(f"{path}/amendments", json=estate)) == ["registration_no_missing"]
    numbered = confirmed(
        "ownership", (COLLECTIVE, "1"), on="2025-06-30", registration_no="蒙（2025）杭锦旗不动产权第0000017号"
    )
    assert (await clerk.post(f"{path}/rights/confirmations", json=numbered)).status_code == 201
    assert (await clerk.post(f"{path}/amendments", json=estate)).status_code == 201
