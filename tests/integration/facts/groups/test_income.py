"""income: the newest twelve months and the twelve before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories.deliveries import income
from tests.integration.facts.groups.scene import HEAD, TODAY, Scene

SEPTEMBER = date(2026, 9, 30)


async def some(scene: Scene, *names: str, day: date = TODAY) -> tuple[Any, ...]:
    """These facts of the group."""
    facts = await scene.facts("income", day, known=TODAY)
    return tuple(facts[name] for name in names)


async def test_without_an_income_nothing_is_known(scene: Scene) -> None:
    scene.household(HEAD)
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
