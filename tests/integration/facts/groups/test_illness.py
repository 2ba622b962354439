"""illness: bills, major diseases, chronic patients without a doctor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.factories.deliveries import chronic, disease, settlement
from tests.integration.facts.groups.scene import HEAD, SPOUSE, TODAY, Scene, ago


async def some(scene: Scene, *names: str, day: date = TODAY, known: date = TODAY) -> tuple[Any, ...]:
    """These facts of the group."""
    facts = await scene.facts("illness", day, known=known)
    return tuple(facts[name] for name in names)


async def test_bills_of_twelve_months_together_and_of_the_member_who_paid_most(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    year_ago = date(2025, 11, 20)
    bills = [(year_ago, HEAD, "1.00"), (year_ago + timedelta(days=1), HEAD, "10.00"), (TODAY, HEAD, "5.00")]
    for number, (day, who, fen) in enumerate([*bills, (ago(1), SPOUSE, "12.00"), (ago(-1), SPOUSE, "99.00")]):
        scene.say(8, f"B{number}", settlement(day, fen, f"2{fen}"), who=who)
    names = ("self_paid_in_catalogue_12m_sum", "self_paid_12m_sum", "self_paid_12m_max")
    assert await some(scene, *names) == (27_00, 210_00 + 25_00 + 212_00, 235_00)
    assert await scene.records("illness") == ["B1", "B2", "B3"]


async def test_nothing_paid_is_zero(scene: Scene) -> None:
    scene.household(HEAD)
    assert set((await scene.facts("illness")).values()) == {0}


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
