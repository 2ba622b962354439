"""water: the newest check of the household tells."""

from __future__ import annotations

from datetime import date

from tests.factories.deliveries import water
from tests.integration.facts.groups.scene import HEAD, TODAY, Scene, ago


async def unsafe(scene: Scene, day: date = TODAY, *, known: date | None = None) -> bool | None:
    facts = await scene.facts("water", day, known=known)
    assert list(facts) == ["water_unsafe"]
    value: bool | None = facts["water_unsafe"]
    return value


async def test_without_a_check_it_is_unknown(scene: Scene) -> None:
    scene.household(HEAD)
    assert await unsafe(scene) is None


async def test_one_standard_missed_is_unsafe_and_all_met_is_not(scene: Scene) -> None:
    scene.household(HEAD)
    for standard in ("quantity", "quality", "convenience", "reliability"):
        scene.say(20, f"W-{standard}", water(ago(10), short_of=standard), no="H1")
        assert await unsafe(scene) is True
        scene.say(20, f"W-{standard}", None, no="H1", known=ago(9))
    scene.say(20, "W", water(ago(10)), no="H1")
    assert await unsafe(scene) is False


async def test_the_newest_check_tells_whichever_came_first(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(20, "new", water(ago(5)), no="H1")
    scene.say(20, "old", water(ago(6), short_of="quality"), no="H1", known=ago(1))
    assert await unsafe(scene) is False
    assert await unsafe(scene, ago(6), known=TODAY) is True
    assert await unsafe(scene, ago(6)) is None
    assert await scene.records("water") == ["new"]


async def test_a_check_of_a_later_day_says_nothing_yet(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(20, "W", water(TODAY, short_of="quality"), no="H1", effective=ago(30), known=ago(1))
    assert await unsafe(scene, ago(1)) is None
    assert await unsafe(scene) is True


async def test_another_households_check_is_not_this_ones(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(20, "W", water(ago(5), short_of="quality"), no="H2")
    assert await unsafe(scene) is None


async def test_a_retracted_check_leaves_the_one_before(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(20, "old", water(ago(60)), no="H1")
    scene.say(20, "new", water(ago(5), short_of="quantity"), no="H1")
    assert await unsafe(scene) is True
    scene.say(20, "new", None, no="H1", known=ago(2))
    assert await unsafe(scene) is False
    assert await unsafe(scene, ago(3)) is True
