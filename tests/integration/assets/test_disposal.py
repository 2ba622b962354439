"""Disposal over HTTP: nothing without approval, nothing twice, proceeds tracked until they are spent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.http.issuer import DevIssuer
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset
from tests.integration.assets.test_rights import COLLECTIVE, confirmed
from tests.unit.http.support import client

CITY = "150600000000"
MINUTES = {"of": "members", "members_total": 96, "present": 80, "in_favour": 75, "against": 5}
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("proposals", {"holds_on": "2026-03-02", "reason": "end_of_life", "explanation": "不能修缮"}),
    ("appraisals", {"holds_on": "2026-03-09", "amount": "100.00", "appraiser": "评估事务所"}),
    ("decisions", {"holds_on": "2026-03-20", **MINUTES}),
    ("notices", {"holds_on": "2026-03-21", "until": "2026-03-31", "place": "公示栏"}),
    ("approvals", {"holds_on": "2026-04-02"}),
    ("completions", {"holds_on": "2026-04-20", "way": "公开转让"}),
    ("proceeds", {"holds_on": "2026-04-25", "amount": "130.01"}),
    ("assignments", {"holds_on": "2026-05-10", "use_id": "1", "use": "revitalisation", "purpose": "饲草料库",
                     "amount": "130.01"}),
    ("spendings", {"holds_on": "2026-07-01", "use_id": "1", "amount": "130.00"}),
]  # fmt: skip

OFFICE = {"document": "决议", "holds_on": "2026-05-10", "use_id": "1", "use": "other", "purpose": "办公", "amount": "1"}
"""What proceeds of collective assets are not for."""


@pytest.fixture
async def approver(app: FastAPI, issuer: DevIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app, issuer.sign("asset_approver", division=CITY)) as approver:
        yield approver


@pytest.fixture
async def path(clerk: httpx.AsyncClient) -> str:
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post("/v1/assets", json=asset(made.json()["project_id"]))
    path = f"/v1/assets/{stored.json()['asset_id']}"
    owned = await clerk.post(f"{path}/rights/confirmations", json=confirmed("ownership", (COLLECTIVE, "1")))
    assert owned.status_code == 201
    return path


async def dispose(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str, until: int = len(STEPS)
) -> list[httpx.Response]:
    """The steps up to `until`, each answered."""
    answers = []
    for step, body in STEPS[:until]:
        who = approver if step == "approvals" else clerk
        answers.append(await who.post(f"{path}/disposal/{step}", json={"document": "文件", **body}))
    return answers


def codes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["code"] for error in answer.json()["errors"]]


async def test_a_disposal_from_proposal_to_the_last_fen(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    answers = await dispose(clerk, approver, path)
    assert [answer.status_code for answer in answers] == [201] * len(STEPS), answers[-1].text
    told = (await clerk.get(f"{path}/disposal")).json()
    assert (told["received"], told["unassigned"], told["unspent"], told["level"]) == ("130.01", "0.00", "0.01", "city")
    assert (await clerk.get(path)).json()["state"] == "disposed"
    assert (await clerk.get(f"{path}/disposal", params={"as_of": "2026-03-31"})).json()["approved_on"] is None


async def test_what_the_plan_forbids_is_refused(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    done = {"document": "合同", "holds_on": "2026-04-20", "way": "转让"}
    assert codes(await clerk.post(f"{path}/disposal/completions", json=done)) == ["disposed_without_approval"]
    await dispose(clerk, approver, path, until=4)
    early = await approver.post(f"{path}/disposal/approvals", json={"document": "批复", "holds_on": "2026-03-31"})
    assert codes(early) == ["notice_running"]
    assert codes(await clerk.post(f"{path}/disposal/completions", json=done)) == ["disposed_without_approval"]
    for step, body in STEPS[4:7]:
        who = approver if step == "approvals" else clerk
        assert (await who.post(f"{path}/disposal/{step}", json={"document": "文件", **body})).status_code == 201
    again = await clerk.post(f"{path}/disposal/completions", json={**done, "holds_on": "2026-05-01"})
    assert "disposed_twice" in codes(again)
    assert codes(await clerk.post(f"{path}/disposal/assignments", json=OFFICE)) == ["use_not_allowed"]


async def test_an_approver_of_a_banner_does_not_approve_what_the_city_must(
    app: FastAPI, issuer: DevIssuer, clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    await dispose(clerk, approver, path, until=4)
    async with client(app, issuer.sign("asset_approver", division="150625000000")) as banner:
        answer = await banner.post(f"{path}/disposal/approvals", json={"document": "批复", "holds_on": "2026-04-02"})
    assert (answer.status_code, answer.json()["code"]) == (409, "approval_level")


async def test_a_lost_asset_is_investigated_and_not_disposed_of(clerk: httpx.AsyncClient, path: str) -> None:
    lost = {"holds_on": "2026-02-01", "document": "报告", "state": "lost", "reason": "洪水"}
    assert codes(await clerk.post(f"{path}/states", json=lost)) == ["investigation_missing"]
    investigated = {**lost, "investigation": "2026年1月30日洪水冲毁，已现场核实。"}
    assert (await clerk.post(f"{path}/states", json=investigated)).status_code == 201
    proposal = {"document": "申请", **STEPS[0][1]}
    assert codes(await clerk.post(f"{path}/disposal/proposals", json=proposal)) == ["lost_is_no_disposal"]


async def test_what_was_lost_after_the_approval_is_not_disposed_of(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    await dispose(clerk, approver, path, until=5)
    lost = {
        "holds_on": "2026-04-10",
        "document": "报告",
        "state": "lost",
        "reason": "洪水",
        "investigation": "已核实。",
    }
    assert (await clerk.post(f"{path}/states", json=lost)).status_code == 201
    done = {"document": "文件", **STEPS[5][1]}
    assert codes(await clerk.post(f"{path}/disposal/completions", json=done)) == ["lost_is_no_disposal"]


async def test_money_earned_before_is_followed_after_the_disposal(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    due = {"holds_on": "2026-01-01", "document": "合同", "due_id": "1", "period": "2026", "kind": "rent",
           "amount": "50.00", "due_on": "2026-03-31", "contract": "承包合同"}  # fmt: skip
    assert (await clerk.post(f"{path}/income/dues", json=due)).status_code == 201
    await dispose(clerk, approver, path, until=6)
    late = {"holds_on": "2026-05-05", "document": "回单", "due_id": "1", "amount": "50.00"}
    assert (await clerk.post(f"{path}/income/receipts", json=late)).status_code == 201
    lines = [{"line_id": "1", "purpose": "works", "amount": "50.00", "use": "water"}]
    said = {"holds_on": "2026-05-06", "document": "草案", "period": "2026", "amount": "50.00", "lines": lines}
    assert (await clerk.post(f"{path}/plans", json={**said, "opened_on": "2026-05-06"})).status_code == 201
    assert (await clerk.get(f"{path}/rights")).json()["rights"] == []
    twice = await approver.post(f"{path}/disposal/approvals", json={"document": "批复", "holds_on": "2026-04-10"})
    assert "approved_already" in codes(twice)


async def test_a_back_dated_receipt_after_the_disposal_is_refused(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    await dispose(clerk, approver, path, until=6)
    late = {"holds_on": "2026-05-01", "document": "变更", "name": "旧棚圈"}
    assert codes(await clerk.post(f"{path}/amendments", json=late)) == ["after_disposal"]


async def test_a_day_before_the_asset_is_no_day_to_approve_on(
    clerk: httpx.AsyncClient, approver: httpx.AsyncClient, path: str
) -> None:
    await dispose(clerk, approver, path, until=4)
    early = await approver.post(f"{path}/disposal/approvals", json={"document": "批复", "holds_on": "2023-01-01"})
    assert "before_asset" in codes(early)
