"""What a record touches: the banners of its households before and after; no names, no health, no disability."""

from __future__ import annotations

from datetime import date

from shared.codes import divisions
from tests.factories import deliveries as made
from tests.integration.indicators.cohort.conftest import DONGSHENG, HANGJIN, OTHER_VILLAGE, VILLAGE, Projection, person

A, B = person("A"), person("B")


async def heard(p: Projection) -> None:
    """Somebody's records, so that no feed is new in these banners."""
    for place in (VILLAGE, OTHER_VILLAGE):
        who = person("X" if place == VILLAGE else "Y")
        await p.take(
            p.made(17, who, made.household(who, who), household_no=who, division=place),
            p.made(7, who, made.enrolment(2026), subject=who, division=place, effective_on=date(2026, 1, 1)),
            p.made(13, who, made.certificate(date(2026, 1, 5)), subject=who, division=place),
        )


async def test_a_persons_record_touches_the_banners_of_all_homes_the_person_ever_had(projection: Projection) -> None:
    p = projection
    await heard(p)
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
    await heard(p)
    (first,) = await p.take(p.made(17, "H1", made.household("H1", A), household_no="H1", division=VILLAGE))
    assert first.banners == {HANGJIN}
    (moved,) = await p.take(p.made(17, "H1", made.household("H1", A), household_no="H1", division=OTHER_VILLAGE))
    assert moved.banners == {HANGJIN, DONGSHENG}


async def test_a_record_of_nobody_known_touches_its_own_banner_and_without_one_it_may_be_anywhere(
    projection: Projection,
) -> None:
    p = projection
    await heard(p)
    said, unsaid = await p.take(
        p.made(13, "C1", made.certificate(date(2026, 1, 5)), subject=A, division=VILLAGE),
        p.made(13, "C2", made.certificate(date(2026, 1, 5)), subject=B),
    )
    assert (said.banners, unsaid.banners) == (frozenset({HANGJIN}), frozenset())
    (taken_back,) = await p.take(p.made(13, "C1", None, subject=A))
    assert taken_back.banners == {HANGJIN}


async def test_a_record_known_to_the_city_only_may_be_anywhere(projection: Projection) -> None:
    p = projection
    await heard(p)
    (touched,) = await p.take(p.made(17, "H1", made.household("H1", A), household_no="H1", division=divisions.CITY))
    assert touched.banners == frozenset()


async def test_the_first_sign_of_a_feed_in_a_banner_ends_that_it_was_never_sent_everywhere_and_always(
    projection: Projection,
) -> None:
    p = projection
    first, again = [
        (await p.take(p.made(10, who, made.renovation(2026, "started"), subject=who, division=VILLAGE)))[0]
        for who in (A, B)
    ]
    assert (first.banners, first.since) == (frozenset(), date.min)
    assert (again.banners, again.since > date.min) == (frozenset({HANGJIN}), True)


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
