"""income: the newest twelve months, the twelve before, and what was spent without choice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories.deliveries import aid, income, settlement
from tests.integration.facts.groups.scene import CHILD, HEAD, TODAY, Scene

SEPTEMBER = date(2026, 9, 30)


async def some(scene: Scene, *names: str, day: date = TODAY) -> tuple[Any, ...]:
    """These facts of the group."""
    facts = await scene.facts("income", day, known=TODAY)
    return tuple(facts[name] for name in names)


async def test_without_an_income_nothing_is_known(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(8, "B", settlement(date(2026, 9, 1), "100.00"))
    assert set((await scene.facts("income")).values()) == {None}


async def test_the_newest_income_and_its_age(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(18, "S3", income(date(2026, 3, 1), "90000.00"), no="H1")
    scene.say(18, "S9", income(SEPTEMBER, "30000.00", "20000.00", "5000.00", other="1.00", members=3), no="H1")
    names = ("net_12m", "payout_12m", "members_counted", "income_per_capita", "income_age_days")
    assert await some(scene, *names) == (45_001_00, None, 3, 15_000_33, 51)
    assert await some(scene, *names, day=date(2026, 9, 29)) == (90_000_00, None, 1, 90_000_00, 182)


@pytest.mark.parametrize(("yuan", "share"), [("0.03", 2), ("0.01", 1), ("0.05", 3)])
async def test_a_share_is_rounded_half_away_from_zero(scene: Scene, yuan: str, share: int) -> None:
    scene.household(HEAD)
    scene.say(18, "S", income(SEPTEMBER, yuan, members=2), no="H1")
    assert await some(scene, "income_per_capita") == (share,)
    scene.say(18, "S", income(SEPTEMBER, cost=yuan, members=2), no="H1")
    assert await some(scene, "income_per_capita") == (-share,)


async def test_drops_against_the_twelve_months_before(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(18, "NOW", income(SEPTEMBER, "10000.00", "9000.00", "4000.00"), no="H1")
    scene.say(18, "MARCH", income(date(2026, 3, 1), "70000.00"), no="H1")
    names = ("prev_net_12m", "wage_drop", "operating_drop")
    assert await some(scene, *names) == (None, None, None)
    scene.say(18, "BEFORE", income(date(2025, 9, 1), "30000.00", "6000.00", "4000.00"), no="H1")
    assert await some(scene, *names) == (32_000_00, 20_000_00, -3_000_00)
    assert await scene.records("income") == ["BEFORE", "NOW"]


async def test_the_year_before_february_of_a_leap_year_is_february(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(18, "NOW", income(date(2024, 2, 1), "1.00"), no="H1")
    scene.say(18, "BEFORE", income(date(2023, 2, 1), "3.00"), no="H1")
    assert await some(scene, "prev_net_12m", "wage_drop") == (300, 200)


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
    assert await scene.records("income") == ["B1", "B2", "Z26", "S"]


async def test_what_was_paid_out_is_unknown_where_it_is_not_said(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(18, "S", income(SEPTEMBER, "50000.00"), no="H1")
    assert await some(scene, "payout_12m", "rigid_spending_12m", "income_after_rigid_per_capita") == (None, 0, None)
