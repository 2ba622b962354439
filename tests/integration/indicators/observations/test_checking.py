"""Maker and checker: what feeds a binding indicator is in force once another person approved it, from that instant."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from services.indicators.observations import service
from shared.db import transaction
from tests.integration.indicators.observations.conftest import CHECKER, DONGSHENG, HANGJIN, Desk, growth, households


async def standing(desk: Desk, at: datetime) -> list[str]:
    """The growth rates in force at an instant."""
    async with transaction(desk.engine) as conn:
        found = await service.in_force(conn, ["rural_income_growth"], ["2025"], at)
    return [str(one.value) for one in found]


async def test_what_feeds_a_binding_indicator_waits_for_another_person(desk: Desk) -> None:
    sent = await desk.one(growth("6.4"))
    assert (sent["outcome"], sent["state"], sent["in_force_from"]) == ("proposed", "proposed", None)
    assert desk.heard == [], "nobody computes with what nobody checked"
    before = desk.tick()
    assert await standing(desk, before) == []
    desk.tick()
    approved = (await desk.approve(sent["observation_id"])).json()
    assert (approved["state"], approved["checked_by"]) == ("approved", CHECKER)
    assert [one.approved_by for one in desk.heard] == [CHECKER]
    since = datetime.fromisoformat(approved["in_force_from"])
    assert datetime.fromisoformat(sent["known_at"]) < before < since
    assert (await standing(desk, before), await standing(desk, since)) == ([], ["6.4"])


async def test_what_binds_nobody_is_in_force_at_once(desk: Desk) -> None:
    sent = await desk.one(households("120000"))
    assert (sent["outcome"], sent["state"], sent["in_force_from"]) == ("accepted", "approved", sent["known_at"])
    assert [one.input for one in desk.heard] == ["rural_households"]
    answer = await desk.approve(sent["observation_id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "observation_state")


async def test_nobody_checks_their_own_and_only_a_checker_checks(desk: Desk) -> None:
    sent = await desk.one(growth("6.4"), role="developer")
    own = await desk.approve(sent["observation_id"], "developer")
    assert (own.status_code, own.json()["code"]) == (409, "observation_state")
    assert "填报人" in own.json()["detail"]
    assert (await desk.reject(sent["observation_id"], "developer")).status_code == 409
    assert (await desk.approve(sent["observation_id"], "indicator_owner")).status_code == 403
    assert (await desk.approve(sent["observation_id"], "developer", sub="another")).status_code == 200


async def test_the_one_in_force_stands_until_its_correction_is_approved(desk: Desk) -> None:
    first = await desk.one(growth("6.4"))
    await desk.approve(first["observation_id"])
    desk.tick()
    better = await desk.one(growth("6.1", supersedes=first["observation_id"]))
    assert better["outcome"] == "proposed"
    assert await standing(desk, desk.tick()) == ["6.4"]
    until = desk.tick()
    desk.tick()
    await desk.approve(better["observation_id"])
    assert (await standing(desk, until), await standing(desk, desk.tick())) == (["6.4"], ["6.1"])


async def test_what_was_sent_back_can_be_sent_anew(desk: Desk) -> None:
    sent = await desk.one(growth("64"))
    back = (await desk.reject(sent["observation_id"], reason="应为 6.4，漏了小数点")).json()
    assert (back["state"], back["note"], back["in_force_from"]) == ("rejected", "应为 6.4，漏了小数点", None)
    assert (await desk.approve(sent["observation_id"])).json()["code"] == "observation_state"
    desk.tick()
    again = await desk.one(growth("6.4"))
    assert again["outcome"] == "proposed"
    assert (await desk.approve(again["observation_id"])).status_code == 200
    listed = (await desk.get("/v1/observations", input="rural_income_growth")).json()["items"]
    assert [one["state"] for one in listed] == ["approved", "rejected"], "nothing is lost"


async def test_a_reason_is_needed_to_send_back(desk: Desk) -> None:
    sent = await desk.one(growth("6.4"))
    answer = await desk.reject(sent["observation_id"], reason=" ")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")


async def test_one_proposal_of_a_place_waits_at_a_time(desk: Desk) -> None:
    sent = await desk.one(growth("6.4"))
    same = await desk.one(growth("6.40"))
    assert (same["outcome"], same["observation_id"]) == ("duplicate", sent["observation_id"])
    other = await desk.send(growth("6.5"))
    assert (other.status_code, other.json()["code"]) == (409, "already_proposed")
    assert other.json()["observation_id"] == sent["observation_id"]
    assert await desk.count() == 1


async def test_the_waiting_ones_are_listed_for_whoever_checks(desk: Desk) -> None:
    sent = await desk.one(growth("6.4"))
    await desk.one(households("120000"))
    waiting = (await desk.get("/v1/observations", state="proposed")).json()["items"]
    assert [one["observation_id"] for one in waiting] == [sent["observation_id"]]
    unknown = await desk.get("/v1/observations", stat="proposed")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_parameter")


@pytest.mark.parametrize("step", ["approval", "rejection"])
async def test_outside_the_checkers_division_there_is_nothing(desk: Desk, step: str) -> None:
    sent = await desk.one(growth("6.4"))
    path, body = f"/v1/observations/{sent['observation_id']}/{step}", {"note": "好"} if step == "approval" else {}
    answer = await desk.client.post(
        path, json=body or {"reason": "不符"}, headers=desk.bearer(CHECKER, division=DONGSHENG)
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "observation_not_found")
    shown = await desk.get(f"/v1/observations/{sent['observation_id']}", division=HANGJIN)
    assert shown.json()["state"] == "proposed"


async def test_an_approval_that_no_longer_fits_is_refused(desk: Desk) -> None:
    """Two proposals into a closed year, each good beside what stands, not beside each other."""
    desk.closed["2025"] = desk.tick()
    late: dict[str, Any] = {"restatement_reason": "年报更正"}
    whole = await desk.one(households("100", **late))
    part = await desk.one(growth("190", input="sanitary_toilet_households", unit="户", **late))
    assert (await desk.approve(whole["observation_id"])).status_code == 200
    answer = await desk.approve(part["observation_id"])
    assert (answer.status_code, answer.json()["code"]) == (422, "observations_refused")
    assert [error["code"] for error in answer.json()["errors"]] == ["numerator_over_denominator"]
    assert [one.input for one in desk.heard] == ["rural_households"]


async def test_of_two_who_send_at_once_one_is_taken(desk: Desk) -> None:
    answers = await asyncio.gather(desk.send(households("100")), desk.send(households("200"), sub="another"))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert await desk.count() == 1
    sent = await desk.one(growth("6.4"))
    both = await asyncio.gather(desk.approve(sent["observation_id"]), desk.reject(sent["observation_id"]))
    assert sorted(answer.status_code for answer in both) == [200, 409]
