"""disaster: losses and casualties of those who belonged to the household on the day it happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.factories.deliveries import casualty, disaster
from tests.integration.facts.groups.scene import CHILD, HEAD, SPOUSE, TODAY, Scene, ago, person

NOTHING = {
    "house_damage_90d": 0,
    "house_damage_cause": None,
    "disaster_net_loss_90d": 0,
    "labour_casualty_180d": 0,
    "labour_casualty_cause": None,
    "labour_injury_180d": 0,
    "labour_injury_cause": None,
}


async def changed(scene: Scene, day: date = TODAY, **more: Any) -> dict[str, Any]:
    """Those of the group's facts that are not as if nothing had happened."""
    facts = await scene.facts("disaster", day, **more)
    assert list(facts) == list(NOTHING)
    return {name: value for name, value in facts.items() if value != NOTHING[name]}


async def test_nothing_happened(scene: Scene) -> None:
    scene.household(HEAD)
    assert await changed(scene) == {}


@pytest.mark.parametrize(("damage", "grade"), [("minor", 1), ("serious", 2), ("collapsed", 3)])
async def test_damage_and_its_cause_for_ninety_days(scene: Scene, damage: str, grade: int) -> None:
    scene.household(HEAD)
    scene.say(15, "L", disaster(ago(89), damage, type_="snow"))
    assert await changed(scene) == {"house_damage_90d": grade, "house_damage_cause": "snow"}
    assert await changed(scene, TODAY + timedelta(days=1)) == {}
    assert await scene.records("disaster") == ["L"]


async def test_losses_add_up_less_relief_and_payout_and_a_house_without_damage_has_no_cause(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(15, "L1", disaster(ago(9), livestock_loss="12000.50", other_loss="1500.00", relief_given="2000.00"))
    scene.say(15, "L2", disaster(ago(5), crop_loss="300.00", insurance_payout="6000.00"), who=SPOUSE)
    assert await changed(scene) == {"disaster_net_loss_90d": 1_200_050 + 150_000 - 200_000 + 30_000 - 600_000}


async def test_the_worst_damage_names_the_cause_and_of_equal_ones_the_newest(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(15, "L1", disaster(ago(30), "serious", type_="flood"))
    scene.say(15, "L2", disaster(ago(20), "serious", type_="earthquake"))
    scene.say(15, "L3", disaster(ago(10), "minor", type_="hail"))
    assert await changed(scene) == {"house_damage_90d": 2, "house_damage_cause": "earthquake"}


async def test_a_late_report_counts_from_the_day_it_came_but_not_after_a_year(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(15, "late", disaster(date(2025, 11, 21), "minor"), known=ago(10))
    assert (await changed(scene))["house_damage_90d"] == 1
    assert await changed(scene, ago(11)) == {}
    assert await changed(scene, TODAY + timedelta(days=1)) == {}, "twelve months are over"
    scene.say(15, "older", disaster(date(2025, 11, 20), "collapsed"), known=ago(10))
    assert (await changed(scene))["house_damage_90d"] == 1


async def test_the_day_of_a_late_report_is_that_of_shanghai_and_a_correction_does_not_renew_it(scene: Scene) -> None:
    scene.household(HEAD)
    last = datetime(2026, 8, 22, 16, tzinfo=UTC)  # midnight of the 23rd in Shanghai: 89 days before TODAY
    scene.say(15, "in", disaster(ago(200), "minor"), known=last)
    scene.say(15, "out", disaster(ago(200), "collapsed"), known=last - timedelta(microseconds=1))
    scene.say(15, "out", disaster(ago(200), "collapsed", type_="snow"), known=ago(3))
    assert (await changed(scene))["house_damage_90d"] == 1


async def test_a_loss_stays_with_the_household_of_that_day(scene: Scene) -> None:
    scene.household(HEAD)
    scene.household(SPOUSE, no="H2")
    scene.say(15, "L", disaster(ago(30), "collapsed"))
    scene.household(HEAD, SPOUSE, no="H2", since=ago(29))
    scene.household(CHILD, since=ago(29))
    assert (await changed(scene))["house_damage_90d"] == 3
    assert await changed(scene, no="H2") == {}


async def test_who_was_in_no_household_that_day_counts_where_first_named_afterwards(scene: Scene) -> None:
    scene.household(SPOUSE)
    scene.say(16, "C", casualty(ago(30), "deceased"))
    assert await changed(scene) == {}
    scene.household(HEAD, SPOUSE, since=ago(20))
    scene.household(SPOUSE, since=ago(10))
    assert await changed(scene, ago(21), known=TODAY) == {}
    for day in (ago(15), TODAY):  # also when the register has struck off the dead
        assert await changed(scene, day) == {"labour_casualty_180d": 1, "labour_casualty_cause": "traffic"}


@pytest.mark.parametrize("outcome", ["deceased", "missing", "disabled"])
async def test_a_casualty_counts_for_a_hundred_and_eighty_days(scene: Scene, outcome: str) -> None:
    scene.household(HEAD)
    scene.say(16, "C", casualty(ago(179), outcome, cause="natural_disaster"))
    assert await changed(scene) == {"labour_casualty_180d": 1, "labour_casualty_cause": "natural_disaster"}
    assert await changed(scene, TODAY + timedelta(days=1)) == {}
    assert await scene.records("disaster") == ["C"]


async def test_persons_are_counted_once_and_the_newest_of_each_sort_names_the_cause(scene: Scene) -> None:
    scene.household(HEAD, SPOUSE)
    scene.say(16, "C1", casualty(ago(9), "disabled", cause="fire"))
    scene.say(16, "C2", casualty(ago(5), "deceased", cause="other"))
    scene.say(16, "C3", casualty(ago(4), "injured", cause="traffic"))
    scene.say(16, "C4", casualty(ago(6), "injured", cause="fire"), who=SPOUSE)
    assert await changed(scene) == {
        "labour_casualty_180d": 1,
        "labour_casualty_cause": "other",
        "labour_injury_180d": 2,
        "labour_injury_cause": "traffic",
    }


@pytest.mark.parametrize(("labour", "counts"), [("ordinary", 1), ("skilled", 1), ("weak", 0), ("lost", 0), ("none", 0)])
async def test_only_who_could_work_that_day_is_labour(scene: Scene, labour: str, counts: int) -> None:
    scene.household(person(HEAD, labour=labour))
    scene.household(person(HEAD, labour="none" if counts else "ordinary"), since=ago(9))
    scene.say(16, "C", casualty(ago(10), "disabled"))
    assert (await scene.facts("disaster"))["labour_casualty_180d"] == counts


async def test_a_correction_moves_it_and_a_retraction_takes_it_back(scene: Scene) -> None:
    scene.household(HEAD)
    scene.say(16, "C", casualty(ago(10), "injured"))
    scene.say(16, "C", casualty(ago(10), "disabled"), known=ago(5))
    assert await changed(scene, ago(6)) == {"labour_injury_180d": 1, "labour_injury_cause": "traffic"}
    assert await changed(scene) == {"labour_casualty_180d": 1, "labour_casualty_cause": "traffic"}
    scene.say(16, "C", None, known=ago(1))
    assert await changed(scene) == {}
