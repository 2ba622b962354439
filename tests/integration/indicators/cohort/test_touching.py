"""What a record touches: the banners of its households before and after; no names, no health, no disability."""

from __future__ import annotations

from datetime import date

from shared.codes import divisions
from tests.factories import deliveries as made
from tests.integration.indicators.cohort.conftest import DONGSHENG, HANGJIN, OTHER_VILLAGE, VILLAGE, Projection, person

A, B = person("A"), person("B")


async def test_a_persons_record_touches_the_banners_of_all_homes_the_person_ever_had(projection: Projection) -> None:
    p = projection
    await p.take(
        p.made(17, "H1", made.household("H1", A), household_no="H1", division=VILLAGE),
        p.made(17, "H2", made.household("H2", A, B), household_no="H2", division=OTHER_VILLAGE),
    )
    (touched,) = await p.take(p.made(7, "E", made.enrolment(2026), subject=A, effective_on=date(2026, 1, 1)))
    assert (touched.feed, touched.banners, touched.since) == (
        "medical-insurance/enrolment",
        frozenset({HANGJIN, DONGSHENG}),
        date(2026, 1, 1),
    )
    (touched,) = await p.take(p.made(7, "F", made.enrolment(2026), subject=B, effective_on=date(2026, 1, 1)))
    assert touched.banners == {DONGSHENG}


async def test_a_household_that_moves_touches_both_banners(projection: Projection) -> None:
    p = projection
    (first,) = await p.take(p.made(17, "H1", made.household("H1", A), household_no="H1", division=VILLAGE))
    assert first.banners == {HANGJIN}
    (moved,) = await p.take(p.made(17, "H1", made.household("H1", A), household_no="H1", division=OTHER_VILLAGE))
    assert moved.banners == {HANGJIN, DONGSHENG}


async def test_a_record_of_nobody_known_touches_its_own_banner_and_without_one_it_may_be_anywhere(
    projection: Projection,
) -> None:
    p = projection
    said, unsaid = await p.take(
        p.made(13, "C1", made.certificate(date(2026, 1, 5)), subject=A, division=VILLAGE),
        p.made(13, "C2", made.certificate(date(2026, 1, 5)), subject=B),
    )
    assert (said.banners, unsaid.banners) == (frozenset({HANGJIN}), frozenset())
    (taken_back,) = await p.take(p.made(13, "C1", None, subject=A))
    assert taken_back.banners == {HANGJIN}


async def test_a_record_known_to_the_city_only_may_be_anywhere(projection: Projection) -> None:
    p = projection
    (touched,) = await p.take(p.made(17, "H1", made.household("H1", A), household_no="H1", division=divisions.CITY))
    assert touched.banners == frozenset()


async def test_of_a_certificate_only_that_there_is_one_is_kept(projection: Projection) -> None:
    p = projection
    await p.take(p.made(13, "C1", made.certificate(date(2026, 1, 5), grade=2, category=6), subject=A))
    await p.take(p.made(13, "C1", made.certificate(date(2026, 1, 5), grade=1, category=6, event="changed"), subject=A))
    kept = await p.rows("SELECT grade, reason, status FROM record_version WHERE kind = 13")
    assert len(kept) == 2
    assert {(row["grade"], row["reason"]) for row in kept} == {(None, None)}


async def test_health_data_is_passed_over(projection: Projection) -> None:
    p = projection
    bill = p.made(8, "S", made.settlement(date(2026, 3, 1), "10.00"), subject=A, division=VILLAGE)
    ill = p.made(5, "D", made.disease(date(2026, 3, 1)), subject=A, division=VILLAGE)
    assert await p.take(bill, ill) == []
    assert not await p.rows("SELECT 1 FROM record_version")
