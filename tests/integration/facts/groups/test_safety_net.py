"""safety_net: who is under allowance, hardship support or margin, who joined and who left, and relief."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.factories.deliveries import allowance, hardship, margin, relief
from tests.integration.facts.groups.scene import HEAD, LONG_AGO, SPOUSE, TODAY, Scene, ago

FACTS = [
    "on_minimum_living",
    "on_extreme_hardship",
    "on_low_income_margin",
    "joined_net_90d",
    "left_minimum_living_90d",
    "tapering",
    "emergency_relief_12m",
]
SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (9, 10, 11))


async def true(scene: Scene, day: date = TODAY, **more: Any) -> set[str]:
    """The names of the group's facts that are true or not zero."""
    facts = await scene.facts("safety_net", day, **more)
    assert list(facts) == FACTS
    assert None not in facts.values()
    return {name for name, value in facts.items() if value}


async def test_under_nothing(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    assert await true(scene) == set()


async def test_each_net_by_itself_and_only_for_households_of_who_is_covered(scene: Scene) -> None:
    scene.household(HEAD)
    scene.household(SPOUSE, no="H2")
    scene.say(1, "A", allowance(LONG_AGO, SPOUSE))  # made out to HEAD, who is not covered
    assert await true(scene) == set()
    assert await true(scene, no="H2") == {"on_minimum_living"}
    scene.say(2, "T", hardship(LONG_AGO))
    assert await true(scene) == {"on_extreme_hardship"}
    scene.say(3, "M", margin(LONG_AGO, HEAD))
    assert await true(scene) == {"on_extreme_hardship", "on_low_income_margin"}
    assert await scene.records("safety_net") == ["T", "M"]


async def test_active_from_the_first_month_up_to_the_month_of_exit_by_the_months_alone(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(1, "A", allowance(date(2026, 3, 1), HEAD, exit_=OCTOBER), effective=LONG_AGO)
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 9, 30), OCTOBER)
    assert ["on_minimum_living" in await true(scene, day) for day in days] == [False, True, True, False]


async def test_joined_for_ninety_days_from_the_first_day(scene: Scene) -> None:
    scene.household(HEAD)
    for kind, data in ((1, allowance(SEPTEMBER, HEAD)), (2, hardship(SEPTEMBER)), (3, margin(SEPTEMBER, HEAD))):
        scene.say(kind, f"{kind}", data)
        days = (date(2026, 8, 31), SEPTEMBER, SEPTEMBER + timedelta(days=89), SEPTEMBER + timedelta(days=90))
        assert ["joined_net_90d" in await true(scene, day) for day in days] == [False, True, True, False]
        scene.say(kind, f"{kind}", None, known=SEPTEMBER)
        assert await true(scene) == set()


async def test_who_changes_the_net_without_a_day_between_joined_nothing(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(3, "M", margin(LONG_AGO, HEAD))
    scene.say(3, "M", margin(LONG_AGO, HEAD, exit_=OCTOBER), effective=OCTOBER)
    scene.say(1, "A", allowance(OCTOBER, HEAD))
    assert await true(scene) == {"on_minimum_living"}
    scene.say(1, "A", None, known=ago(9))
    scene.say(1, "B", allowance(NOVEMBER, HEAD))  # a month between
    assert await true(scene) == {"on_minimum_living", "joined_net_90d"}


async def test_another_members_net_is_not_ones_own(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(1, "A", allowance(LONG_AGO, HEAD))
    scene.say(2, "T", hardship(OCTOBER), who=SPOUSE)
    assert "joined_net_90d" in await true(scene)


async def test_what_held_the_day_before_is_what_was_in_force_that_day(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(1, "A", allowance(LONG_AGO, HEAD, SPOUSE))
    scene.say(1, "A", allowance(LONG_AGO, SPOUSE), effective=OCTOBER)  # HEAD leaves the allowance on 1 October
    scene.say(2, "T", hardship(OCTOBER))
    assert "joined_net_90d" not in await true(scene)
    scene.say(1, "A", allowance(LONG_AGO, SPOUSE), effective=SEPTEMBER, known=ago(3))  # no, a month before
    assert "joined_net_90d" in await true(scene)


async def test_a_late_report_of_joining_counts_from_the_report(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(2, "T", hardship(date(2026, 1, 1)), known=datetime(2026, 8, 22, 16, tzinfo=UTC))
    assert await true(scene) == {"on_extreme_hardship", "joined_net_90d"}
    assert await true(scene, TODAY + timedelta(days=1)) == {"on_extreme_hardship"}


async def test_left_the_allowance_for_ninety_days_unless_somebody_is_on_it(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(1, "A", allowance(LONG_AGO, HEAD))
    scene.say(1, "A", allowance(LONG_AGO, HEAD, exit_=SEPTEMBER), effective=SEPTEMBER)
    days = (date(2026, 8, 31), SEPTEMBER, SEPTEMBER + timedelta(days=89), SEPTEMBER + timedelta(days=90))
    assert ["left_minimum_living_90d" in await true(scene, day) for day in days] == [False, True, True, False]
    scene.say(1, "B", allowance(NOVEMBER, SPOUSE))
    assert "left_minimum_living_90d" not in await true(scene)
    assert "left_minimum_living_90d" in await true(scene, date(2026, 10, 31))


async def test_an_exit_that_is_reported_late_counts_from_its_report_and_later_versions_do_not_renew_it(
    scene: Scene,
) -> None:
    scene.household(HEAD)
    left = date(2026, 3, 1)
    scene.say(1, "A", allowance(LONG_AGO, HEAD))
    scene.say(
        1, "A", allowance(LONG_AGO, HEAD, exit_=left), effective=left, known=datetime(2026, 8, 22, 16, tzinfo=UTC)
    )
    assert await true(scene) == {"left_minimum_living_90d"}
    assert await true(scene, TODAY + timedelta(days=1)) == set()
    again = allowance(LONG_AGO, HEAD, exit_=left, category="A")
    scene.say(1, "A", again, effective=left, known=TODAY + timedelta(days=1))
    assert await true(scene, TODAY + timedelta(days=1)) == set()


async def test_an_exit_of_a_household_that_is_known_from_its_first_report_on(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(1, "A", allowance(LONG_AGO, HEAD, exit_=date(2025, 12, 1)), known=ago(3))
    assert await true(scene) == {"left_minimum_living_90d"}
    scene.say(1, "A", allowance(LONG_AGO, HEAD, exit_=date(2025, 11, 1)), known=ago(2))
    assert await true(scene) == set(), "over twelve months ago"


async def test_tapering_to_the_last_day_of_the_month(scene: Scene) -> None:
    scene.household(HEAD)
    gone = allowance(LONG_AGO, HEAD, exit_=OCTOBER, tapering=date(2026, 11, 1))
    scene.say(1, "A", gone, effective=OCTOBER)
    assert await true(scene, date(2026, 11, 30)) == {"left_minimum_living_90d", "tapering"}
    assert await true(scene, date(2026, 12, 1)) == {"left_minimum_living_90d"}


async def test_emergency_relief_of_twelve_months_is_counted(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(4, "R1", relief(date(2025, 11, 21)))
    scene.say(4, "R2", relief(ago(1)), who=SPOUSE)
    scene.say(4, "R3", relief(date(2025, 11, 20)))
    scene.say(4, "R4", relief(ago(1), kind="expenditure"))
    assert (await scene.facts("safety_net"))["emergency_relief_12m"] == 2
    scene.say(4, "R2", None, who=SPOUSE, known=TODAY)
    assert (await scene.facts("safety_net"))["emergency_relief_12m"] == 1


async def test_a_member_who_moves_takes_the_cover_along(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(1, "A", allowance(LONG_AGO, SPOUSE))
    scene.household(HEAD, since=ago(10))
    scene.household(SPOUSE, no="H2", since=ago(10))
    assert await true(scene, ago(11)) == {"on_minimum_living"}
    assert await true(scene) == set()
    assert await true(scene, no="H2") == {"on_minimum_living"}
