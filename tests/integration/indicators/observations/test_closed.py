"""A closed period: only what says why it restates is taken, whatever the input, and another person approves it."""

from __future__ import annotations

from tests.integration.indicators.observations.conftest import Desk, growth, households


async def test_a_closed_period_takes_nothing_that_says_no_reason(desk: Desk) -> None:
    first = await desk.one(households("120000"))
    desk.closed["2025"] = desk.tick()
    correction = households("119000", supersedes=first["observation_id"])
    answer = await desk.send(correction, households("500", division_code="150602000000"))
    assert (answer.status_code, answer.json()["code"]) == (409, "period_closed")
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/observations/0/period",
        "/observations/1/period",
    ]
    assert await desk.count() == 1
    assert (await desk.one(households("120000")))["outcome"] == "duplicate", "the same again changes nothing"
    assert (await desk.one(households("130000", period="2026")))["outcome"] == "accepted", "another year is open"


async def test_a_correction_with_a_reason_needs_a_checker_even_where_nothing_binds(desk: Desk) -> None:
    first = await desk.one(households("120000"))
    desk.closed["2025"] = desk.tick()
    desk.heard.clear()
    late = await desk.one(households("119000", supersedes=first["observation_id"], restatement_reason="年报更正了户数"))
    assert (late["outcome"], late["state"]) == ("proposed", "proposed")
    assert desk.heard == []
    approved = (await desk.approve(late["observation_id"])).json()
    assert (approved["state"], approved["restatement_reason"]) == ("approved", "年报更正了户数")
    assert [str(one.value) for one in desk.heard] == ["119000"]


async def test_a_period_closed_while_a_proposal_waits_is_closed_to_it(desk: Desk) -> None:
    sent = await desk.one(growth("6.4"))
    desk.closed["2025"] = desk.tick()
    answer = await desk.approve(sent["observation_id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "period_closed")
    assert (await desk.reject(sent["observation_id"])).status_code == 200
    again = await desk.one(growth("6.4", restatement_reason="审定前填报，审定后补报"))
    assert (await desk.approve(again["observation_id"])).status_code == 200
