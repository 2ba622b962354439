"""disability: certificates, and what severely disabled and severely ill persons do not get."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.factories.deliveries import allowance, benefit, certificate, disease, hardship, margin
from tests.integration.facts.groups.scene import CHILD, HEAD, LONG_AGO, SPOUSE, TODAY, Scene, ago

FACTS = (
    "disabled_members",
    "severe_disabled_members",
    "new_severe_disability_90d",
    "severe_without_nursing_benefit",
    "severe_not_covered",
    "severely_ill_not_covered",
)


async def counts(scene: Scene, day: date = TODAY, **more: Any) -> tuple[int, ...]:
    """disabled, severe, newly severe, without nursing benefit, severe and ill without cover."""
    facts = await scene.facts("disability", day, **more)
    assert tuple(facts) == FACTS
    return tuple(facts.values())


async def test_nobody_is_disabled(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    assert await counts(scene) == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("grade", "category", "severe", "alone"),
    [(1, 1, 1, 1), (2, 7, 1, 1), (3, 5, 0, 1), (3, 6, 0, 1), (3, 4, 0, 0), (4, 5, 0, 0)],
)
async def test_what_is_severe_depends_on_grade_category_and_purpose(
    scene: Scene, grade: int, category: int, severe: int, alone: int
) -> None:
    scene.household(HEAD)
    scene.say(13, "C", certificate(ago(700), grade, category))
    assert await counts(scene) == (1, severe, 0, severe, alone, 0)


async def test_the_rule_of_the_single_person_allowance_holds_from_july_2021(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(13, "C", certificate(date(2020, 5, 1), 1))
    assert await counts(scene, date(2021, 6, 30)) == (1, 1, 0, 1, 0, 0)
    assert await counts(scene, date(2021, 7, 1)) == (1, 1, 0, 1, 1, 0)


async def test_the_newest_certificate_that_is_not_cancelled_counts(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(13, "old", certificate(ago(900), 4))
    scene.say(13, "new", certificate(ago(400), 2))
    scene.say(13, "old", certificate(ago(900), 4, event="cancelled"), effective=ago(300))
    assert (await counts(scene))[:2] == (1, 1)
    scene.say(13, "new", certificate(ago(400), 2, event="cancelled"), effective=ago(100))
    assert (await counts(scene))[:2] == (0, 0)
    assert (await counts(scene, ago(101)))[:2] == (1, 1)
    assert (await counts(scene, ago(401)))[:2] == (1, 0)


async def test_newly_severe_for_ninety_days_from_the_issue(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(13, "C", certificate(ago(89), 2))
    assert (await counts(scene))[2] == 1
    assert (await counts(scene, TODAY + timedelta(days=1)))[2] == 0
    assert await scene.records("disability") == ["C"]


async def test_a_grade_that_got_worse_is_new_and_one_that_was_severe_before_is_not(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(13, "C1", certificate(ago(900), 3))
    scene.say(13, "C1", certificate(ago(30), 2, event="changed"))
    scene.say(13, "C2", certificate(ago(900), 2), who=SPOUSE)
    scene.say(13, "C2", certificate(ago(30), 1, event="changed"), who=SPOUSE)
    assert (await counts(scene))[1:3] == (2, 1)


async def test_an_earlier_severe_certificate_under_another_number_counts_unless_it_was_taken_back(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(13, "new", certificate(ago(30), 1))
    scene.say(13, "old", certificate(ago(900), 2), known=ago(20))
    assert (await counts(scene, ago(21)))[2] == 1
    assert (await counts(scene))[2] == 0
    scene.say(13, "old", None, known=ago(10))
    assert (await counts(scene))[2] == 1


async def test_a_change_that_is_reported_late_counts_from_its_report_and_later_versions_do_not_renew_it(
    scene: Scene,
) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(13, "C", certificate(ago(900), 4))
    scene.say(13, "C", certificate(ago(200), 2, event="changed"), known=datetime(2026, 8, 22, 16, tzinfo=UTC))
    assert (await counts(scene))[2] == 1
    assert (await counts(scene, TODAY + timedelta(days=1)))[2] == 0
    scene.say(13, "D", certificate(ago(900), 4), who=SPOUSE)
    scene.say(13, "D", certificate(ago(200), 2, event="changed"), who=SPOUSE, known=ago(120))
    scene.say(13, "D", certificate(ago(200), 1, event="changed"), who=SPOUSE, known=ago(5))
    assert (await counts(scene))[1:3] == (2, 1), "the same issue, known for 120 days"


async def test_a_nursing_benefit_counts_from_its_first_month_to_the_month_it_ends(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(13, "C", certificate(LONG_AGO, 1))
    scene.say(14, "B", benefit(date(2026, 3, 1), end=date(2026, 9, 1)), known=date(2026, 9, 1))
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1))
    assert [(await counts(scene, day, known=TODAY))[3] for day in days] == [1, 0, 0, 1]


async def test_the_living_allowance_is_no_nursing_benefit_and_a_retracted_one_is_none(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(13, "C", certificate(LONG_AGO, 2))
    scene.say(14, "living", benefit(LONG_AGO, which="living"))
    assert (await counts(scene))[3] == 1
    scene.say(14, "nursing", benefit(LONG_AGO))
    assert (await counts(scene))[3] == 0
    assert await scene.records("disability") == ["C", "living", "nursing"]
    scene.say(14, "nursing", None, known=ago(1))
    assert (await counts(scene))[3] == 1


async def test_extreme_hardship_support_of_the_person_aside(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(13, "C1", certificate(LONG_AGO, 1))
    scene.say(13, "C2", certificate(LONG_AGO, 2), who=SPOUSE)
    scene.say(2, "T", hardship(date(2026, 1, 1)))
    assert await counts(scene) == (2, 2, 0, 1, 1, 0), "the spouse is still without"
    scene.say(2, "T", hardship(date(2026, 1, 1), exit_=date(2026, 11, 1)), effective=date(2026, 11, 1))
    assert await counts(scene, date(2026, 10, 31)) == (2, 2, 0, 1, 1, 0)
    assert await counts(scene) == (2, 2, 0, 2, 2, 0)


async def test_only_who_is_named_is_covered_by_the_allowance_whoever_is_its_head(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE, CHILD)
    scene.say(13, "C1", certificate(LONG_AGO, 1))
    scene.say(13, "C2", certificate(LONG_AGO, 3, 6), who=SPOUSE)
    scene.say(5, "D", disease(LONG_AGO), who=CHILD)
    scene.say(1, "A", allowance(date(2026, 1, 1), SPOUSE, CHILD))
    assert await counts(scene) == (2, 1, 0, 1, 1, 0)
    scene.say(1, "A", allowance(date(2026, 1, 1), HEAD), effective=date(2026, 6, 1))
    assert await counts(scene) == (2, 1, 0, 1, 1, 1)
    assert await counts(scene, date(2026, 5, 31)) == (2, 1, 0, 1, 1, 0)
    scene.say(3, "M", margin(LONG_AGO, HEAD, SPOUSE, CHILD))
    assert await counts(scene) == (2, 1, 0, 1, 1, 1), "the margin covers nobody"


async def test_an_allowance_that_has_not_begun_or_has_ended_covers_nobody(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(5, "D", disease(LONG_AGO))
    scene.say(1, "A", allowance(date(2026, 3, 1), HEAD, exit_=date(2026, 10, 1)), effective=LONG_AGO)
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 9, 30), date(2026, 10, 1))
    assert [(await counts(scene, day))[5] for day in days] == [1, 0, 0, 1]


@pytest.mark.parametrize(("status", "ill"), [("diagnosed", 1), ("stable", 1), ("deceased", 0)])
async def test_who_died_of_a_disease_is_ill_no_more(scene: Scene, status: str, ill: int) -> None:
    scene.household(HEAD)
    scene.say(5, "D1", disease(ago(100), status=status))
    assert (await counts(scene))[5] == ill
    scene.say(5, "D2", disease(ago(50)))
    assert (await counts(scene))[5] == 1


async def test_a_member_who_moves_takes_the_certificate_along(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.household(CHILD, no="H2")
    scene.say(13, "C", certificate(LONG_AGO, 1), who=SPOUSE)
    scene.household(CHILD, SPOUSE, no="H2", since=ago(10))
    assert [(await counts(scene, day, no=no))[0] for day in (ago(11), ago(10)) for no in ("H1", "H2")] == [1, 0, 0, 1]
