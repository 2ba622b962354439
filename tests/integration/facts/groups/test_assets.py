"""assets: the ledger of project assets says that what paid the household stopped."""

from __future__ import annotations

from datetime import date

from tests.integration.facts.groups.scene import HEAD, SPOUSE, TODAY, Scene, ago


async def stopped(scene: Scene, day: date = TODAY, *, known: date = TODAY, no: str = "H1") -> bool:
    """The group's one fact."""
    (value,) = (await scene.facts("assets", day, known=known, no=no)).values()
    return bool(value)


async def test_for_the_households_of_the_last_plan_for_ninety_days(scene: Scene) -> None:
    scene.household(HEAD)
    scene.household(SPOUSE, no="H2")
    assert not await stopped(scene)
    scene.stopped(ago(89), "H1", known=ago(89))
    assert await stopped(scene)
    assert not await stopped(scene, no="H2")
    assert not await stopped(scene, ago(-1), known=ago(-1))
    assert not await stopped(scene, ago(90))


async def test_told_late_it_counts_from_then_and_not_before(scene: Scene) -> None:
    scene.household(HEAD)
    scene.stopped(ago(200), "H1", known=ago(5))
    assert await stopped(scene)
    assert not await stopped(scene, ago(6))
    assert not await stopped(scene, ago(6), known=ago(6))
    assert await scene.records("assets") == []
