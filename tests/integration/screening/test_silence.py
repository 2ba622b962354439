"""A feed falls silent: what is absent becomes unknown, nothing closes, eases or is raised by it, and it is said who
is silent. What ingest says of a feed counts once its records are here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.screening.register import service as register
from shared import clock
from shared.db import transaction
from shared.events.codec import Delivery
from shared.feeds import catalogue
from shared.feeds.freshness import is_overdue
from tests.factories import deliveries as made
from tests.factories.reconciled import changed, manifest
from tests.integration.screening.conftest import HEAD, TODAY, VILLAGE, Ask, World

CHILD, OTHER, OTHER_CHILD = (f"p1.{letter * 26}" for letter in "CDE")
HANGJIN, DONGSHENG = "150625000000", "150602000000"
ELSEWHERE = "150602101201"
"""A village of another banner than ours, of Dongsheng."""


def say(
    kind: int, source_id: str, data: dict[str, Any] | None, *, who: str | None = None, no: str | None = None
) -> Delivery:
    """A record known now; a person's names its banner, a household's none, as the kinds have it."""
    division = VILLAGE if who or kind == 17 else None
    return made.record(kind, source_id, clock.now(), data, subject=who, household_no=no, division=division)


def family(no: str, head: str, child: str) -> Delivery:
    """A lifted household of a head and a child of school age."""
    data = made.household(no, head, child)
    data["members"][1] |= {"birth_on": "2016-03-01", "labour": "none"}
    return say(17, f"HU-{no}", data, no=no)


async def spoke(world: World, *kinds: int) -> None:
    """The departments close a period of these kinds without records, and whoever is due is looked at again."""
    async with transaction(world.engine) as conn:
        await register.claim(conn, [changed(kind, HANGJIN, 0, last_at=clock.now()) for kind in kinds])
    await world.settle()


def overdue_on(kind: int, since: date = TODAY) -> date:
    """The first day on which a feed that spoke on `since` is overdue."""
    feed, day = catalogue.BY_NUMBER[kind], since
    while not is_overdue(feed.age_days(since, day), feed.overdue_days):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True)
class Absence:
    """A rule about something that is not there; `kind` is the feed that would tell, `said` what others tell."""

    rule: str
    fact: str
    kind: int
    department: str
    said: Callable[[str, str], list[Delivery]] = lambda no, head: []


ABSENCES = [
    Absence("I01", "uninsured_members", 7, "医疗保障"),
    Absence("S04", "compulsory_children_without_record", 11, "教育"),
    Absence(
        "H03",
        "renovation_recorded",
        10,
        "住房和城乡建设",
        lambda no, head: [say(9, f"A-{no}", made.appraisal(TODAY, "D"), who=head)],
    ),
    Absence(
        "D03",
        "severe_without_nursing_benefit",
        14,
        "残联",
        lambda no, head: [say(13, f"C-{no}", made.certificate(date(2024, 1, 1), 1), who=head)],
    ),
    Absence(
        "F01",
        "days_without_measure",
        19,
        "乡村振兴（农牧）",
        lambda no, head: [say(23, f"M-{no}", made.monitored(date(2026, 6, 1)), no=no)],
    ),
    Absence(
        "B04",
        "on_minimum_living",
        1,
        "民政",
        lambda no, head: [say(18, f"I-{no}", made.income(date(2026, 9, 30), "1000.00"), no=no)],
    ),
]


async def rows(ask: Ask, no: str, rule: str, **moment: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Why-not of the rule, and the household's facts."""
    why = await ask("GET", f"/v1/households/{no}/rules/{rule}/why-not", **moment)
    facts = await ask("GET", f"/v1/households/{no}/facts", **moment)
    assert (why.status_code, facts.status_code) == (200, 200)
    return why.json(), facts.json()


@pytest.mark.parametrize("absence", ABSENCES, ids=lambda absence: absence.rule)
async def test_absence_is_unknown_while_the_feed_that_would_tell_is_silent(
    world: World, ask: Ask, absence: Absence
) -> None:
    await world.take(family("H1", HEAD, CHILD), *absence.said("H1", HEAD))
    await spoke(world, *catalogue.BY_NUMBER)
    assert await world.told(absence.rule) == [("raised", absence.rule, "hit")]

    day = overdue_on(absence.kind)
    world.at(day - timedelta(days=1))
    await spoke(world, *(catalogue.BY_NUMBER.keys() - {absence.kind}))
    why, facts = await rows(ask, "H1", absence.rule)
    assert why["verdict"] == "hit", "late, not yet overdue"

    world.at(day)
    await world.settle()
    await world.take(family("H2", OTHER, OTHER_CHILD), *absence.said("H2", OTHER))
    await world.settle()
    assert await world.told(absence.rule) == [("raised", absence.rule, "hit")], "neither eased nor closed nor raised"
    for no in ("H1", "H2"):
        why, facts = await rows(ask, no, absence.rule)
        assert why["verdict"] == "unknown"
        assert {item["reason"] for item in why["missing"]} == {"feed_silent"}
        assert absence.fact in {item["name"] for item in why["missing"]}
        feed = catalogue.BY_NUMBER[absence.kind]
        assert f"{absence.department}的{feed.title}数据" in why["text"], why["text"]
        assert {fact["name"]: fact["complete"] for fact in facts["facts"]}[absence.fact] is False
        silent = {(age["department"], age["kind"]) for age in facts["data_age"] if age["overdue"]}
        assert (
            silent
            == {(feed.department, feed.kind)}
            == {(age["department"], age["kind"]) for age in why["data_age"] if age["overdue"]}
        )
    before = clock.end_of_day(day - timedelta(days=1)).isoformat()
    why, _ = await rows(ask, "H1", absence.rule, as_of=(day - timedelta(days=1)).isoformat(), known_at=before)
    assert why["verdict"] == "hit", "as known the day before"

    await spoke(world, absence.kind)
    assert await world.told(absence.rule) == [("raised", absence.rule, "hit")] * 2
    standing = await world.standing()
    assert {no: standing[no, absence.rule].warning.eased for no in ("H1", "H2")} == {"H1": False, "H2": False}


async def test_all_departments_silent_for_more_than_a_year_change_nothing(world: World) -> None:
    everything = [delivery for absence in ABSENCES for delivery in absence.said("H1", HEAD)]
    bill = say(8, "S", made.settlement(TODAY - timedelta(days=2), "30000.00"), who=HEAD)
    water = say(20, "W", made.water(TODAY - timedelta(days=2), short_of="quality"), no="H1")
    storm = say(15, "L", made.disaster(TODAY - timedelta(days=2), "collapsed"), who=HEAD)
    await world.take(family("H1", HEAD, CHILD), *everything, bill, water, storm)
    await spoke(world, *catalogue.BY_NUMBER)
    told, before = await world.told(), await world.standing()
    assert {rule for _, rule, _ in told} >= {"M01", "W01", "E01", *(absence.rule for absence in ABSENCES)}
    world.at(max(overdue_on(kind) for kind in catalogue.BY_NUMBER))
    await world.settle()
    assert await world.told() == told, "windows have moved past bill and storm, and nobody said that it is over"
    after = await world.standing()
    assert after.keys() == before.keys()
    assert {(one.warning.state, one.warning.eased) for one in after.values()} == {("open", False)}


async def test_time_eases_only_what_is_heard_of(world: World) -> None:
    paid = date(2025, 11, 27)
    await world.take(family("H1", HEAD, CHILD), say(8, "S", made.settlement(paid, "12000.00"), who=HEAD))
    await spoke(world, 8)
    day = overdue_on(8)
    assert day > date(2026, 11, 27), "by then the window has left the bill behind"
    world.at(day)
    await world.settle()
    assert await world.told("M01") == [("raised", "M01", "hit")]
    await spoke(world, 8)
    assert await world.told("M01") == [("raised", "M01", "hit"), ("updated", "M01", "eased")]


async def test_a_record_that_crosses_a_line_warns_though_its_feed_is_overdue_here(world: World, ask: Ask) -> None:
    """Somebody was treated in another banner, whose desk sends the bill; the own one has not spoken for long."""
    await world.take(family("H1", HEAD, CHILD), say(8, "S1", made.settlement(TODAY, "100.00"), who=HEAD))
    world.at(overdue_on(8))
    bill = made.settlement(TODAY, "50000.00")
    await world.take(made.record(8, "S2", clock.now(), bill, subject=HEAD, division=ELSEWHERE))
    assert await world.told("M01") == [("raised", "M01", "hit")]
    why, facts = await rows(ask, "H1", "M01")
    assert why["verdict"] == "hit"
    paid = next(fact for fact in facts["facts"] if fact["name"] == "self_paid_in_catalogue_12m_sum")
    assert (paid["value"], paid["complete"]) == ("50100.00", False)
    assert {"department": "medical-insurance", "kind": "settlement"}.items() <= next(
        age for age in facts["data_age"] if age["overdue"] and age["kind"] == "settlement"
    ).items()


@pytest.mark.parametrize("said", [manifest, changed], ids=["manifest", "freshness"])
async def test_word_of_a_feed_before_its_records_changes_nothing_until_they_are_here(world: World, said: Any) -> None:
    """Measures name no banner; the word of ingest travels beside the records and may come first."""
    await world.take(family("H1", HEAD, CHILD), say(23, "M", made.monitored(date(2026, 6, 1)), no="H1"))
    await spoke(world, 23)
    word = (
        manifest(19, {HANGJIN: 0}, unplaced=2, last_at=clock.now())
        if said is manifest
        else changed(19, HANGJIN, 0, unplaced=2, last_at=clock.now())
    )
    async with transaction(world.engine) as conn:
        await register.claim(conn, [word])
    before = await world.canonical(history=True)
    await world.settle()
    await world.take(say(19, "other", made.assistance(TODAY), no="H9"))
    await world.settle()
    assert await world.canonical(history=True) == before
    assert await world.told("F01") == []
    await world.take(say(19, "ours", made.assistance(TODAY), no="H1"))
    await world.settle()
    assert await world.told("F01") == [], "the measure is here, and so is the word that there are no more"
    await world.take(say(23, "M2", made.monitored(date(2026, 6, 1)), no="H2"), family("H2", OTHER, OTHER_CHILD))
    assert [c["key"] for c in await world.changes() if c["warning"]["rule_code"] == "F01"] == ["H2"]


async def test_a_period_closed_without_records_says_that_there_are_none(world: World) -> None:
    await world.take(family("H1", HEAD, CHILD), say(23, "M", made.monitored(date(2026, 6, 1)), no="H1"))
    await spoke(world, 23)
    assert await world.told("F01") == []
    await spoke(world, 19)
    assert await world.told("F01") == [("raised", "F01", "hit")]


async def test_the_word_of_another_banner_and_an_old_one_are_no_sign_of_life(world: World) -> None:
    await world.take(family("H1", HEAD, CHILD))
    old = datetime(2026, 10, 10, tzinfo=UTC)  # 41 days before
    async with transaction(world.engine) as conn:
        elsewhere = changed(7, DONGSHENG, 0, last_at=clock.now())
        await register.claim(conn, [elsewhere, changed(7, HANGJIN, 0, last_at=old)])
    await world.settle()
    assert await world.told("I01") == []
    async with transaction(world.engine) as conn:
        await register.claim(conn, [changed(7, HANGJIN, 0, last_at=old + timedelta(days=1))])
    await world.settle()
    assert await world.told("I01") == [("raised", "I01", "hit")]
