"""A period is closed by two persons, after its end, when nothing waits and no pass is half-way."""

from __future__ import annotations

import asyncio
from datetime import date

import asyncpg
import pytest

from services.indicators.closing import repository
from services.indicators.closing import service as closing
from services.indicators.definitions import service as definitions
from shared import clock
from shared.db import transaction
from tests.integration.indicators.closing.conftest import APRIL, Office
from tests.integration.indicators.conftest import HANGJIN, World, person

A, B = person("A"), person("B")


async def idle(world: World) -> None:
    """Today has begun and nothing waits: what an empty database looks like after its first passes."""
    await world.rows("INSERT INTO pass_day VALUES ($1, $2)", clock.today(), definitions.catalogue().digest)


async def _with_values(world: World) -> None:
    await world.take(world.household("H1", A, B), world.enrolment(A), world.enrolment(B), world.appraisal(A, "A"))
    await world.settle()


async def test_one_proposes_another_approves_and_the_period_is_closed_from_then(world: World, office: Office) -> None:
    await _with_values(world)
    proposed = await office.propose(note="各部门已报齐")
    assert proposed.status_code == 201, proposed.text
    said = proposed.json()
    assert (said["period"], said["state"], said["note"], said["proposed_by"]) == (
        APRIL,
        "proposed",
        "各部门已报齐",
        "owner",
    )
    assert proposed.headers["Location"] == f"/v1/closings/{said['closing_id']}"
    async with transaction(world.engine) as conn:
        assert await closing.closed_at(conn, [APRIL, "2026-05"]) == {}
    world.tick()
    approved = (await office.approve(said["closing_id"])).json()
    assert (approved["state"], approved["decided_by"]) == ("approved", "checker")
    assert approved["decided_at"] > approved["proposed_at"]
    async with transaction(world.engine) as conn:
        closed = await closing.closed_at(conn, [APRIL, "2026-05"])
    assert {period: at.isoformat().replace("+00:00", "Z") for period, at in closed.items()} == {
        APRIL: approved["decided_at"]
    }


async def test_a_proposal_needs_no_body_and_a_key_answers_it_twice(world: World, office: Office) -> None:
    await idle(world)
    headers = {**office.as_("developer", "owner"), "Idempotency-Key": "april-1"}
    first = await world.client.post(f"/v1/periods/{APRIL}/closings", headers=headers)
    assert (first.status_code, first.json()["note"]) == (201, None), first.text
    again = await world.client.post(f"/v1/periods/{APRIL}/closings", json={}, headers=headers)
    assert (again.status_code, again.json()["closing_id"]) == (201, first.json()["closing_id"])


async def test_nobody_decides_what_they_proposed_themselves(world: World, office: Office) -> None:
    await idle(world)
    closing_id = (await office.propose(sub="one")).json()["closing_id"]
    for decided in (await office.approve(closing_id, sub="one"), await office.reject(closing_id, sub="one")):
        assert (decided.status_code, decided.json()["code"]) == (409, "closing_state")
    assert (await world.get(f"/v1/closings/{closing_id}")).json()["state"] == "proposed"
    with pytest.raises(asyncpg.CheckViolationError):
        await world.rows("UPDATE period_closing SET state = 'approved', decided_by = 'one', decided_at = now()")


async def test_what_is_closed_or_proposed_is_not_proposed_again_and_what_was_sent_back_is(
    world: World, office: Office
) -> None:
    await idle(world)
    first = (await office.propose()).json()["closing_id"]
    again = await office.propose(sub="third")
    assert (again.status_code, again.json()["code"]) == (409, "closing_state")
    assert (again.json()["state"], again.json()["closing_id"]) == ("proposed", first)
    sent_back = (await office.reject(first, reason="杭锦旗尚未核实")).json()
    assert (sent_back["state"], sent_back["reason"], sent_back["decided_by"]) == (
        "rejected",
        "杭锦旗尚未核实",
        "checker",
    )
    async with transaction(world.engine) as conn:
        assert await closing.closed_at(conn, [APRIL]) == {}
    for decided in (await office.approve(first), await office.reject(first)):
        assert (decided.status_code, decided.json()["state"]) == (409, "rejected")
    world.tick()
    second = (await office.propose()).json()["closing_id"]
    assert (await office.approve(second)).status_code == 200
    assert (await office.propose()).json()["state"] == "approved"


@pytest.mark.parametrize(
    ("period", "code"),
    [("2026", "not_ended"), ("2026-11", "not_ended"), ("2026-Q4", "not_ended"), ("2020", "before_the_plan")],
)
async def test_only_an_ended_period_of_the_plan_is_closed(world: World, office: Office, period: str, code: str) -> None:
    await idle(world)
    refused = await office.propose(period)
    assert (refused.status_code, refused.json()["code"]) == (422, "period_invalid")
    assert refused.json()["errors"][0]["code"] == code
    assert (await office.propose("2026-Q3")).status_code == 201
    assert (await office.propose("2026-13")).status_code == 422, "no period at all"


async def test_a_period_that_still_has_marks_waits(world: World, office: Office) -> None:
    await _with_values(world)
    proposed = (await office.propose()).json()
    await world.take(world.appraisal(B, "B", on=date(2026, 4, 20)))
    for refused in (await office.approve(proposed["closing_id"]), await office.propose("2026-05")):
        assert (refused.status_code, refused.json()["code"]) == (409, "period_unsettled")
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.json()["waiting"] > 0
    assert (await office.reject(proposed["closing_id"])).status_code == 200, "sending back needs no numbers"
    await world.settle()
    assert (await office.propose("2026-05")).status_code == 201


async def test_a_day_that_no_pass_has_begun_may_still_close_periods(world: World, office: Office) -> None:
    """Without this, the values of a period would be closed as they were while it ran."""
    await _with_values(world)
    world.at(date(2026, 12, 1))
    assert (await office.propose("2026-11")).json()["code"] == "period_unsettled"
    await world.settle()
    assert (await office.propose("2026-11")).status_code == 201


async def test_an_approval_waits_for_a_running_pass_and_refuses_when_it_does_not_end(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await idle(world)
    closing_id = (await office.propose()).json()["closing_id"]
    monkeypatch.setattr(repository, "LOCK_SECONDS", 1)
    async with transaction(world.engine) as conn:
        assert await repository.hold_passes(conn)
        refused = await office.approve(closing_id)
        assert (refused.status_code, refused.json()["code"]) == (409, "period_unsettled")
        assert refused.headers["Retry-After"]
        assert await world.settle() == 0, "it is the lock of the pass"
        monkeypatch.setattr(repository, "LOCK_SECONDS", 30)
        waiting = asyncio.create_task(office.approve(closing_id))
        await asyncio.sleep(0.3)
        assert not waiting.done()
    assert (await waiting).json()["state"] == "approved"


async def test_two_approvals_at_once_are_one(world: World, office: Office) -> None:
    await idle(world)
    closing_id = (await office.propose()).json()["closing_id"]
    answers = await asyncio.gather(*(office.approve(closing_id, sub=sub) for sub in ("x", "y", "z")))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_two_proposals_at_once_are_one(world: World, office: Office) -> None:
    await idle(world)
    answers = await asyncio.gather(*(office.propose(sub=sub) for sub in ("x", "y", "z")))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(await world.rows("SELECT FROM period_closing")) == 1


async def test_a_proposal_sent_twice_under_one_key_is_made_once(world: World, office: Office) -> None:
    await idle(world)
    answers = [await office.propose(Idempotency_Key="k1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["closing_id"] == answers[1].json()["closing_id"]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert (await office.propose("2026-05", Idempotency_Key="k1")).json()["code"] == "idempotency_key_reused"


async def test_what_there_is_no_number_for_is_said_before_it_is_closed(world: World, office: Office) -> None:
    await _with_values(world)
    quarter = (await office.propose("2026-Q1")).json()
    said = quarter["not_computable"]
    assert [one["number"] for one in said] == sorted(one["number"] for one in said)
    assert 5 not in {one["number"] for one in said}, "an annual indicator is not missing in a quarter"
    here = {one["number"]: one["reason"] for one in said if HANGJIN in one["divisions"]}
    assert 8 not in here, "there everybody is insured"
    assert here[10] == "杭锦旗从未报送饮水安全检测记录"
    assert here[3] == definitions.get("return_to_poverty").waiting, "what waits for its source says so"
    assert (await world.get(f"/v1/closings/{quarter['closing_id']}")).json() == quarter
    year = (await office.propose("2025")).json()["not_computable"]
    allowance = next(one for one in year if one["number"] == 5 and HANGJIN in one["divisions"])
    assert allowance["reason"].startswith("2025年"), allowance["reason"]


async def test_a_banner_may_look_but_not_close_and_strangers_may_do_neither(world: World, office: Office) -> None:
    await idle(world)
    narrow = {"Authorization": f"Bearer {world.issuer.sign('indicator_owner', division=HANGJIN)}"}
    assert (await world.client.post(f"/v1/periods/{APRIL}/closings", json={}, headers=narrow)).status_code == 404
    for role in ("indicator_checker", "downstream"):
        headers = {"Authorization": f"Bearer {world.issuer.sign(role, division=HANGJIN)}"}
        refused = await world.client.post(f"/v1/periods/{APRIL}/closings", json={}, headers=headers)
        assert refused.status_code == 403
    closing_id = (await office.propose(role="indicator_owner")).json()["closing_id"]
    assert (await office.approve(closing_id, role="indicator_owner", sub="another")).status_code == 403
    seen = await world.get("/v1/closings", role="banner_officer", scope=HANGJIN)
    assert [one["closing_id"] for one in seen.json()["items"]] == [closing_id]
    assert (await office.approve(closing_id, role="indicator_checker")).status_code == 200


async def test_the_list_is_paged_newest_first_and_filtered(world: World, office: Office) -> None:
    await idle(world)
    ids = []
    for month in ("2026-01", "2026-02", "2026-03"):
        world.tick()
        ids.append((await office.propose(month)).json()["closing_id"])
    await office.approve(ids[0])
    page = (await world.get("/v1/closings", limit=2)).json()
    assert [one["period"] for one in page["items"]] == ["2026-03", "2026-02"]
    rest = (await world.get("/v1/closings", limit=2, after=page["next"])).json()
    assert ([one["period"] for one in rest["items"]], rest["next"]) == (["2026-01"], None)
    approved = (await world.get("/v1/closings", state="approved")).json()["items"]
    assert [one["closing_id"] for one in approved] == ids[:1]
    assert (await world.get("/v1/closings", period="2026-02")).json()["items"][0]["closing_id"] == ids[1]
    assert (await world.get("/v1/closings", after="nonsense")).json()["code"] == "bad_cursor"
    assert (await world.get("/v1/closings", stat="approved")).status_code == 422, "an unknown parameter"
    missing = await world.get("/v1/closings/01a210b7-49f1-7821-a4bf-c7e025c0f285")
    assert (missing.status_code, missing.json()["code"]) == (404, "closing_not_found")
