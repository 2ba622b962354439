"""Income and its distribution over HTTP: to the fen, with a basis, decided by all, approved by another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from services.assets.beneficiaries import service as beneficiaries
from services.assets.income import stops
from shared.db import driver, transaction
from shared.events.households import HouseholdStatusChangedV1
from shared.http.issuer import DevIssuer
from tests.integration.assets.conftest import BANNER, project
from tests.integration.assets.test_assets import asset
from tests.unit.http.support import client

LIFTED, GENERAL = "150625100201000017", "150625100201000018"
START = date(2025, 6, 2)


def on(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


async def say(app: FastAPI, household_no: str, seq: int, day: str, base: str, division: str = "150625100201") -> None:
    """What screening says of a household, as the worker keeps it."""
    event = HouseholdStatusChangedV1(
        household_no=household_no, division_code=division, status_seq=seq, status_on=date.fromisoformat(day),
        base_status="lifted" if base == "lifted" else "general", monitored=False, members=3, known_at=datetime.now(UTC),
    )  # fmt: skip
    async with transaction(app.state.engine) as conn:
        await beneficiaries.keep(conn, [event])


@pytest.fixture
async def path(clerk: httpx.AsyncClient, app: FastAPI) -> str:
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post("/v1/assets", json=asset(made.json()["project_id"]))
    path = f"/v1/assets/{stored.json()['asset_id']}"
    due = {"holds_on": on(0), "document": "合同", "due_id": "2025", "period": "2025", "kind": "rent",
           "amount": "100.01", "due_on": on(20), "contract": "承包合同"}  # fmt: skip
    assert (await clerk.post(f"{path}/income/dues", json=due)).status_code == 201
    got = {"holds_on": on(10), "document": "回单", "due_id": "2025", "amount": "100.01"}
    assert (await clerk.post(f"{path}/income/receipts", json=got)).status_code == 201
    await say(app, LIFTED, 1, "2025-01-01", "lifted")
    await say(app, GENERAL, 1, "2025-01-01", "general")
    return path


@pytest.fixture
async def approver(app: FastAPI, issuer: DevIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app, issuer.sign("asset_approver", division=BANNER)) as approver:
        yield approver


def plan(*, days: int = 11, **changes: Any) -> dict[str, Any]:
    lines = [
        {"line_id": "1", "purpose": "works", "amount": "60.00", "use": "water"},
        {"line_id": "2", "purpose": "post", "amount": "40.01", "household_no": LIFTED, "basis": "post",
         "reference": "护水员"},
    ]  # fmt: skip
    said = {"holds_on": on(days), "document": "草案", "period": "2025", "amount": "100.01", "opened_on": on(days)}
    return {**said, "lines": lines, **changes}


def codes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["code"] for error in answer.json()["errors"]]


def line(**changes: Any) -> list[dict[str, Any]]:
    """One household line for the whole amount, with changes; a change to `...` leaves the field out."""
    said = {"line_id": "1", "purpose": "post", "amount": "100.01", "household_no": LIFTED, "basis": "post",
            "reference": "护水员"}  # fmt: skip
    return [{name: value for name, value in {**said, **changes}.items() if value is not ...}]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "100.00"}, "lines_do_not_sum"),
        ({"lines": line(basis=...)}, "no_basis"),
        ({"lines": line(reference=...)}, "no_basis"),
        ({"lines": line(in_kind=True, basis=...)}, "no_basis"),
        ({"lines": line(purpose="direct", household_no=..., basis=...)}, "household_not_named"),
        ({"lines": line(household_no=GENERAL)}, "not_entitled"),
        ({"lines": line(household_no="150625100201999999")}, "beneficiary_unknown"),
        ({"lines": line(basis="share")}, "not_a_shareholder"),
        ({"lines": line(amount="100.02"), "amount": "100.02"}, "more_than_in_hand"),
    ],
)
async def test_a_plan_that_breaks_a_rule_is_refused_and_nothing_is_stored(
    clerk: httpx.AsyncClient, path: str, changes: dict[str, Any], code: str
) -> None:
    answer = await clerk.post(f"{path}/plans", json=plan(**changes))
    assert code in codes(answer)
    assert "依据" in answer.json()["detail"]
    assert (await clerk.get("/v1/plans")).json()["items"] == []


async def test_a_member_wide_rule_opens_a_plan_to_others(clerk: httpx.AsyncClient, path: str) -> None:
    body = plan(lines=line(household_no=GENERAL), rule="成员大会决议：面向全体成员按劳分配")
    assert (await clerk.post(f"{path}/plans", json=body)).status_code == 201


async def test_a_photovoltaic_station_pays_posts_and_labour_first(clerk: httpx.AsyncClient, app: FastAPI) -> None:
    made = await clerk.post("/v1/projects", json=project(code="PV-1"))
    body = asset(made.json()["project_id"], code="PV-1-01", photovoltaic=True, useful_life_years=20)
    path = f"/v1/assets/{(await clerk.post('/v1/assets', json=body)).json()['asset_id']}"
    due = {"holds_on": on(0), "document": "合同", "due_id": "1", "period": "2025", "kind": "power_sales",
           "amount": "100.01", "due_on": on(20), "contract": "售电合同"}  # fmt: skip
    await clerk.post(f"{path}/income/dues", json=due)
    await clerk.post(
        f"{path}/income/receipts", json={"holds_on": on(1), "document": "回单", "due_id": "1", "amount": "100.01"}
    )
    barred = [{"line_id": "1", "purpose": "accumulation", "amount": "100.01", "use": "vehicles"}]
    answer = await clerk.post(f"{path}/plans", json=plan(lines=barred))
    assert codes(answer) == ["barred_use", "posts_and_labour_first"]


async def _steps(clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str, plan_id: str, days: int) -> None:
    minutes = {"of": "members", "members_total": 96, "present": 80, "in_favour": 75, "against": 5}
    said = {"plan_id": plan_id, "document": "文件"}
    for who, step, body in (
        (clerk, "decisions", {"holds_on": on(days + 10), **minutes}),
        (clerk, "notices", {"holds_on": on(days + 11), "until": on(days + 21), "place": "公示栏"}),
        (clerk, "reviews", {"holds_on": on(days + 22), "unit": "锡尼镇人民政府"}),
        (approver, "approvals", {"holds_on": on(days + 23)}),
    ):
        answer = await who.post(f"{path}/plans/{step}", json={**said, **body})
        assert answer.status_code == 201, answer.text


async def test_a_plan_is_paid_once_and_the_books_balance_to_the_fen(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, app: FastAPI, path: str
) -> None:
    made = await clerk.post(f"{path}/plans", json=plan())
    assert made.status_code == 201, made.text
    plan_id = made.json()["body"]["plan_id"]
    pay = {"plan_id": plan_id, "holds_on": on(40), "document": "代发清单"}
    early = await clerk.post(f"{path}/plans/payments", json=pay)
    assert set(codes(early)) == {"not_approved"}
    await _steps(clerk, approver, path, plan_id, 11)
    for _ in range(2):
        paid = (await clerk.post(f"{path}/plans/payments", json=pay)).json()
        assert (paid["state"], paid["left"]) == ("paid", "0.00")
    held = (await clerk.get(f"{path}/income")).json()["held"]
    assert (held["received"], held["paid"], held["in_hand"]) == ("100.01", "100.01", "0.00")
    back = {"plan_id": plan_id, "holds_on": on(41), "document": "退款", "line_id": "2", "amount": "0.01"}
    assert (await clerk.post(f"{path}/plans/pay-backs", json=back)).status_code == 201
    assert (await clerk.get(f"{path}/income")).json()["held"]["in_hand"] == "0.01"
    benefits = (await clerk.get(f"/v1/households/{LIFTED}/asset-benefits")).json()["items"]
    assert [(one["amount"], one["paid"]) for one in benefits] == [("40.01", "40.00")]
    assert await _told(app, "xianjie.income.distributed.v1") == ["40.01", "-0.01"]


@pytest.mark.parametrize(
    ("minutes", "code"),
    [
        ({"present": 60, "in_favour": 40, "against": 20}, "less_than_two_thirds"),
        ({"present": 96, "in_favour": 80, "against": 20}, "minutes_do_not_add_up"),
    ],
)
async def test_two_thirds_of_those_present_are_not_two_thirds_of_all(
    clerk: httpx.AsyncClient, path: str, minutes: dict[str, int], code: str
) -> None:
    made = await clerk.post(f"{path}/plans", json=plan())
    said = {"plan_id": made.json()["body"]["plan_id"], "document": "会议记录", "of": "members", "holds_on": on(30)}
    answer = await clerk.post(f"{path}/plans/decisions", json={**said, "members_total": 96, **minutes})
    assert codes(answer) == [code]
    assert "第二十七条" in answer.json()["detail"]


async def test_a_household_that_left_is_marked_and_the_next_plan_must_answer_for_it(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, app: FastAPI, path: str
) -> None:
    half = plan(amount="50.00", lines=[
        {"line_id": "1", "purpose": "works", "amount": "20.00", "use": "water"},
        *line(line_id="2", amount="30.00"),
    ])  # fmt: skip
    plan_id = (await clerk.post(f"{path}/plans", json=half)).json()["body"]["plan_id"]
    await _steps(clerk, approver, path, plan_id, 11)
    await clerk.post(f"{path}/plans/payments", json={"plan_id": plan_id, "holds_on": on(40), "document": "代发"})
    assert (await clerk.get("/v1/plans", params={"marked": True})).json()["items"] == []
    await say(app, LIFTED, 2, on(45), "general")
    (marked,) = (await clerk.get("/v1/plans", params={"marked": True})).json()["items"]
    assert (marked["plan_id"], marked["marked"]) == (plan_id, [LIFTED])
    following = plan(days=50, amount="50.01", lines=line(amount="50.01"), rule="成员大会决议：面向全体成员")
    assert codes(await clerk.post(f"{path}/plans", json=following)) == ["beneficiary_decision_missing"]
    answered = {**following, "decisions": {LIFTED: "仍担任护水员至合同期满"}}
    assert (await clerk.post(f"{path}/plans", json=answered)).status_code == 201


async def test_income_that_did_not_come_is_told_once_with_the_households_last_paid(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, app: FastAPI, path: str
) -> None:
    plan_id = (await clerk.post(f"{path}/plans", json=plan())).json()["body"]["plan_id"]
    await _steps(clerk, approver, path, plan_id, 11)
    await clerk.post(f"{path}/plans/payments", json={"plan_id": plan_id, "holds_on": on(40), "document": "代发"})
    due = {"holds_on": on(0), "document": "合同", "due_id": "2026", "period": "2026", "kind": "rent", "amount": "5.00",
           "due_on": on(60), "contract": "承包合同"}  # fmt: skip
    assert (await clerk.post(f"{path}/income/dues", json=due)).status_code == 201
    counts = []
    for _ in range(2):
        async with transaction(app.state.engine) as conn:
            counts.append(await stops.tell(conn, 30, date(2026, 1, 1)))
    assert counts == [1, 0]
    async with transaction(app.state.engine) as conn:
        rows = await (await driver(conn)).fetch("SELECT value FROM outbox WHERE type = 'xianjie.income.stopped.v1'")
    (told,) = [orjson.loads(row["value"]) for row in rows]
    assert (told["households"], told["reason"], told["stopped_on"]) == ([LIFTED], "overdue", on(91))


async def test_what_came_back_is_free_again_and_its_line_is_not_paid_twice(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    plan_id = (await clerk.post(f"{path}/plans", json=plan())).json()["body"]["plan_id"]
    await _steps(clerk, approver, path, plan_id, 11)
    pay = {"plan_id": plan_id, "holds_on": on(40), "document": "代发清单"}
    await clerk.post(f"{path}/plans/payments", json=pay)
    back = {"plan_id": plan_id, "holds_on": on(41), "document": "退款", "line_id": "2", "amount": "40.01"}
    assert (await clerk.post(f"{path}/plans/pay-backs", json=back)).status_code == 201
    again = (await clerk.post(f"{path}/plans/payments", json={**pay, "holds_on": on(42)})).json()
    assert (again["state"], again["left"]) == ("paid", "0.00")
    held = (await clerk.get(f"{path}/income")).json()["held"]
    assert (held["in_hand"], held["free"]) == ("40.01", "40.01")
    other = await clerk.post(f"{path}/plans/payments", json={**pay, "lines": ["1", "9"]})
    assert codes(other) == ["line_not_there"]


async def test_only_an_approver_takes_back_what_an_approver_did(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    plan_id = (await clerk.post(f"{path}/plans", json=plan())).json()["body"]["plan_id"]
    returned = {"plan_id": plan_id, "holds_on": on(12), "document": "意见", "reason": "岗位不符"}
    act = (await approver.post(f"{path}/plans/returns", json=returned)).json()
    entry = f"{path}/entries/{act['entry_id']}"
    by_clerk = await clerk.post(f"{entry}/reversal", json={"document": "不同意退回"})
    assert (by_clerk.status_code, by_clerk.json()["code"]) == (409, "approvers_act")
    assert (await clerk.post(f"{entry}/approval-reversal", json={"document": "不同意"})).status_code == 403
    assert (await approver.post(f"{entry}/approval-reversal", json={"document": "退回有误"})).status_code == 201


async def test_a_share_that_a_plan_rests_on_is_not_taken_back(clerk: httpx.AsyncClient, path: str) -> None:
    right = {"holds_on": on(0), "document": "确权", "right": "income",
             "shares": [{"kind": "household", "key": GENERAL, "share": "1"}]}  # fmt: skip
    confirmed = (await clerk.post(f"{path}/rights/confirmations", json=right)).json()
    body = plan(lines=line(household_no=GENERAL, basis="share", reference="量化名册"))
    assert (await clerk.post(f"{path}/plans", json=body)).status_code == 201
    answer = await clerk.post(f"{path}/entries/{confirmed['entry_id']}/reversal", json={"document": "误登"})
    assert (answer.status_code, answer.json()["code"]) == (409, "later_entry_conflicts")
    assert [error["code"] for error in answer.json()["errors"]] == ["not_a_shareholder"]


async def test_a_household_of_another_banner_is_unknown_to_a_clerk(
    clerk: httpx.AsyncClient, app: FastAPI, path: str
) -> None:
    foreign = "150621000001"
    await say(app, foreign, 1, "2025-01-01", "lifted", division="150621100201")
    assert codes(await clerk.post(f"{path}/plans", json=plan(lines=line(household_no=foreign)))) == [
        "beneficiary_unknown"
    ]


async def _told(app: FastAPI, kind: str) -> list[str]:
    async with transaction(app.state.engine) as conn:
        rows = await (await driver(conn)).fetch("SELECT value FROM outbox WHERE type = $1 ORDER BY id", kind)
    return [orjson.loads(row["value"])["amount"] for row in rows]
