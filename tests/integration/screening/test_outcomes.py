"""What officers say of warnings: one, a list, a household; two at the same moment; put off."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.db import driver, transaction
from tests.integration.screening.conftest import HEAD, TODAY, VILLAGE, Ask, World

M01, OTHER = ("H1", "M01"), f"p1.{'Z' * 26}"
OTHER_VILLAGE = "150602101201"
HELPED = {"outcome": "not_confirmed", "reason": "already_helped"}


async def _raised(world: World) -> str:
    await world.take(world.household(), world.settlement("12000"))
    return await _id(world)


async def _id(world: World, pair: tuple[str, str] = M01) -> str:
    return str((await world.standing())[pair].warning.warning_id)


@pytest.mark.parametrize(
    ("body", "type_", "reason", "state"),
    [
        (HELPED, "closed", "already_helped", "not_confirmed"),
        ({"outcome": "confirmed"}, "closed", "confirmed", "confirmed"),
        ({"outcome": "verifying", "note": "已约定周三入户"}, "updated", "verifying", "verifying"),
    ],
)
async def test_a_verdict_changes_the_state_and_is_told_with_the_next_number(
    world: World, ask: Ask, body: dict[str, Any], type_: str, reason: str, state: str
) -> None:
    one = await _raised(world)
    answer = await ask("POST", f"/v1/warnings/{one}/outcome", "banner_officer", VILLAGE[:6] + "000000", json=body)
    assert (answer.status_code, answer.json()["state"]) == (200, state)
    change = (await world.changes())[-1]
    assert (change["type"], change["reason"], change["household_seq"]) == (type_, reason, 2)
    assert change["warning"]["state"] == state
    assert answer.headers["ETag"] == (await ask("GET", f"/v1/warnings/{one}")).headers["ETag"]
    (entry,) = (await ask("GET", f"/v1/warnings/{one}/outcomes")).json()["items"]
    assert (entry["act"], entry["reason"], entry["note"]) == (state, body.get("reason"), body.get("note"))


async def test_a_closed_warning_says_its_state_who_closed_it_and_when(world: World, ask: Ask) -> None:
    one = await _raised(world)
    first = await ask("POST", f"/v1/warnings/{one}/outcome", json=HELPED)
    assert first.status_code == 200
    second = await ask("POST", f"/v1/warnings/{one}/outcome", json={"outcome": "confirmed"})
    problem = second.json()
    assert (second.status_code, problem["code"], problem["state"]) == (409, "warning_state", "not_confirmed")
    entry = (await ask("GET", f"/v1/warnings/{one}/outcomes")).json()["items"][0]
    assert problem["detail"] == f"这件预警已由 {entry['decided_by']} 于 2026-11-20 10:00 登记为“不属实”，不能再次登记。"
    assert len(await world.changes()) == 2


async def test_a_superseded_warning_needs_no_verdict(world: World, ask: Ask) -> None:
    one = await _raised(world)
    await world.take(world.settlement("1"))
    answer = await ask("POST", f"/v1/warnings/{one}/outcome", json=HELPED)
    assert (answer.status_code, answer.json()["state"]) == (409, "superseded")
    assert answer.json()["detail"] == "这件预警已因部门数据更正、撤回或迟到而撤销，不需要再核实。"


async def test_of_two_officers_at_the_same_moment_one_is_told_so(world: World, ask: Ask) -> None:
    one = await _raised(world)
    verdicts = [HELPED, {"outcome": "confirmed"}, {**HELPED, "reason": "below_impact"}] * 3
    answers = await asyncio.gather(*(ask("POST", f"/v1/warnings/{one}/outcome", json=v) for v in verdicts))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 8
    won = next(answer.json()["state"] for answer in answers if answer.status_code == 200)
    assert {answer.json()["state"] for answer in answers} == {won}
    assert [change["type"] for change in await world.changes()] == ["raised", "closed"]


async def test_what_lies_elsewhere_is_not_there(world: World, ask: Ask) -> None:
    one = await _raised(world)
    elsewhere = ("banner_officer", "150602000000")
    body = {"until": "2026-12-01", "reason": "外出"}
    for method, path, json in [
        ("POST", f"/v1/warnings/{one}/outcome", HELPED),
        ("PUT", f"/v1/warnings/{one}/snooze", body),
        ("DELETE", f"/v1/warnings/{one}/snooze", None),
        ("GET", f"/v1/warnings/{one}/outcomes", None),
        ("POST", "/v1/clues/H1/outcomes", HELPED),
    ]:
        answer = await ask(method, path, *elsewhere, json=json)
        assert answer.status_code == 404, path
    listed = await ask("POST", "/v1/warnings/outcomes", *elsewhere, json={"outcomes": [{"warning_id": one, **HELPED}]})
    assert [item["result"] for item in listed.json()["items"]] == ["not_found"]
    assert len(await world.changes()) == 1


async def test_who_only_reads_decides_nothing(world: World, ask: Ask) -> None:
    one = await _raised(world)
    answer = await ask("POST", f"/v1/warnings/{one}/outcome", "downstream", "150600000000", json=HELPED)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"outcome": "not_confirmed"}, "/reason", "reason_required"),
        ({"outcome": "not_confirmed", "reason": "other"}, "/note", "note_required"),
        ({"outcome": "not_confirmed", "reason": "other", "note": "  "}, "/note", "note_required"),
        ({"outcome": "confirmed", "reason": "other", "note": "x"}, "/reason", "reason_unwanted"),
    ],
)
async def test_a_verdict_that_is_not_filled_in_is_refused_at_its_place(
    world: World, ask: Ask, body: dict[str, Any], pointer: str, code: str
) -> None:
    one = await _raised(world)
    answer = await ask("POST", f"/v1/warnings/{one}/outcome", json=body)
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    listed = await ask(
        "POST",
        "/v1/warnings/outcomes",
        json={"outcomes": [{"warning_id": one, **HELPED}, {"warning_id": str(uuid4()), **body}]},
    )
    assert [e["pointer"] for e in listed.json()["errors"]] == [f"/outcomes/1{pointer}"]
    assert len(await world.changes()) == 1, "nothing of the list was done"


async def test_a_list_tells_the_fate_of_each(world: World, ask: Ask) -> None:
    people = [f"p1.{letter * 26}" for letter in "ABCDEF"]
    homes = [world.household(f"H{n}", person) for n, person in enumerate(people)]
    bills = [world.settlement("12000", f"S{n}", who=person) for n, person in enumerate(people)]
    await world.take(*homes, *bills)
    ids = [await _id(world, (f"H{n}", "M01")) for n in range(6)]
    await world.take(world.settlement("1", "S1", who=people[1]))  # superseded while the officer reads
    assert (await ask("POST", f"/v1/warnings/{ids[2]}/outcome", json=HELPED)).status_code == 200
    nobody = str(uuid4())
    asked = [*ids, nobody, ids[0]]
    body = {"outcomes": [{"warning_id": one, **HELPED} for one in asked]}
    answer = (await ask("POST", "/v1/warnings/outcomes", json=body)).json()
    assert [item["warning_id"] for item in answer["items"]] == asked
    assert [item["result"] for item in answer["items"]] == [
        "done",
        "conflict",
        "conflict",
        "done",
        "done",
        "done",
        "not_found",
        "conflict",
    ]
    assert (answer["done"], answer["conflict"], answer["not_found"]) == (4, 3, 1)
    assert answer["items"][0]["text"] == "已登记为“不属实”。"
    assert answer["items"][1]["warning"]["state"] == "superseded"
    assert answer["items"][7]["text"] == "清单中重复，以先出现的一条为准。"
    standing = await world.standing()
    assert [standing[f"H{n}", "M01"].warning.state for n in (0, 3, 4, 5)] == ["not_confirmed"] * 4
    assert [c["type"] for c in await world.changes()].count("closed") == 5


async def test_a_verdict_on_what_was_read_is_refused_when_it_has_changed(world: World, ask: Ask) -> None:
    one = await _raised(world)
    tag = (await ask("GET", f"/v1/warnings/{one}")).headers["ETag"]
    await world.take(world.settlement("500", "S2"))
    assert (await ask("POST", f"/v1/warnings/{one}/outcome", tag=tag, json=HELPED)).status_code == 412
    tag = (await ask("GET", f"/v1/warnings/{one}")).headers["ETag"]
    assert (await ask("POST", f"/v1/warnings/{one}/outcome", tag=tag, json=HELPED)).status_code == 200
    late = await ask("POST", f"/v1/warnings/{one}/outcome", tag=tag, json=HELPED)
    assert late.status_code == 409, "that it is closed says more than that it has changed"


async def test_a_confirmed_warning_stays_and_only_eases(world: World, ask: Ask) -> None:
    one = await _raised(world)
    assert (await ask("POST", f"/v1/warnings/{one}/outcome", json={"outcome": "confirmed"})).status_code == 200
    await world.take(world.settlement("1"))
    warning = (await world.standing())[M01].warning
    assert (warning.state, warning.eased, str(warning.warning_id)) == ("confirmed", True, one)
    await world.take(world.settlement("12000"))
    assert [c[2] for c in await world.told("M01")] == ["hit", "confirmed", "eased", "hit_again"]


async def test_one_form_closes_all_of_a_household_and_none_unseen(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000"))
    clue = await ask("GET", "/v1/clues/H1")
    await world.take(world.appraisal("D"))
    unseen = await ask("POST", "/v1/clues/H1/outcomes", tag=clue.headers["ETag"], json=HELPED)
    assert unseen.status_code == 412
    tag = (await ask("GET", "/v1/clues/H1")).headers["ETag"]
    answer = (await ask("POST", "/v1/clues/H1/outcomes", tag=tag, json=HELPED)).json()
    active = {pair for pair, one in (await world.standing()).items() if one.warning.state != "not_confirmed"}
    assert answer["done"] == len(answer["items"]) >= 2
    assert not active
    assert (await ask("GET", "/v1/clues/H1")).status_code == 404
    assert (await ask("POST", "/v1/clues/H1/outcomes", json=HELPED)).status_code == 404


async def test_a_snooze_is_told_stays_with_the_pair_and_ends_with_a_verdict(world: World, ask: Ask) -> None:
    one = await _raised(world)
    body = {"until": "2026-12-10", "reason": "户主外出务工，约定回来时入户"}
    answer = await ask("PUT", f"/v1/warnings/{one}/snooze", json=body)
    assert (answer.status_code, answer.json()["snoozed_until"]) == (200, "2026-12-10")
    await world.take(world.settlement("1"))
    await world.take(world.settlement("12000"))
    again = (await world.standing())[M01].warning
    assert str(again.warning_id) != one
    assert again.snoozed_until == date(2026, 12, 10), "raised again, it carries the snooze"
    assert [c[::2] for c in await world.told()] == [
        ("raised", "hit"),
        ("updated", "snoozed"),
        ("superseded", "record_changed"),
        ("raised", "hit"),
    ]
    await ask("POST", f"/v1/warnings/{again.warning_id}/outcome", json=HELPED)
    await world.take(world.settlement("13000", "S2"))
    assert (await world.standing())[M01].warning.snoozed_until is None


async def test_a_snooze_is_lifted_once_and_refused_on_what_is_closed(world: World, ask: Ask) -> None:
    one = await _raised(world)
    path = f"/v1/warnings/{one}/snooze"
    assert (await ask("PUT", path, json={"until": "2026-12-10", "reason": "外出"})).status_code == 200
    for _ in range(2):
        answer = await ask("DELETE", path)
        assert (answer.status_code, answer.json()["snoozed_until"]) == (200, None)
    assert [c[2] for c in await world.told()] == ["hit", "snoozed", "snooze_lifted"]
    await ask("POST", f"/v1/warnings/{one}/outcome", json=HELPED)
    assert (await ask("PUT", path, json={"until": "2026-12-10", "reason": "外出"})).status_code == 409
    assert (await ask("DELETE", path)).status_code == 409


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=181)])
async def test_a_snooze_is_for_a_day_to_come_within_half_a_year(world: World, ask: Ask, until: date) -> None:
    one = await _raised(world)
    body = {"until": until.isoformat(), "reason": "外出"}
    answer = await ask("PUT", f"/v1/warnings/{one}/snooze", json=body)
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/until", "until_out_of_range")]


async def test_what_was_not_confirmed_comes_back_with_new_evidence_only(world: World, ask: Ask) -> None:
    one = await _raised(world)
    await ask("POST", f"/v1/warnings/{one}/outcome", json=HELPED)
    await world.take(world.settlement("12000"))  # the same again, as a new version: new evidence
    assert [c[0] for c in await world.told()] == ["raised", "closed", "raised"]
    await ask("POST", f"/v1/warnings/{await _id(world)}/outcome", json=HELPED)
    await world.take(world.enrolment(HEAD))  # another kind: nothing that this rule rests on
    world.at(TODAY + timedelta(days=1))
    await world.settle()
    assert [c[0] for c in await world.told("M01")] == ["raised", "closed", "raised", "closed"]


@pytest.mark.parametrize("what", ["rule", "parameter"])
async def test_a_new_rule_version_or_parameter_lets_it_come_back(world: World, ask: Ask, what: str) -> None:
    one = await _raised(world)
    await ask("POST", f"/v1/warnings/{one}/outcome", json=HELPED)
    async with transaction(world.engine) as conn:
        raw = await driver(conn)
        if what == "rule":
            await raw.execute("UPDATE rule_version SET version = 7 WHERE code = 'M01'")
        else:
            await raw.execute("UPDATE parameter SET value = 1100000 WHERE name = 'medical_line_low'")
    await world.settle()
    told = [c[0] for c in await world.told("M01")]
    assert told == ["raised", "closed", "raised"]


async def test_officers_and_batches_at_the_same_moment_leave_no_gap_and_right_counts(world: World, ask: Ask) -> None:
    people = [f"p1.{letter * 26}" for letter in "ABCD"]
    await world.take(*(world.household(f"H{n}", person) for n, person in enumerate(people)))
    chance = random.Random(7)
    for step in range(12):
        bills = [world.settlement(f"{12000 + step}", f"S{n}-{step}", who=person) for n, person in enumerate(people)]
        verdict = chance.choice([HELPED, {"outcome": "verifying"}, {"outcome": "confirmed"}])
        forms = [ask("POST", f"/v1/clues/H{n}/outcomes", json=verdict) for n in chance.sample(range(4), 2)]
        answers = await asyncio.gather(world.take(*bills), *forms)
        assert {answer.status_code for answer in answers[1:]} <= {200, 404}
    numbers: dict[str, list[int]] = defaultdict(list)
    for change in await world.changes():
        numbers[change["key"]].append(change["household_seq"])
    assert set(numbers) == {f"H{n}" for n in range(4)}
    assert all(seen == list(range(1, len(seen) + 1)) for seen in numbers.values())
    states = Counter(one["state"] for one in (await ask("GET", "/v1/warnings", limit=500)).json()["items"])
    told = (await ask("GET", "/v1/warnings")).json()["states"]
    assert {state: count for state, count in told.items() if count} == states
