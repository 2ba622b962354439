"""schooling: children out of school, without a record, what school costs, who gets no aid, and the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories.deliveries import aid, schooling
from tests.integration.facts.groups.scene import CHILD, HEAD, SPOUSE, TODAY, Scene, ago, person

PUPIL = date(2015, 1, 1)


async def facts(scene: Scene, day: date = TODAY, **more: Any) -> dict[str, Any]:
    """Those of the group's facts that are not zero."""
    found = await scene.facts("schooling", day, **more)
    assert list(found) == [
        "dropout_members",
        "physical_absence_unserved",
        "compulsory_children_without_record",
        "education_self_paid_year_sum",
        "students_without_aid",
        "days_into_term",
    ]
    return {name: value for name, value in found.items() if value and name != "days_into_term"}


async def test_grown_ups_need_no_school(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    assert await facts(scene) == {}


@pytest.mark.parametrize("status", ["suspected_dropout", "dropped_out"])
@pytest.mark.parametrize("reason", [None, "poverty", "tired_of_study", "other"])
async def test_a_dropout_of_any_but_a_physical_reason(scene: Scene, status: str, reason: str | None) -> None:
    scene.household(HEAD, person(CHILD, born=PUPIL))
    scene.say(11, "X", schooling(ago(5), status, reason=reason), who=CHILD)
    assert await facts(scene) == {"dropout_members": 1}
    assert await scene.records("schooling") == ["X"]


async def test_a_physical_absence_is_another_matter(scene: Scene) -> None:
    scene.household(HEAD, person(CHILD, born=PUPIL))
    scene.say(11, "X", schooling(ago(5), "dropped_out", reason="physical"), who=CHILD)
    assert await facts(scene) == {"physical_absence_unserved": 1}
    scene.say(11, "X", schooling(ago(4), "home_teaching"), who=CHILD)
    assert await facts(scene) == {}
    assert await facts(scene, ago(5)) == {"physical_absence_unserved": 1}


@pytest.mark.parametrize(
    ("born", "out", "missing"),
    [
        (date(2010, 8, 31), 0, 0),  # 16 on 31 August 2026
        (date(2010, 9, 1), 1, 0),  # 15, too old to be missed
        (date(2011, 8, 31), 1, 0),
        (date(2011, 9, 1), 1, 1),  # 14
        (date(2020, 8, 31), 1, 1),  # 6
        (date(2020, 9, 1), 0, 0),  # 5
    ],
)
async def test_ages_are_those_of_the_day_before_the_school_year(
    scene: Scene, born: date, out: int, missing: int
) -> None:
    scene.household(HEAD, person(CHILD, born=born))
    assert await facts(scene) == ({"compulsory_children_without_record": 1} if missing else {})
    scene.say(11, "X", schooling(ago(5), "dropped_out"), who=CHILD)
    assert await facts(scene) == ({"dropout_members": 1} if out else {})


async def test_a_child_comes_of_school_age_with_the_first_of_september(scene: Scene) -> None:
    scene.household(HEAD, person(CHILD, born=date(2020, 8, 31)))
    assert await facts(scene, date(2026, 8, 31)) == {}
    assert await facts(scene, date(2026, 9, 1)) == {"compulsory_children_without_record": 1}


async def test_any_record_counts_until_it_is_taken_back(scene: Scene) -> None:
    scene.household(HEAD, person(CHILD, born=PUPIL))
    scene.say(11, "X", schooling(ago(900), "graduated"), who=CHILD)
    assert await facts(scene) == {}
    assert await facts(scene, ago(901)) == {"compulsory_children_without_record": 1}
    scene.say(11, "X", None, who=CHILD, known=ago(2))
    assert await facts(scene) == {"compulsory_children_without_record": 1}
    assert await scene.records("schooling") == ["X"], "what was taken back is why"


async def test_the_newest_record_of_any_school_tells(scene: Scene) -> None:
    scene.household(HEAD, person(CHILD, born=PUPIL))
    scene.say(11, "there", schooling(ago(30), "enrolled_elsewhere"), who=CHILD)
    scene.say(11, "here", schooling(ago(40), "dropped_out"), who=CHILD, known=ago(1))
    assert await facts(scene) == {"students_without_aid": 1}
    assert await facts(scene, ago(35), known=TODAY) == {"dropout_members": 1}


async def test_what_was_paid_this_school_year_beyond_compulsory_school(scene: Scene) -> None:
    scene.household(HEAD, person(CHILD, born=date(2008, 1, 1)), person(SPOUSE, born=date(2012, 1, 1)))
    scene.say(12, "senior", aid(2026, paid="3600.00", aid="1.00"), who=CHILD)
    scene.say(12, "preschool", aid(2026, paid="0.05", stage="preschool"), who=HEAD)
    scene.say(12, "junior", aid(2026, paid="900.00", stage="junior"), who=SPOUSE)
    scene.say(12, "last year", aid(2025, paid="700.00"), who=CHILD)
    assert (await facts(scene))["education_self_paid_year_sum"] == 360_005
    assert (await facts(scene, date(2026, 8, 31)))["education_self_paid_year_sum"] == 70_000
    scene.say(12, "senior", None, who=CHILD, known=ago(1))
    assert (await facts(scene))["education_self_paid_year_sum"] == 5


@pytest.mark.parametrize(
    ("status", "without"),
    [
        ("enrolled", 1),
        ("enrolled_elsewhere", 1),
        ("returned", 1),
        ("home_teaching", 0),
        ("deferred", 0),
        ("graduated", 0),
    ],
)
async def test_who_goes_to_school_and_got_no_aid_this_year(scene: Scene, status: str, without: int) -> None:
    scene.household(HEAD, person(CHILD, born=date(2008, 1, 1)))
    scene.say(11, "X", schooling(ago(30), status, stage="senior"), who=CHILD)
    scene.say(12, "last year", aid(2025, aid="2000.00"), who=CHILD)
    scene.say(12, "nothing", aid(2026, aid="0.00"), who=CHILD)
    assert (await facts(scene)).get("students_without_aid", 0) == without
    scene.say(12, "more", aid(2026, aid="0.01"), who=CHILD, known=ago(2))
    assert await facts(scene) == {}
    assert (await facts(scene, ago(3))).get("students_without_aid", 0) == without


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2026, 9, 1), 0),
        (date(2026, 11, 20), 80),
        (date(2027, 2, 28), 180),
        (date(2027, 3, 1), 0),
        (date(2027, 8, 31), 183),
    ],
)
async def test_days_into_the_last_term_that_began(scene: Scene, day: date, days: int) -> None:
    scene.household(HEAD)
    assert (await scene.facts("schooling", day))["days_into_term"] == days


async def test_a_child_who_moves_takes_the_record_along(scene: Scene) -> None:
    scene.household(HEAD, person(CHILD, born=PUPIL))
    scene.say(11, "X", schooling(ago(30), "dropped_out"), who=CHILD)
    scene.household(HEAD, since=ago(10))
    scene.household(SPOUSE, person(CHILD, born=PUPIL), no="H2", since=ago(10))
    assert await facts(scene, ago(11)) == {"dropout_members": 1}
    assert await facts(scene) == {}
    assert await facts(scene, no="H2") == {"dropout_members": 1}
