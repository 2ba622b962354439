"""help: measures, days without one, projects that bring income, ties to enterprises."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.deliveries import assistance, income, linkage, monitored
from tests.integration.facts.groups.scene import HEAD, TODAY, Scene, ago

JUNE = date(2026, 6, 1)


async def some(scene: Scene, *names: str, day: date = TODAY) -> tuple[Any, ...]:
    """These facts of the group."""
    facts = await scene.facts("help", day, known=TODAY)
    return tuple(facts[name] for name in names)


async def test_measures_hold_on_their_last_day_too_and_some_are_developmental(scene: Scene) -> None:
    scene.household(HEAD)
    names = ("active_measures", "developmental_measures")
    assert await some(scene, *names) == (0, 0)
    for measure in ("industry", "employment", "finance", "public_post", "education"):
        scene.say(19, measure, assistance(ago(20), measure, ago(2)), no="H1")
    scene.say(19, "open", assistance(ago(20), "health"), no="H1")
    assert await some(scene, *names, day=ago(21)) == (0, 0)
    assert await some(scene, *names, day=ago(2)) == (6, 4)
    assert await some(scene, *names) == (1, 0)


async def test_days_without_a_measure_since_identified_or_since_the_last_ended(scene: Scene) -> None:
    scene.household(HEAD)
    assert await some(scene, "days_without_measure") == (None,)
    scene.say(23, "JC", monitored(JUNE), no="H1")
    assert await some(scene, "days_without_measure") == ((TODAY - JUNE).days,)
    scene.say(19, "OLD", assistance(ago(400), "health", ago(300)), no="H1")
    assert await some(scene, "days_without_measure") == ((TODAY - JUNE).days,)
    scene.say(19, "M", assistance(ago(50), "health", ago(7)), no="H1")
    assert await some(scene, "days_without_measure", day=ago(7)) == (0,)
    assert await some(scene, "days_without_measure") == (7,)
    scene.say(19, "N", assistance(TODAY, "health"), no="H1")
    assert await some(scene, "days_without_measure") == (0,)
    scene.say(23, "JC", monitored(JUNE, removed=ago(30)), no="H1")
    assert await some(scene, "days_without_measure") == (None,)


async def test_a_measure_that_was_taken_back_is_behind_the_days_without(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(23, "JC", monitored(JUNE), no="H1")
    scene.say(19, "M", assistance(ago(50)), no="H1")
    scene.say(19, "M", None, no="H1", known=ago(1))
    assert await some(scene, "days_without_measure") == ((TODAY - JUNE).days,)
    assert await scene.records("help") == ["M", "JC"]


async def test_an_income_project_is_a_wage_a_gain_or_a_measure_of_industry(scene: Scene) -> None:
    scene.household(HEAD)
    assert await some(scene, "income_project") == (None,)
    scene.say(18, "S", income(date(2026, 3, 1), operating="10.00", cost="10.00", other="9.00"), no="H1")
    assert await some(scene, "income_project") == (False,)
    scene.say(19, "M", assistance(ago(50), "industry", ago(7)), no="H1")
    assert await some(scene, "income_project", day=ago(7)) == (True,)
    assert await some(scene, "income_project") == (False,)
    scene.say(18, "S", income(date(2026, 3, 1), operating="10.01", cost="10.00"), no="H1")
    assert await some(scene, "income_project") == (True,)
    scene.say(18, "S", income(date(2026, 3, 1), "0.01", cost="10.00"), no="H1")
    assert await some(scene, "income_project") == (True,)


async def test_a_measure_of_industry_is_a_project_where_no_income_is_known(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(19, "M", assistance(ago(50), "industry", ago(7)), no="H1")
    assert await some(scene, "income_project", day=ago(7)) == (True,)
    assert await some(scene, "income_project") == (None,)


async def test_a_tight_linkage_while_it_lasts(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(21, "L1", linkage(ago(90), tight=False), no="H1")
    assert await some(scene, "tight_linkage") == (False,)
    scene.say(21, "L2", linkage(ago(90), ago(1)), no="H1")
    assert await some(scene, "tight_linkage", day=ago(1)) == (True,)
    assert await some(scene, "tight_linkage") == (False,)
