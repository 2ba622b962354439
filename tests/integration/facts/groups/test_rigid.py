"""rigid: what was spent without choice in the twelve months of the newest income."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.deliveries import aid, income, settlement
from tests.integration.facts.groups.scene import CHILD, HEAD, Scene

SEPTEMBER = date(2026, 9, 30)


async def some(scene: Scene, *names: str) -> tuple[Any, ...]:
    """These facts of the group."""
    facts = await scene.facts("rigid")
    return tuple(facts[name] for name in names)


async def test_without_an_income_nothing_is_known_of_what_was_spent_in_it(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(8, "B", settlement(date(2026, 9, 1), "100.00"))
    assert set((await scene.facts("rigid")).values()) == {None}


async def test_rigid_spending_is_that_of_the_income_s_twelve_months(scene: Scene) -> None:
    scene.household(HEAD, CHILD)
    scene.say(18, "S", income(SEPTEMBER, "50000.00", payout="2000.00", members=2), no="H1")
    names = ("medical_rigid_12m", "education_rigid_12m", "rigid_spending_12m", "income_after_rigid_per_capita")
    assert await some(scene, *names) == (0, 0, 0, 26_000_00)
    for number, (day, fen) in enumerate(
        [
            (date(2025, 9, 30), "1.00"),
            (date(2025, 10, 1), "10.00"),
            (SEPTEMBER, "100.00"),
            (date(2026, 10, 1), "1000.00"),
        ]
    ):
        scene.say(8, f"B{number}", settlement(day, fen))
    scene.say(12, "Z25", aid(2025, paid="7.00"), who=CHILD)
    scene.say(12, "Z26", aid(2026, paid="6000.00", stage="college"), who=CHILD)
    scene.say(12, "ZP", aid(2026, paid="900.00", stage="junior"), who=CHILD)
    assert await some(scene, *names) == (110_00, 6_000_00, 6_110_00, 22_945_00)
    assert await scene.records("rigid") == ["B1", "B2", "Z26", "S"]


async def test_what_was_paid_out_is_unknown_where_it_is_not_said(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(18, "S", income(SEPTEMBER, "50000.00"), no="H1")
    assert await some(scene, "rigid_spending_12m", "income_after_rigid_per_capita") == (0, None)
