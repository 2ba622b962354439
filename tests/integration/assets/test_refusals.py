"""A refusal leads a clerk to the place in what was sent, or to the entries that stand in its way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared import clock
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset
from tests.integration.assets.test_income import line, on, path, plan  # noqa: F401 - its asset with income in hand
from tests.integration.assets.test_rights import COLLECTIVE, confirmed

UNKNOWN = "150625100201999999"


def places(answer: httpx.Response) -> list[tuple[str, str]]:
    """(pointer, code) of everything that was refused."""
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_later_entries_in_the_way_are_named_with_their_days(clerk: httpx.AsyncClient, path: str) -> None:  # noqa: F811
    drafted = await clerk.post(f"{path}/plans", json=plan(lines=line(amount="50.00"), amount="50.00"))
    other = await clerk.post(f"{path}/plans", json=plan(days=12, lines=line(amount="50.01"), amount="50.01"))
    history = (await clerk.get(f"{path}/history")).json()["entries"]
    (received,) = [one for one in history if one["kind"] == "income_received"]
    answer = await clerk.post(f"{path}/entries/{received['entry_id']}/reversal", json={"document": "误登"})
    assert (answer.status_code, answer.json()["code"]) == (409, "later_entry_conflicts")
    said = answer.json()
    ids = [one.json()["entry_id"] for one in (drafted, other)]
    assert said["entries"] == [
        {"entry_id": ids[0], "kind": "plan_drafted", "holds_on": on(11)},
        {"entry_id": ids[1], "kind": "plan_drafted", "holds_on": on(12)},
    ]
    assert said["entry_id"] == ids[0]
    for error, entry_id, day in zip(said["errors"], ids, (on(11), on(12)), strict=True):
        assert error["code"] == "more_than_in_hand"
        assert error["message"].startswith(f"{day} 的“拟定分配方案”（分录 {entry_id}）：")
    assert "2 条分录不再成立" in said["detail"]
    assert all(day in said["detail"] for day in (on(11), on(12)))


async def test_one_asset_is_refused_at_its_own_fields(clerk: httpx.AsyncClient) -> None:
    project_id = (await clerk.post("/v1/projects", json=project())).json()["project_id"]
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    body = asset(project_id, acquired_on=tomorrow, division_code="150625999999")
    assert places(await clerk.post("/v1/assets", json=body)) == [
        ("/division_code", "unknown_division"),
        ("/acquired_on", "date_in_future"),
    ]
    dear = asset(project_id, original_value="9000000.00")
    assert places(await clerk.post("/v1/assets", json=dear)) == [("/original_value", "assets_exceed_funds")]


async def test_an_entry_is_refused_at_its_own_fields(clerk: httpx.AsyncClient, path: str) -> None:  # noqa: F811
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    ahead = confirmed("income", (COLLECTIVE, "1"), on=tomorrow)
    assert places(await clerk.post(f"{path}/rights/confirmations", json=ahead)) == [("/holds_on", "date_in_future")]
    body = confirmed("income", (COLLECTIVE, "1/2"), ({"kind": "state", "key": "N2150625MF0123456A"}, "1/2"))
    assert places(await clerk.post(f"{path}/rights/confirmations", json=body))[0][0] == "/shares/1/key"
    assert (await clerk.post(f"{path}/rights/confirmations", json=confirmed("income", (COLLECTIVE, "1/2"),
                             ({"kind": "household", "key": UNKNOWN}, "1/2")))).status_code == 201  # fmt: skip
    moved = {"holds_on": "2025-09-01", "document": "协议", "right": "income", "share": "2/3", "giver": COLLECTIVE}
    answer = await clerk.post(
        f"{path}/rights/transfers", json={**moved, "taker": {"kind": "household", "key": "H-0001"}}
    )
    assert places(answer) == [("/share", "more_than_held")]


async def test_lines_of_a_payment_are_refused_at_their_place(clerk: httpx.AsyncClient, path: str) -> None:  # noqa: F811
    plan_id = (await clerk.post(f"{path}/plans", json=plan())).json()["body"]["plan_id"]
    pay = {"plan_id": plan_id, "holds_on": on(40), "document": "代发清单"}
    assert places(await clerk.post(f"{path}/plans/payments", json=pay)) == [("", "not_approved")]
    unknown = await clerk.post(f"{path}/plans/payments", json={**pay, "lines": ["1", "9"]})
    assert places(unknown) == [("/lines/1", "line_not_there")]


@pytest.mark.parametrize(("days", "code"), [(-1, "opened_before_drafted"), (1, "date_in_future")])
async def test_a_plan_is_opened_to_members_when_it_is_there_and_not_in_days_to_come(
    clerk: httpx.AsyncClient,
    path: str,  # noqa: F811
    days: int,
    code: str,
) -> None:
    opened = plan()["holds_on"] if days < 0 else clock.today().isoformat()
    wrong = (date.fromisoformat(opened) + timedelta(days=days)).isoformat()
    answer = await clerk.post(f"{path}/plans", json=plan(opened_on=wrong))
    assert places(answer) == [("/opened_on", code)]
    assert "农村集体经济组织法第四十六条" in answer.json()["errors"][0]["message"]


async def test_income_is_not_due_before_the_asset_is_there(clerk: httpx.AsyncClient, path: str) -> None:  # noqa: F811
    due = {"holds_on": on(0), "document": "合同", "due_id": "9", "period": "2025", "kind": "rent", "amount": "1.00",
           "contract": "承包合同"}  # fmt: skip
    answer = await clerk.post(f"{path}/income/dues", json={**due, "due_on": "2023-11-19"})
    assert places(answer) == [("/due_on", "due_before_asset")]
    assert (await clerk.post(f"{path}/income/dues", json={**due, "due_on": "2023-11-20"})).status_code == 201


HOLDER = {"holds_on": "2025-06-01", "document": "确权文件", "right": "income"}


@pytest.mark.parametrize(
    ("holder", "pointer", "code"),
    [
        ({"kind": "household", "key": "150625 100201 17"}, "/shares/0/key", "bad_format"),
        ({"kind": "household", "key": "15062510020100_17"}, "/shares/0/key", "bad_household_no"),
        ({"kind": "household", "key": "11010519491231002X"}, "/shares/0/key", "bad_household_no"),
        ({"kind": "person", "key": "11010519491231002X"}, "/shares/0/key", "bad_person_key"),
    ],
)
async def test_a_number_that_cannot_be_the_holders_is_refused(
    clerk: httpx.AsyncClient,
    path: str,  # noqa: F811
    holder: dict[str, Any],
    pointer: str,
    code: str,
) -> None:
    body = {**HOLDER, "shares": [{**holder, "share": "1"}]}
    answer = await clerk.post(f"{path}/rights/confirmations", json=body)
    assert places(answer) == [(pointer, code)]
    assert holder["key"] not in answer.text


async def test_a_household_never_heard_of_is_entered_and_said_to_be_unknown(
    clerk: httpx.AsyncClient,
    app: FastAPI,
    path: str,  # noqa: F811
) -> None:
    known = line()[0]["household_no"]
    shares = [{"kind": "household", "key": no, "share": "1/2"} for no in (known, UNKNOWN)]
    told = await clerk.post(f"{path}/rights/confirmations", json={**HOLDER, "shares": shares})
    assert told.status_code == 201
    (note,) = told.json()["notes"]
    assert (note["code"], note["household_nos"]) == ("household_not_known", [UNKNOWN])
    assert UNKNOWN in note["message"]
    opened = await clerk.post(
        f"{path}/plans", json=plan(lines=line(household_no=UNKNOWN), rule="成员大会决议：面向全体成员")
    )
    assert [one["household_nos"] for one in opened.json()["notes"]] == [[UNKNOWN]]
    ended = await clerk.post(f"{path}/rights/endings", json={**HOLDER, "holds_on": "2025-08-01"})
    assert ended.json()["notes"] == []


async def test_the_custodian_of_a_households_asset_is_a_household(clerk: httpx.AsyncClient) -> None:
    project_id = (await clerk.post("/v1/projects", json=project())).json()["project_id"]
    stored = await clerk.post("/v1/assets", json=asset(project_id, asset_class="household"))
    custody = f"{stored.headers['location']}/custody"
    said = {"holds_on": "2024-01-01", "document": "到户协议", "mode": "own", "duties": "自主经营，妥善管护。"}
    assert places(await clerk.post(custody, json={**said, "unit": "阿斯尔嘎查张家"})) == [("/unit", "bad_household_no")]
    told = await clerk.post(custody, json={**said, "unit": UNKNOWN})
    assert (told.status_code, told.json()["notes"][0]["household_nos"]) == (201, [UNKNOWN])
