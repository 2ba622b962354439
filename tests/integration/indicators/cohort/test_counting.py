"""Incomes equal a plain-Python sum from the records (the other calculations do in `laws`); many days at once and a
banner alone are counted as each by itself; the roll is lifted and monitored households, once."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from services.indicators.cohort import repository, service
from services.indicators.cohort.domain import Count
from services.indicators.cohort.repository.persons import insured
from services.indicators.cohort.repository.units import COVERAGES
from shared.db import transaction
from tests.factories import deliveries as made
from tests.factories import oracle_indicators as oracle
from tests.factories.histories import moments
from tests.integration.indicators.cohort.conftest import (
    CITY,
    DAY,
    DONGSHENG,
    HANGJIN,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    Projection,
    person,
)

A, B, C, D = (person(letter) for letter in "ABCD")


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 5])  # in each somebody has both incomes
async def test_incomes_equal_plain_python(projection: Projection, seed: int) -> None:
    random = Random(seed)
    events = await projection.lived(random, records=150)
    compared = 0
    for _, known in moments(random, events, 6):
        async with transaction(projection.engine) as conn:
            found = await repository.incomes(conn, [date(2024, 12, 31), date(2025, 12, 31)], known)
        for year in (2024, 2025):
            last = date(year, 12, 31)
            expected = oracle.income(events, year, last, known)
            compared += sum(mean.households for mean in expected.values())
            assert {
                c.division_code: (c.net_fen, c.heads, c.net_before_fen, c.heads_before, c.households, c.without)
                for c in found
                if c.day == last
            } == {
                place: (m.net, m.heads, m.net_before, m.heads_before, m.households, m.without)
                for place, m in expected.items()
            }
    assert compared


async def test_days_and_banners_are_counted_as_if_each_alone(projection: Projection) -> None:
    random = Random(77)
    events = await projection.lived(random, records=200)
    known = max(event.time for event in events)
    days = sorted({day for day, _ in moments(random, events, 5)})
    seen: Counter[str] = Counter()
    for name in service.CALCULATIONS:
        async with transaction(projection.engine) as conn:
            together = await service.counts(conn, name, days, known)
            for day in days:
                alone = await service.counts(conn, name, [day], known)
                assert set(alone) == {c for c in together if c.day == day}
            of_one = await service.counts(conn, name, days, known, [DONGSHENG])
        assert set(of_one) == {c for c in together if c.division_code.startswith("150602")}
        seen[name] += sum(c.denominator for c in together)
    assert min(seen[name] for name in service.CALCULATIONS) > 0


async def counted(projection: Projection, name: str, day: date = DAY) -> dict[str, tuple[int, int]]:
    async with transaction(projection.engine) as conn:
        found: list[Count] = await service.counts(conn, name, [day], projection.now)
    return {c.division_code: (c.numerator, c.denominator) for c in found}


async def test_who_is_lifted_and_monitored_counts_once_and_who_is_neither_does_not(projection: Projection) -> None:
    p = projection
    await p.take(
        *(
            p.made(17, no, made.household(no, who, lifted=lifted), household_no=no, division=VILLAGE)
            for no, who, lifted in (("H1", A, True), ("H2", B, False), ("H3", C, False), ("H4", D, False))
        ),
        p.made(23, "M1", made.monitored(date(2026, 2, 1)), household_no="H1"),
        p.made(23, "M2", made.monitored(date(2026, 2, 1)), household_no="H2"),
        p.made(23, "M3", made.monitored(date(2026, 2, 1), removed=date(2026, 4, 1)), household_no="H3"),
        p.made(7, "E", made.enrolment(2026), subject=B, effective_on=date(2026, 1, 1)),
    )
    assert await counted(p, "insured_members") == dict.fromkeys((CITY, HANGJIN, TOWNSHIP), (1, 2))
    assert await counted(p, "insured_members", date(2026, 1, 31)) == dict.fromkeys((CITY, HANGJIN, TOWNSHIP), (0, 1))


async def test_no_entitlement_and_no_birth_date_are_said_and_not_guessed(projection: Projection) -> None:
    p = projection
    data = made.household("H1", A, B)
    data["policy_entitled"] = None
    data["members"][1]["birth_on"] = None
    await p.take(p.made(17, "H1", data, household_no="H1", division=VILLAGE))
    async with transaction(p.engine) as conn:
        linked, schooled = [
            (await service.coverage(conn, name, [DAY], p.now, [HANGJIN]))[DAY, HANGJIN]
            for name in ("linked_households", "schooled_members")
        ]
    assert (linked.denominator, linked.undecided) == (0, 1)
    assert (schooled.denominator, schooled.undecided) == (0, 1)


async def test_a_disabled_child_of_no_household_lives_where_the_certificate_says(projection: Projection) -> None:
    p = projection
    await p.take(
        p.made(13, "C1", made.certificate(date(2026, 1, 5)), subject=A, division=OTHER_VILLAGE),
        p.made(13, "C2", made.certificate(date(2026, 1, 5)), subject=B, division=None),
        p.made(13, "C3", made.certificate(date(2026, 1, 5)), subject=C, division=VILLAGE),
        p.made(11, "S1", made.schooling(date(2026, 2, 1), "home_teaching"), subject=A),
        p.made(11, "S2", made.schooling(date(2026, 2, 1), "dropped_out", reason="physical"), subject=B),
        p.made(11, "S3", made.schooling(date(2026, 2, 1), stage="senior"), subject=C),
    )
    found = await counted(p, "enrolled_disabled")
    assert found == {CITY: (1, 2), DONGSHENG: (1, 1), "150602101000": (1, 1)}


@pytest.mark.parametrize(
    ("day", "grace_days", "covered"),
    [
        (date(2026, 1, 10), 0, ""),
        (date(2026, 1, 10), 10, "A"),
        (date(2026, 1, 10), 9, ""),
        (date(2026, 1, 31), 31, "A"),
        (date(2026, 2, 1), 31, "C"),
    ],
)
async def test_in_the_grace_of_january_the_year_before_speaks_for_whom_nothing_is_said_yet(
    projection: Projection, day: date, grace_days: int, covered: str
) -> None:
    p = projection
    await p.take(
        p.made(17, "H1", made.household("H1", A, B, C, D), household_no="H1", division=VILLAGE),
        *(p.made(7, f"{who}25", made.enrolment(2025), subject=who, effective_on=date(2025, 1, 1)) for who in (A, B)),
        p.made(7, "B26", made.enrolment(2026, status="terminated"), subject=B, effective_on=date(2026, 1, 1)),
        p.made(7, "C26", made.enrolment(2026), subject=C, effective_on=date(2026, 2, 1)),
    )
    asked = COVERAGES["insured_members"]._replace(sql=insured(grace_days)).statement("all")
    found = await p.rows(f"{asked} SELECT person_key FROM units WHERE covered", [day], p.now)
    assert [row["person_key"] for row in found] == [person(letter) for letter in covered]
