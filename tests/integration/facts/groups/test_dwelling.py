"""dwelling: the newest appraisal of any member, and what was renovated since."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.deliveries import appraisal, renovation
from tests.integration.facts.groups.scene import HEAD, SPOUSE, TODAY, Scene, ago


async def test_without_any_record_the_house_is_unknown_and_no_renovation_is_overdue(scene: Scene) -> None:
    scene.household(HEAD)
    assert await scene.facts("dwelling") == {
        "dwelling_grade": None,
        "dwelling_unsafe": None,
        "renovation_recorded": None,
        "renovation_overdue": False,
    }


@pytest.mark.parametrize(
    ("grade", "place", "unsafe"), [("A", 1, False), ("B", 2, False), ("C", 3, True), ("D", 4, True)]
)
async def test_grades_c_and_d_are_unsafe(scene: Scene, grade: str, place: int, unsafe: bool) -> None:
    scene.household(HEAD)
    scene.say(9, "A", appraisal(ago(30), grade))
    facts = await scene.facts("dwelling")
    assert (facts["dwelling_grade"], facts["dwelling_unsafe"], facts["renovation_recorded"]) == (place, unsafe, False)


async def test_the_newest_appraisal_of_any_member_counts(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(9, "old", appraisal(ago(400), "D"))
    scene.say(9, "new", appraisal(ago(40), "B"), who=SPOUSE)
    assert (await scene.facts("dwelling"))["dwelling_grade"] == 2
    assert (await scene.facts("dwelling", ago(41)))["dwelling_grade"] == 4
    assert await scene.records("dwelling") == ["new", "old"]


async def test_an_acceptance_on_the_day_of_the_appraisal_or_later_makes_it_safe(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(9, "A", appraisal(ago(100), "C"))
    scene.say(10, "before", renovation(2026, "accepted", ago(101)))
    facts = await scene.facts("dwelling")
    assert (facts["dwelling_unsafe"], facts["renovation_recorded"]) == (True, False)
    scene.say(10, "same day", renovation(2026, "accepted", ago(100)))
    facts = await scene.facts("dwelling")
    assert (facts["dwelling_unsafe"], facts["renovation_recorded"]) == (False, True)


async def test_a_started_renovation_is_recorded_and_makes_nobody_safe(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(9, "A", appraisal(ago(100), "D"))
    scene.say(10, "R", renovation(2026, "started"), effective=ago(50))
    facts = await scene.facts("dwelling")
    assert (facts["dwelling_unsafe"], facts["renovation_recorded"]) == (True, True)
    assert (await scene.facts("dwelling", ago(51)))["renovation_recorded"] is False


async def test_a_renovation_is_overdue_when_its_plan_year_has_passed(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(10, "R", renovation(2025, "started"), effective=date(2025, 5, 1))
    assert (await scene.facts("dwelling", date(2025, 12, 31)))["renovation_overdue"] is False
    assert (await scene.facts("dwelling", date(2026, 1, 1)))["renovation_overdue"] is True
    scene.say(10, "R", renovation(2025, "accepted", ago(3)))
    assert (await scene.facts("dwelling"))["renovation_overdue"] is False
    assert (await scene.facts("dwelling", ago(4)))["renovation_overdue"] is True


async def test_only_an_acceptance_in_the_plan_year_or_later_settles_another_record(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(10, "planned", renovation(2025, "planned"), effective=date(2025, 5, 1))
    scene.say(10, "earlier", renovation(2024, "accepted", date(2024, 12, 31)))
    assert (await scene.facts("dwelling"))["renovation_overdue"] is True
    scene.say(10, "again", renovation(2025, "accepted", date(2025, 1, 1)), who=SPOUSE)
    assert (await scene.facts("dwelling"))["renovation_overdue"] is False


async def test_a_retracted_appraisal_and_a_member_who_left_take_theirs_along(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(9, "A", appraisal(ago(100), "D"), who=SPOUSE)
    scene.household(HEAD, since=ago(20))
    assert (await scene.facts("dwelling", ago(21)))["dwelling_grade"] == 4
    assert (await scene.facts("dwelling", ago(20)))["dwelling_grade"] is None
    scene.say(9, "A", None, who=SPOUSE, known=TODAY)
    assert (await scene.facts("dwelling", ago(21), known=TODAY))["dwelling_grade"] is None
