"""status: what the household is to the plan and to the national system."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.codes import plan_lists
from tests.factories import deliveries as made
from tests.factories.deliveries import allowance, hardship, margin, monitored
from tests.integration.facts.groups.scene import HEAD, LONG_AGO, SPOUSE, TODAY, VILLAGE, Scene, ago, person


def at_home(scene: Scene, division: str = VILLAGE, **attributes: Any) -> None:
    """A household with these attributes, in that division."""
    data = made.household("H1") | attributes
    data["members"] = [person(HEAD)]
    scene.say(17, "HU-H1", data, no="H1", effective=LONG_AGO, division=division)


async def test_what_the_household_record_says(scene: Scene) -> None:
    at_home(scene, base_status="lifted", policy_entitled=None, resettlement="dispersed")
    facts = await scene.facts("status")
    assert (facts["lifted"], facts["policy_entitled"], facts["resettled"]) == (True, None, True)
    at_home(scene, base_status="general", policy_entitled=False, resettlement="none")
    facts = await scene.facts("status")
    assert (facts["lifted"], facts["policy_entitled"], facts["resettled"]) == (False, False, False)


_LISTED = min(plan_lists.get("key_village").codes)
_DOUBTFUL = "150625102208"
"""巴音嘎查 or 巴音村: the list names both, and two villages may be meant."""


@pytest.mark.parametrize(
    ("division", "village", "regional", "city"),
    [
        (_LISTED, True, False, False),
        (_DOUBTFUL, None, True, True),
        ("150602001001", False, False, False),
        ("150625100000", None, True, True),
        ("150600000000", None, None, None),
    ],
    ids=["listed", "may be meant", "not listed", "township only", "city only"],
)
async def test_the_lists_of_the_plan(
    scene: Scene, division: str, village: bool | None, regional: bool | None, city: bool | None
) -> None:
    at_home(scene, division)
    facts = await scene.facts("status")
    assert (facts["key_village"], facts["regional_key_banner"], facts["city_key_banner"]) == (village, regional, city)


async def test_monitored_until_removed_with_kind_and_months(scene: Scene) -> None:
    scene.household(HEAD)
    names = ("monitored", "monitored_kind", "months_since_identified")

    async def told(day: date = TODAY) -> tuple[Any, ...]:
        facts = await scene.facts("status", day, known=TODAY)
        return tuple(facts[name] for name in names)

    assert await told() == (False, None, None)
    scene.say(23, "JC", monitored(date(2026, 5, 31), kind="marginal"), no="H1")
    assert await told() == (True, "marginal", 6)
    assert await told(date(2026, 5, 1)) == (True, "marginal", 0)
    assert await told(date(2026, 4, 30)) == (False, None, None)
    scene.say(23, "JC", monitored(date(2026, 5, 31), tracked=True), no="H1", effective=date(2026, 9, 1))
    assert await told() == (True, "unstable", 6)
    scene.say(23, "JC", monitored(date(2026, 5, 31), removed=date(2026, 10, 1)), no="H1")
    assert await told(date(2026, 10, 30)) == (True, "unstable", 5)
    assert await told() == (False, None, None)


async def test_the_newest_of_two_monitoring_records_decides(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(23, "OLD", monitored(date(2024, 1, 1), removed=date(2025, 1, 1)), no="H1")
    scene.say(23, "NEW", monitored(date(2026, 1, 1)), no="H1")
    assert (await scene.facts("status"))["monitored"] is True
    assert await scene.records("status") == ["HU-H1", "NEW"]


@pytest.mark.parametrize(
    ("kind", "data"),
    [(1, allowance(LONG_AGO, SPOUSE)), (2, hardship(LONG_AGO)), (3, margin(LONG_AGO, SPOUSE))],
    ids=["allowance", "hardship", "margin"],
)
async def test_low_income_by_any_of_the_three(scene: Scene, kind: int, data: dict[str, Any]) -> None:
    scene.household(HEAD, SPOUSE)
    assert (await scene.facts("status"))["low_income"] is False
    scene.say(kind, "R", data, who=SPOUSE if kind == 2 else HEAD)
    assert (await scene.facts("status"))["low_income"] is True
    assert await scene.records("status") == ["R", "HU-H1"]


async def test_low_income_no_more_once_the_benefit_was_left(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(1, "R", allowance(LONG_AGO, HEAD, exit_=ago(30)))
    assert (await scene.facts("status"))["low_income"] is False
    assert (await scene.facts("status", date(2026, 9, 30), known=TODAY))["low_income"] is True
