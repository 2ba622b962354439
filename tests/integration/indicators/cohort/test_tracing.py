"""Why a number is what it is: units with their records, what changed since, what a record is evidence for."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from services.indicators.cohort import service
from services.indicators.cohort.domain import ChangedUnit, Contribution
from shared.codes import divisions
from shared.db import transaction
from tests.factories import deliveries as made
from tests.factories.histories import moments
from tests.integration.indicators.cohort.conftest import (
    CITY,
    DAY,
    DONGSHENG,
    HANGJIN,
    OTHER_VILLAGE,
    VILLAGE,
    Projection,
    person,
)

A, B = person("A"), person("B")
NAMES = (*service.CALCULATIONS, "income_growth_gap")


async def listed(projection: Projection, name: str, day: date = DAY, code: str = CITY) -> list[Contribution]:
    async with transaction(projection.engine) as conn:
        return await service.contributions(conn, name, day, projection.now, code, counted=None, after=None, limit=100)


async def test_a_contribution_names_the_records_it_was_judged_by(projection: Projection) -> None:
    p = projection
    home = p.made(17, "H1", made.household("H1", A, B), household_no="H1", division=VILLAGE)
    enrolled = p.made(7, "E", made.enrolment(2026), subject=A, effective_on=date(2026, 1, 1))
    last_year = p.made(7, "E25", made.enrolment(2025), subject=A, effective_on=date(2025, 1, 1))
    checked = p.made(9, "A", made.appraisal(date(2026, 2, 1), "B"), subject=A)
    await p.take(home, enrolled, last_year, checked)
    first, second = await listed(p, "insured_members")
    assert (first.person_key, first.covered, [one.source_id for one in first.records]) == (A, True, ["H1", "E"])
    assert (second.person_key, second.covered, [one.source_id for one in second.records]) == (B, False, ["H1"])
    record = first.records[1]
    assert (record.department, record.kind, record.version) == (
        "medical-insurance",
        "enrolment",
        enrolled.event.meta.version,
    )
    assert (record.event_id, record.known_at) == (enrolled.event_id, enrolled.event.meta.known_at)
    house = await listed(p, "housed_members")  # the appraisal is made out to A and speaks for both
    assert [[one.source_id for one in unit.records] for unit in house] == [["A", "H1"]] * 2


async def test_an_income_comes_with_its_amounts_and_heads(projection: Projection) -> None:
    p = projection
    await p.take(
        p.made(17, "H1", made.household("H1", A), household_no="H1", division=VILLAGE, effective_on=date(2020, 1, 1)),
        p.made(17, "H2", made.household("H2", B), household_no="H2", division=VILLAGE, effective_on=date(2020, 1, 1)),
        p.made(18, "I24", made.income(date(2024, 12, 1), "1000.00", members=2), household_no="H1"),
        p.made(18, "I25", made.income(date(2025, 12, 1), "1500.00", members=3), household_no="H1"),
        p.made(18, "J25", made.income(date(2025, 12, 1), "900.00"), household_no="H2"),
    )
    both, one = await listed(p, "income_growth_gap", date(2025, 7, 1))
    assert both.detail == {"net_fen": 150_000, "heads": 3, "net_before_fen": 100_000, "heads_before": 2}
    assert (one.covered, one.recorded, one.detail) == (False, True, None)
    async with transaction(p.engine) as conn:
        means = await service.income(conn, [2025, 2026], p.now, [HANGJIN, DONGSHENG])
    assert (means[2025, HANGJIN].households, means[2025, HANGJIN].without, means[2025, HANGJIN].reason) == (1, 1, None)
    assert means[2026, HANGJIN].reason == "没有脱贫户同时报送2025年和2026年（均截至当年12月）的家庭收入，无法比较"
    assert means[2025, DONGSHENG].reason == "户与成员数据从未报送，没有脱贫户名册"


async def changes(projection: Projection, name: str, since: int, *codes: str, day: date = DAY) -> list[ChangedUnit]:
    """What changed by the last `since` hours' records."""
    earlier = projection.now.replace(hour=projection.now.hour - since)
    async with transaction(projection.engine) as conn:
        return await service.changed(conn, name, day, earlier, projection.now, codes)


async def test_a_late_record_is_the_cause_of_what_changed_and_only_of_that(projection: Projection) -> None:
    p = projection
    await p.take(p.made(17, "H1", made.household("H1", A, B), household_no="H1", division=VILLAGE))
    await p.take(
        p.made(7, "E", made.enrolment(2026), subject=A, effective_on=date(2026, 1, 1)),
        p.made(7, "F", made.enrolment(2025), subject=B, effective_on=date(2025, 1, 1)),
    )
    (unit,) = await changes(p, "insured_members", 2, CITY)
    assert (unit.person_key, unit.covered_before, unit.covered_after) == (A, False, True)
    assert [one.source_id for one in unit.records] == ["E"]
    assert await changes(p, "insured_members", 2, DONGSHENG) == []
    assert await changes(p, "housed_members", 2, CITY) == []


async def test_what_was_moved_past_the_day_and_what_was_taken_back_are_causes_too(projection: Projection) -> None:
    p = projection
    await p.take(
        p.made(17, "H1", made.household("H1", A), household_no="H1", division=VILLAGE),
        p.made(17, "H2", made.household("H2", B), household_no="H2", division=VILLAGE),
        p.made(20, "W1", made.water(date(2026, 3, 1)), household_no="H1"),
        p.made(20, "W2", made.water(date(2026, 3, 1)), household_no="H2"),
    )
    await p.take(
        p.made(20, "W1", made.water(date(2026, 6, 1)), household_no="H1"),
        p.made(20, "W2", None, household_no="H2"),
        p.made(20, "W3", made.water(date(2026, 6, 1)), household_no="H2"),
    )
    changed = await changes(p, "watered_members", 3, CITY)
    assert [(unit.household_no, unit.covered_after) for unit in changed] == [("H1", False), ("H2", False)]
    assert [[one.source_id for one in unit.records] for unit in changed] == [["W1"], ["W2"]]


async def test_who_moves_has_left_one_division_and_joined_another(projection: Projection) -> None:
    p = projection
    early = date(2026, 1, 1)
    await p.take(p.made(17, "H1", made.household("H1", A), household_no="H1", division=VILLAGE, effective_on=early))
    moved = p.made(17, "H1", made.household("H1", A), household_no="H1", division=OTHER_VILLAGE, effective_on=early)
    await p.take(moved)
    (left,) = await changes(p, "watered_members", 1, HANGJIN)
    (joined,) = await changes(p, "watered_members", 1, DONGSHENG)
    assert left == joined
    assert (left.division_before, left.division_after) == (VILLAGE, OTHER_VILLAGE)
    assert [one.version for one in left.records] == [moved.event.meta.version]


async def test_what_a_record_is_evidence_for(projection: Projection) -> None:
    p = projection
    await p.take(
        p.made(17, "H1", made.household("H1", A, B), household_no="H1", division=VILLAGE),
        p.made(9, "A", made.appraisal(date(2026, 2, 1), "B"), subject=A),
        p.made(7, "E", made.enrolment(2026), subject=A, effective_on=date(2026, 1, 1)),
    )
    before = date(2026, 1, 15)
    async with transaction(p.engine) as conn:
        insured = await service.units_of_record(conn, "medical-insurance", "enrolment", "E", [DAY, before], p.now)
        housed = await service.units_of_record(conn, "housing", "dwelling-appraisal", "A", [DAY, before], p.now)
        home = await service.units_of_record(conn, "rural-revitalization", "household", "H1", [DAY], p.now)
        none = await service.units_of_record(conn, "medical-insurance", "settlement", "S", [DAY], p.now)
        unknown = await service.units_of_record(conn, "medical-insurance", "enrolment", "X", [DAY], p.now)
    assert {(one.name, one.day, one.person_key, one.covered) for one in insured} == {
        ("insured_members", day, A, True) for day in (DAY, before)
    }
    assert {(one.name, one.day, one.person_key, one.covered) for one in housed} == {
        ("housed_members", DAY, who, True) for who in (A, B)
    }
    assert {one.name for one in home} == {
        "insured_members",
        "housed_members",
        "watered_members",
        "linked_households",
        "income_growth_gap",
        "income_ratio",
    }
    assert none == unknown == []


@pytest.mark.parametrize("seed", range(3))
async def test_changes_are_the_difference_of_two_lists(projection: Projection, seed: int) -> None:
    random = Random(f"changed-{seed}")
    events = await projection.lived(random, records=120)
    seen = 0
    for (day, one), (_, other) in zip(moments(random, events, 4), moments(random, events, 4), strict=True):
        earlier, later = min(one, other), max(one, other)
        for name in NAMES:
            async with transaction(projection.engine) as conn:
                before, after = [
                    {
                        (u.household_no, u.person_key): (u.division_code, u.covered, u.detail)
                        for u in await service.contributions(
                            conn, name, day, known, CITY, counted=None, after=None, limit=1000
                        )
                    }
                    for known in (earlier, later)
                ]
                changed = await service.changed(conn, name, day, earlier, later, [CITY])
            differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
            assert {(unit.household_no, unit.person_key) for unit in changed} == differing
            assert all(unit.records for unit in changed)
            assert all(earlier < one.known_at <= later for unit in changed for one in unit.records)
            seen += len(changed)
    assert seen


@pytest.mark.parametrize("seed", range(2))
async def test_a_record_is_evidence_exactly_where_it_is_listed(projection: Projection, seed: int) -> None:
    random = Random(f"evidence-{seed}")
    events = await projection.lived(random, records=100)
    known = max(event.time for event in events)
    days = [day for day, _ in moments(random, events, 2)]
    async with transaction(projection.engine) as conn:
        listed = {
            (name, unit.household_no, unit.person_key, day, one.department, one.kind, one.source_id)
            for name in NAMES
            for day in days
            for unit in await service.contributions(
                conn, name, day, known, divisions.CITY, counted=None, after=None, limit=1000
            )
            for one in unit.records
        }
        for department, kind, source_id in random.sample(sorted({entry[4:] for entry in listed}), 12):
            found = await service.units_of_record(conn, department, kind, source_id, days, known)
            assert {(u.name, u.household_no, u.person_key) for u in found if u.name in NAMES} == {
                entry[:3] for entry in listed if entry[4:] == (department, kind, source_id)
            }
