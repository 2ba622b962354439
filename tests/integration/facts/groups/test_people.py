"""people: who belongs, who can work, who is old."""

from __future__ import annotations

from datetime import date

from tests.factories import deliveries as made
from tests.integration.facts.groups.scene import CHILD, HEAD, LONG_AGO, SPOUSE, TODAY, Scene, ago, person


async def test_counts_of_members_by_labour_and_age(scene: Scene) -> None:
    sixty_today, a_day_short = date(1966, 11, 20), date(1966, 11, 21)
    scene.household(
        person(HEAD, born=sixty_today), person(SPOUSE, labour="skilled", born=a_day_short), person(CHILD, labour="weak")
    )
    assert await scene.facts("people") == {
        "members": 3,
        "labour_members": 2,
        "no_labour_household": None,
        "elderly_members": 1,
    }
    assert (await scene.facts("people", ago(1)))["elderly_members"] == 0
    assert await scene.records("people") == ["HU-H1"]


async def test_a_member_counts_in_the_household_that_named_them_last(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.household(SPOUSE, no="H2", since=ago(10))
    assert (await scene.facts("people"))["members"] == 1
    assert (await scene.facts("people", no="H2"))["members"] == 1
    assert (await scene.facts("people", ago(11), known=TODAY))["members"] == 2


async def test_a_household_that_everybody_left_has_nobody(scene: Scene) -> None:
    scene.household(HEAD)
    scene.household(HEAD, no="H2", since=ago(10))
    assert await scene.facts("people") == {
        "members": 0,
        "labour_members": 0,
        "no_labour_household": None,
        "elderly_members": 0,
    }


async def test_whole_household_without_labour_is_as_recorded_and_an_unknown_birth_leaves_age_unknown(
    scene: Scene,
) -> None:
    data = made.household("H1") | {"no_labour_household": True}
    data["members"] = [person(HEAD, labour="lost") | {"birth_on": None}]
    scene.say(17, "HU-H1", data, no="H1", effective=LONG_AGO)
    assert await scene.facts("people") == {
        "members": 1,
        "labour_members": 0,
        "no_labour_household": True,
        "elderly_members": None,
    }
