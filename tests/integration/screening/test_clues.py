"""The worklist: households to visit, their clocks, who is put off, counts that always agree with the warnings."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from services.screening.warnings import repository
from shared.db import driver, transaction
from tests.integration.screening.conftest import HEAD, TODAY, VILLAGE, Ask, World

OTHER_VILLAGE = "150602101201"
PEOPLE = [f"p1.{letter * 26}" for letter in "ABCDEFGHJK"]
HELPED = {"outcome": "not_confirmed", "reason": "already_helped"}


async def _id(world: World, household: str, rule: str) -> str:
    return str((await world.standing())[household, rule].warning.warning_id)


async def test_a_household_is_one_clue_with_the_worst_of_its_warnings(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000"), world.appraisal("D"))
    (clue,) = (await ask("GET", "/v1/clues")).json()["items"]
    assert (clue["household_no"], clue["severity"], clue["state"], clue["overdue"]) == ("H1", "high", "open", False)
    assert [rule for rule in clue["rules"] if rule in ("H01", "M01")] == ["H01", "M01"]
    assert clue["titles"][clue["rules"].index("M01")] == "重点人群医疗费用合规自付较高"
    raised = (await world.standing())["H1", "M01"].warning.raised_at
    assert clue["raised_at"] == raised.isoformat().replace("+00:00", "Z")
    assert clue["due_at"] == (raised + timedelta(hours=72)).isoformat().replace("+00:00", "Z")


async def test_a_clue_is_overdue_by_its_clock_and_counted_so_to_the_minute(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000"))

    async def overdue() -> tuple[bool, int]:
        (clue,) = (await ask("GET", "/v1/clues")).json()["items"]
        return clue["overdue"], (await ask("GET", "/v1/clues/counts")).json()["overdue"]

    world.at(TODAY + timedelta(days=3))  # an hour short of nothing: raised a few seconds after this hour
    assert await overdue() == (False, 0)
    world.at(TODAY + timedelta(days=3), hour=3)
    assert await overdue() == (True, 1)
    world.at(TODAY + timedelta(days=9))
    assert await overdue() == (True, 1)


async def test_the_list_is_worst_first_then_due_first_and_pages_without_a_gap(world: World, ask: Ask) -> None:
    await world.take(*(world.household(f"H{n}", person) for n, person in enumerate(PEOPLE)))
    for n, person in enumerate(PEOPLE):
        what = world.settlement("30000", f"S{n}", who=person) if n % 2 else world.chronic(person, f"C{n}")
        await world.take(what)
    whole = (await ask("GET", "/v1/clues")).json()["items"]
    order = [("urgent", "high", "normal", "info").index(clue["severity"]) for clue in whole]
    assert order == sorted(order)
    assert set(order) == {1, 3}
    assert [clue["due_at"] for clue in whole if clue["severity"] == "info"] == [None] * 5
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = (await ask("GET", "/v1/clues", limit=3, **after)).json()
        found += page["items"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == whole
    high = (await ask("GET", "/v1/clues", severity="high")).json()["items"]
    assert high == [clue for clue in whole if clue["severity"] == "high"]
    assert (await ask("GET", "/v1/clues", after="x")).json()["code"] == "bad_cursor"


async def test_scope_holds_for_lists_counts_and_one(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000"))
    await world.take(
        world.household("H2", PEOPLE[0], division=OTHER_VILLAGE), world.settlement("12000", "S2", who=PEOPLE[0])
    )
    officer = ("banner_officer", "150602000000")
    assert [c["household_no"] for c in (await ask("GET", "/v1/clues", *officer)).json()["items"]] == ["H2"]
    counts = (await ask("GET", "/v1/clues/counts", *officer)).json()
    assert [(line["division_code"], line["clues"]) for line in counts["items"]] == [("150602101000", 1)]
    assert (await ask("GET", "/v1/clues/H1", *officer)).status_code == 404
    assert (await ask("GET", "/v1/clues", *officer, division="150625")).status_code == 404
    banners = (await ask("GET", "/v1/clues/counts")).json()
    assert [line["division_code"] for line in banners["items"]] == ["150602000000", "150625000000"]
    villages = (await ask("GET", "/v1/clues/counts", level="village")).json()
    assert [line["division_code"] for line in villages["items"]] == [OTHER_VILLAGE, VILLAGE]
    assert villages["items"][1]["counts"] == {"urgent": 0, "high": 1, "normal": 0, "info": 0}


async def test_who_is_put_off_leaves_the_list_until_the_day(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000"))
    path = f"/v1/warnings/{await _id(world, 'H1', 'M01')}/snooze"
    await ask("PUT", path, json={"until": "2026-12-01", "reason": "外出务工"})
    assert (await ask("GET", "/v1/clues")).json()["items"] == []
    (put_off,) = (await ask("GET", "/v1/clues", snoozed=True)).json()["items"]
    assert put_off["snoozed_until"] == "2026-12-01"
    counts = (await ask("GET", "/v1/clues/counts")).json()
    assert (counts["clues"], counts["snoozed"], counts["warnings"]) == (0, 1, 0)
    world.at(date(2026, 12, 1))
    (back,) = (await ask("GET", "/v1/clues")).json()["items"]
    assert (back["snoozed_until"], back["overdue"]) == (None, False), "due by the end of the day it comes back on"
    assert (await ask("GET", "/v1/clues/counts")).json()["clues"] == 1
    world.at(date(2026, 12, 2))
    assert (await ask("GET", "/v1/clues")).json()["items"][0]["overdue"] is True


async def test_one_put_off_of_two_leaves_the_household_in_the_list(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000"), world.chronic(HEAD, "C1"))
    path = f"/v1/warnings/{await _id(world, 'H1', 'M01')}/snooze"
    await ask("PUT", path, json={"until": "2026-12-01", "reason": "外出务工"})
    (clue,) = (await ask("GET", "/v1/clues")).json()["items"]
    assert (clue["snoozed_until"], clue["rules"]) == (None, ["M01", "M04"])


async def test_a_clue_shows_evidence_and_what_was_said_before(world: World, ask: Ask) -> None:
    await world.take(world.household(), world.settlement("12000"), world.chronic(HEAD, "C1"))
    await ask("POST", f"/v1/warnings/{await _id(world, 'H1', 'M04')}/outcome", json={"outcome": "confirmed"})
    detail = (await ask("GET", "/v1/clues/H1")).json()
    assert [(w["warning"]["rule_code"], w["warning"]["state"]) for w in detail["warnings"]] == [
        ("M01", "open"),
        ("M04", "confirmed"),
    ]
    assert "12,000.00 元，达到因病监测线" in detail["warnings"][0]["why"]["text"]
    assert [(act["rule_code"], act["act"]) for act in detail["acts"]] == [("M04", "confirmed")]
    assert detail["clue"]["rules"] == ["M01"], "what is confirmed waits for nobody"


@pytest.mark.parametrize("seed", range(3))
async def test_counts_and_clues_always_follow_from_the_warnings(world: World, ask: Ask, seed: int) -> None:
    chance = random.Random(seed)
    villages = [VILLAGE, OTHER_VILLAGE]
    for step in range(25):
        n = chance.randrange(4)
        home, person = f"H{n}", PEOPLE[n]
        standing = [w.warning for w in (await world.standing()).values() if w.warning.household_no == home]
        match chance.randrange(6):
            case 0:
                moved = date(2026, 1, 1) + timedelta(days=step)
                await world.take(world.household(home, person, division=chance.choice(villages), effective_on=moved))
            case 1:
                await world.take(world.settlement(chance.choice(["1", "30000"]), f"S{n}", who=person))
            case 2:
                await world.take(world.chronic(person, f"C{n}"))
            case 3 if standing:
                one = chance.choice(standing).warning_id
                await ask("PUT", f"/v1/warnings/{one}/snooze", json={"until": "2026-12-24", "reason": "外出"})
            case 4:
                await ask("POST", f"/v1/clues/{home}/outcomes", json=HELPED)
            case _:
                await world.take(world.appraisal(chance.choice("AD"), who=person, source_id=f"A{n}"))
        kept = await _worklist(world)
        async with transaction(world.engine) as conn:
            await repository.rederive_clues(conn)
        assert await _worklist(world) == kept
    assert kept[0], "something was in the list at the end"


async def _worklist(world: World) -> tuple[list[Any], ...]:
    async with transaction(world.engine) as conn:
        raw = await driver(conn)
        clues = await raw.fetch("SELECT * FROM clue ORDER BY household_no")
        counts = await raw.fetch("SELECT * FROM clue_count ORDER BY 1, 2, 3, 4")
        warnings = await raw.fetch("SELECT * FROM warning_count WHERE warnings <> 0 ORDER BY 1, 2, 3, 4")
    return tuple([tuple(row) for row in rows] for rows in (clues, counts, warnings))
