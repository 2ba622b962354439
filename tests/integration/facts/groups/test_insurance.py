"""insurance: who has no enrolment for the year, and how long last year's does."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.deliveries import enrolment
from tests.integration.facts.groups.scene import CHILD, HEAD, SPOUSE, TODAY, Scene, ago, person

NEW_YEAR = date(2027, 1, 1)


async def uninsured(scene: Scene, day: date = TODAY) -> Any:
    """The group's one fact."""
    (value,) = (await scene.facts("insurance", day, known=max(day, TODAY))).values()
    return value


async def test_either_scheme_counts_and_an_exempt_member_needs_none(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE, person(CHILD) | {"insurance_exempt": True})
    assert await uninsured(scene) == 2
    scene.say(7, "R", enrolment(2026))
    scene.say(7, "E", enrolment(2026, scheme="employee"))
    assert await uninsured(scene) == 1
    scene.say(7, "L", enrolment(2025), who=SPOUSE)
    assert await uninsured(scene) == 1
    scene.say(7, "S", enrolment(2026, scheme="employee"), who=SPOUSE)
    assert await uninsured(scene) == 0


async def test_who_was_suspended_is_not_insured_from_then(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(7, "R", enrolment(2026))
    scene.say(7, "R", enrolment(2026, status="suspended"), effective=ago(10))
    assert await uninsured(scene, ago(11)) == 0
    assert await uninsured(scene) == 1


async def test_last_year_s_enrolment_lasts_as_many_days_of_january_as_the_place_says(scene: Scene) -> None:
    await scene.limit("insurance_grace_days", 10)
    scene.household(HEAD, SPOUSE)
    scene.say(7, "R", enrolment(2026))
    assert await uninsured(scene, date(2027, 1, 10)) == 1
    assert await uninsured(scene, date(2027, 1, 11)) == 2
    scene.say(7, "N", enrolment(2027), effective=date(2026, 10, 1))
    assert await uninsured(scene, date(2027, 1, 11)) == 1


async def test_in_january_without_a_figure_it_is_unknown_only_if_somebody_depends_on_it(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    assert await uninsured(scene, NEW_YEAR) == 2
    scene.say(7, "R", enrolment(2026))
    assert await uninsured(scene, NEW_YEAR) is None
    assert await uninsured(scene, date(2027, 2, 1)) == 2
    scene.say(7, "N", enrolment(2027), effective=date(2026, 10, 1))
    assert await uninsured(scene, NEW_YEAR) == 1


async def test_a_withdrawn_enrolment_is_why_somebody_is_uninsured(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(7, "R", enrolment(2026))
    scene.say(7, "R", None, known=ago(1))
    assert await uninsured(scene) == 1
    assert await scene.records("insurance") == ["R"]
