"""work: who is employed, how long, who lost it, who looks for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.deliveries import employment
from tests.integration.facts.groups.scene import HEAD, SPOUSE, TODAY, Scene, ago


async def told(scene: Scene, day: date = TODAY, **more: Any) -> tuple[Any, ...]:
    """employed, stable, lost, seeking."""
    return tuple((await scene.facts("work", day, **more)).values())


async def test_nothing_told_is_nobody_employed_but_stable_needs_the_local_figure(scene: Scene) -> None:
    scene.household(HEAD)
    assert await told(scene) == (0, None, 0, 0)
    await scene.limit("stable_months", 3)
    assert await told(scene) == (0, 0, 0, 0)


async def test_employed_on_the_first_and_on_the_last_day_whatever_number_of_records(scene: Scene) -> None:
    await scene.limit("stable_months", 3)
    scene.household(HEAD, SPOUSE)
    scene.say(22, "J1", employment(ago(10), ago(5)))
    scene.say(22, "J2", employment(ago(10), work="local"))
    scene.say(22, "J3", employment(ago(10), ago(5), work="public_post"), who=SPOUSE)
    assert await told(scene, ago(11), known=TODAY) == (0, 0, 0, 0)
    assert await told(scene, ago(10), known=TODAY) == (2, 0, 0, 0)
    assert await told(scene, ago(5), known=TODAY) == (2, 0, 0, 0)
    assert await told(scene, ago(4), known=TODAY) == (1, 0, 1, 0)


async def test_stable_from_the_day_the_months_are_full_in_one_stretch(scene: Scene) -> None:
    await scene.limit("stable_months", 3)
    scene.household(HEAD, SPOUSE)
    scene.say(22, "J1", employment(date(2026, 8, 20)))
    scene.say(22, "J2", employment(date(2026, 8, 21)), who=SPOUSE)
    assert (await told(scene))[:2] == (2, 1)
    assert (await told(scene, date(2026, 11, 21)))[:2] == (2, 2)


async def test_the_most_local_months_count(scene: Scene) -> None:
    await scene.limit("stable_months", 3)
    await scene.limit("stable_months", 6, where="150625000000")
    scene.household(HEAD)
    scene.say(22, "J1", employment(date(2026, 7, 1)))
    assert (await told(scene))[1] == 0


async def test_lost_for_ninety_days_and_not_if_there_is_other_work(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(22, "J1", employment(ago(400), ago(89)))
    assert (await told(scene))[2] == 1
    assert (await told(scene, date(2026, 11, 21)))[2] == 0
    scene.say(22, "J2", employment(ago(20)))
    assert (await told(scene))[2] == 0


async def test_an_end_that_is_told_late_counts_from_then_though_the_record_is_old(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(22, "J1", employment(ago(700)))
    scene.say(22, "J1", employment(ago(700), ago(200)), known=ago(10))
    assert (await told(scene))[2] == 1
    assert (await told(scene, ago(11), known=ago(11)))[2] == 0


async def test_an_end_of_more_than_a_year_ago_is_not_lost_now(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(22, "J1", employment(ago(700), ago(370)), known=ago(1))
    assert (await told(scene))[2] == 0


async def test_seeking_is_no_work_and_work_ends_it(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(22, "S", employment(ago(30), work="seeking"))
    assert await told(scene) == (0, None, 0, 1)
    scene.say(22, "J", employment(ago(3)))
    assert await told(scene) == (1, None, 0, 0)


async def test_what_was_taken_back_is_behind_the_facts_too(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(22, "J", employment(ago(30)))
    scene.say(22, "J", None, known=TODAY)
    assert await told(scene) == (0, None, 0, 0)
    assert await scene.records("work") == ["J"]
