"""illness: major diseases, chronic patients without a doctor."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.deliveries import chronic, disease
from tests.integration.facts.groups.scene import HEAD, SPOUSE, TODAY, Scene, ago


async def some(scene: Scene, *names: str, day: date = TODAY, known: date = TODAY) -> tuple[Any, ...]:
    """These facts of the group."""
    facts = await scene.facts("illness", day, known=known)
    return tuple(facts[name] for name in names)


async def test_a_disease_is_new_for_ninety_days_or_when_it_is_reported_late(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    names = ("new_major_disease_90d", "major_disease_members")
    scene.say(5, "D1", disease(ago(89)), known=ago(89))
    scene.say(5, "D2", disease(ago(95)), known=ago(95), who=SPOUSE)
    assert await some(scene, *names) == (1, 2)
    scene.say(5, "D3", disease(ago(300), code="D02"), known=ago(3), who=SPOUSE)
    assert await some(scene, *names) == (2, 2)
    assert await some(scene, *names, day=ago(4), known=ago(4)) == (1, 2)


async def test_a_correction_makes_no_disease_new_again_and_the_dead_are_not_ill(scene: Scene) -> None:
    scene.household(HEAD)
    names = ("new_major_disease_90d", "major_disease_members")
    scene.say(5, "D1", disease(ago(200)), known=ago(190))
    scene.say(5, "D1", disease(ago(200), status="treated"), known=ago(1))
    assert await some(scene, *names) == (0, 1)
    scene.say(5, "D1", disease(ago(200), status="deceased"), known=TODAY)
    assert await some(scene, *names) == (0, 0)


async def test_a_chronic_patient_without_a_doctor_counts_once(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(6, "C1", chronic(contracted=False, followed_on=ago(9)))
    scene.say(6, "C2", chronic(contracted=False, followed_on=ago(8), disease="diabetes"))
    scene.say(6, "C3", chronic(contracted=True, followed_on=ago(7)), who=SPOUSE)
    assert await some(scene, "chronic_not_contracted") == (1,)
