"""What ingest says of a feed counts for verdicts once its records are applied, and not before."""

from __future__ import annotations

from shared import clock
from tests.factories import deliveries as made
from tests.factories.reconciled import changed, manifest
from tests.integration.screening.conftest import HEAD, TODAY, VILLAGE, WIFE, World

BANNER = "150625000000"
ENROLMENT = 7


async def test_a_manifest_that_overtakes_its_records_changes_nothing_until_they_are_applied(world: World) -> None:
    await world.take(world.household("H1", HEAD, WIFE))
    late = [world.enrolment(HEAD), world.enrolment(WIFE)]
    closed = manifest(ENROLMENT, {BANNER: 2}, last_at=clock.now())
    await world.take(closed)
    await world.settle()
    assert await world.told() == [], "nobody is uninsured while the list is on its way"
    await world.take(*late)
    await world.settle()
    assert await world.told() == []


async def test_a_closed_period_without_records_says_who_is_on_no_list(world: World) -> None:
    await world.take(world.household("H1", HEAD))
    await world.take(manifest(ENROLMENT, {BANNER: 0}, last_at=clock.now()))
    assert await world.told() == []
    await world.settle()
    assert await world.told() == [("raised", "I01", "hit")]


async def test_a_record_of_a_person_speaks_for_the_banner_that_it_names(world: World) -> None:
    await world.take(world.household("H1", HEAD))
    elsewhere = made.record(
        ENROLMENT, "E", clock.now(), made.enrolment(2026), subject=WIFE, division="150602101201", known_at=clock.now()
    )
    nowhere = made.record(ENROLMENT, "F", clock.now(), made.enrolment(2026), subject=WIFE, known_at=clock.now())
    await world.take(elsewhere, nowhere)
    await world.settle()
    assert await world.told() == []
    here = made.record(
        ENROLMENT, "G", clock.now(), made.enrolment(2026), subject=WIFE, division=VILLAGE, known_at=clock.now()
    )
    await world.take(here)
    await world.settle()
    assert await world.told() == [("raised", "I01", "hit")]


async def test_an_unchanged_export_keeps_a_feed_alive(world: World) -> None:
    """No record comes of it: only ingest can say so."""
    await world.take(world.household("H1", HEAD, WIFE), world.enrolment(WIFE))
    await world.settle()
    world.at(TODAY.replace(year=2027, month=1, day=5))  # overdue after 40 days
    z = f"p1.{'Z' * 26}"
    await world.take(world.household("H2", z))
    await world.settle()
    assert set(await world.standing()) == {("H1", "I01")}
    await world.take(changed(ENROLMENT, BANNER, 1, last_at=clock.now()))
    await world.settle()
    assert ("H2", "I01") in await world.standing()
