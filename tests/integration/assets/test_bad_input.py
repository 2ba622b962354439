"""Whatever the ledger refuses it refuses whole, and says which article or paragraph that rests on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.http.issuer import DevIssuer
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset
from tests.integration.assets.test_disposal import CITY, dispose
from tests.integration.assets.test_files import counts, row, send
from tests.integration.assets.test_income import GENERAL, LIFTED, say
from tests.integration.assets.test_rights import COLLECTIVE, HOUSEHOLD, confirmed
from tests.unit.http.support import client

Case = tuple[str, dict[str, Any], str, str]
POST = {"line_id": "1", "purpose": "post", "amount": "100.01", "household_no": LIFTED, "basis": "post",
        "reference": "护水员"}  # fmt: skip
WORKS = {"line_id": "1", "purpose": "works", "amount": "100.01", "use": "water"}


def dated(day: str, **said: Any) -> dict[str, Any]:
    return {"holds_on": day, "document": "有关文件", **said}


def plan(*lines: dict[str, Any], amount: str = "100.01") -> dict[str, Any]:
    return dated("2025-06-20", period="2025", amount=amount, opened_on="2025-06-20", lines=lines)


def without(line: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != name}


SHARES, ART_36, ART_27 = "民法典第二百九十八条", "农村集体经济组织法第三十六条", "第二十七条、第二十八条"
INCOME, DISPOSAL = "规划第三章第四节二（二）", "规划第三章第四节二（三）"
LEDGER = "规划第三章第四节一（一）"
REFUSED: list[Case] = [
    ("rights/confirmations", confirmed("income", (COLLECTIVE, "1/2"), (HOUSEHOLD, "1/3")), "shares_do_not_sum", SHARES),
    ("rights/confirmations", confirmed("ownership", (COLLECTIVE, "1/2"), (HOUSEHOLD, "1/2")),
     "collective_property_divided", ART_36),
    ("rights/transfers", dated("2025-06-02", right="ownership", share="1/9", giver=COLLECTIVE, taker=HOUSEHOLD),
     "collective_property_divided", ART_36),
    ("plans", plan(WORKS, amount="100.00"), "lines_do_not_sum", INCOME),
    ("plans", plan({**WORKS, "amount": "100.00"}), "lines_do_not_sum", INCOME),
    ("plans", plan(without(POST, "basis")), "no_basis", "严禁采取简单发钱发物、一分了之"),
    ("plans", plan({**without(POST, "basis"), "in_kind": True}), "no_basis", INCOME),
    ("plans", plan(without(POST, "reference")), "no_basis", INCOME),
    ("plans", plan({**POST, "household_no": GENERAL}), "not_entitled", INCOME),
    ("plans", plan({**POST, "basis": "share"}), "not_a_shareholder", "农村集体经济组织法第四十条"),
    ("disposal/completions", dated("2025-06-20", way="转让"), "disposed_without_approval", DISPOSAL),
    ("amendments", dated("2023-11-19", name="取得以前的名称"), "before_asset", LEDGER),
]  # fmt: skip


@pytest.fixture
async def path(clerk: httpx.AsyncClient, app: FastAPI) -> str:
    """An asset of a collective with 100.01 yuan in hand."""
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post("/v1/assets", json=asset(made.json()["project_id"]))
    path = str(stored.headers["location"])
    await write(clerk, f"{path}/rights/confirmations", confirmed("ownership", (COLLECTIVE, "1"), on="2024-01-01"))
    await earn(clerk, path)
    await say(app, LIFTED, 1, "2025-01-01", "lifted")
    await say(app, GENERAL, 1, "2025-01-01", "lifted")
    await say(app, GENERAL, 2, "2025-06-20", "general")  # on the plan's day it no longer is
    return path


async def earn(clerk: httpx.AsyncClient, path: str) -> None:
    due = {"due_id": "1", "period": "2025", "kind": "rent", "amount": "100.01", "contract": "合同"}
    await write(clerk, f"{path}/income/dues", dated("2025-06-01", due_on="2025-06-10", **due))
    await write(clerk, f"{path}/income/receipts", dated("2025-06-10", due_id="1", amount="100.01"))


async def write(clerk: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await clerk.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def refused(clerk: httpx.AsyncClient, path: str, body: dict[str, Any], code: str, basis: str) -> None:
    answer = await clerk.post(path, json=body)
    assert answer.status_code == 422, answer.text
    told = [one["message"] for one in answer.json()["errors"] if one["code"] == code]
    assert told, answer.text
    assert basis in told[0]


@pytest.mark.parametrize(("step", "body", "code", "basis"), REFUSED, ids=[f"{case[0]} {case[2]}" for case in REFUSED])
async def test_it_names_what_it_rests_on_and_stores_nothing(
    clerk: httpx.AsyncClient, path: str, step: str, body: dict[str, Any], code: str, basis: str
) -> None:
    before = (await clerk.get(f"{path}/history")).json()
    await refused(clerk, f"{path}/{step}", body, code, basis)
    assert (await clerk.get(f"{path}/history")).json() == before
    assert (await clerk.get("/v1/plans")).json()["items"] == []


async def test_funds_that_do_not_sum(clerk: httpx.AsyncClient) -> None:
    await refused(clerk, "/v1/projects", project(total="1500000.02"), "funds_do_not_sum", LEDGER)
    assert (await clerk.get("/v1/projects")).json()["items"] == []


@pytest.mark.parametrize("use", ["village_salaries", "offices", "vehicles", "bonuses", "debts", "funds"])
async def test_what_photovoltaic_income_is_not_for(clerk: httpx.AsyncClient, use: str) -> None:
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post(
        "/v1/assets", json=asset(made.json()["project_id"], photovoltaic=True, useful_life_years=20)
    )
    path = stored.headers["location"]
    await earn(clerk, path)
    barred = {"line_id": "2", "purpose": "accumulation", "amount": "50.00", "use": use}
    body = plan({**WORKS, "amount": "50.01"}, barred)
    await refused(clerk, f"{path}/plans", body, "barred_use", "内蒙古光伏帮扶收益使用负面清单（2022）")


@pytest.mark.parametrize("votes", [{"present": 60, "in_favour": 40, "against": 20}, {"present": 96, "in_favour": 63}])
async def test_two_thirds_of_those_present(clerk: httpx.AsyncClient, path: str, votes: dict[str, int]) -> None:
    plan_id = (await write(clerk, f"{path}/plans", plan(POST)))["body"]["plan_id"]
    minutes = {"of": "members", "members_total": 96, "against": 0, **votes}
    body = dated("2025-07-01", plan_id=plan_id, **minutes)
    await refused(clerk, f"{path}/plans/decisions", body, "less_than_two_thirds", ART_27)


async def test_a_second_disposal(app: FastAPI, issuer: DevIssuer, clerk: httpx.AsyncClient, path: str) -> None:
    async with client(app, issuer.sign("asset_approver", division=CITY)) as approver:
        answers = await dispose(clerk, approver, path, until=6)
    assert [answer.status_code for answer in answers] == [201] * 6
    await refused(
        clerk, f"{path}/disposal/completions", dated("2026-05-01", way="再次转让"), "disposed_twice", DISPOSAL
    )


async def test_one_bad_row_in_five_thousand(clerk: httpx.AsyncClient) -> None:
    await clerk.post("/v1/projects", json=project())
    rows = [row(资产编码=f"A-{number}") for number in range(5_000)]
    rows[3_141]["资产形态"] = "权益（股权、债权）类资产"
    report = await send(clerk, rows)
    assert counts(report) == (4_999, 0, 1)
    (bad,) = (one for one in report["rows"] if one["outcome"] == "rejected")
    assert {error["code"] for error in bad["errors"]} == {"equity_terms_missing"}
    assert all(f"第 {bad['row']} 行" in error["message"] for error in bad["errors"])
    assert all(DISPOSAL in error["message"] for error in bad["errors"])
