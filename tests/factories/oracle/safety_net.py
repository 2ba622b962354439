"""Minimum living allowance 低保, extreme hardship 特困, low-income margin 低保边缘, temporary relief 临时救助."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.factories.oracle.days import day_of, in_window, in_year_before, month_end, month_start
from tests.factories.oracle.known import Day, Home, Version

NET = (1, 2, 3)


def starts(version: Version) -> date:
    """The first day of a benefit."""
    first = month_start(version.data["start_month"])
    assert first is not None
    return first


def ends(version: Version) -> date | None:
    """The first day without a benefit of civil affairs."""
    return month_start(version.data.get("exit_month"))


def active(version: Version, day: date) -> bool:
    """Whether the benefit is paid on that day: from the first month up to but excluding the month of the exit."""
    last = ends(version)
    return starts(version) <= day and (last is None or day < last)


def covered(on: Day, person: str, kind: int) -> bool:
    """Whether a person is on a benefit on a day, whoever its record is made out to."""
    return any(active(version, on.day) for version in on.covering(kind).get(person, []))


def supported(home: Home, kind: int) -> bool:
    """Whether any member is on the benefit."""
    return any(covered(home.on, person, kind) for person in home.keys)


def _joined(home: Home, person: str) -> bool:
    """Newly on one of the three, and on none of them the day before."""
    for kind in NET:
        for version in home.on.covering(kind).get(person, []):
            began = starts(version)
            before = home.on.known.on(began - timedelta(days=1))
            if (
                active(version, home.day)
                and in_window(began, version.first_known, home.day, 90)
                and not any(covered(before, person, other) for other in NET)
            ):
                return True
    return False


def _left(home: Home, version: Version) -> bool:
    last = ends(version)
    if last is None:
        return False
    return in_window(last, home.on.known.first_said(version, "exit_month"), home.day, 90)


def _tapering(version: Version, day: date) -> bool:
    last = month_end(version.data.get("tapering_until"))
    return last is not None and last >= day


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    allowances = [v for person in home.keys for v in home.on.covering(1).get(person, [])]
    on_minimum_living = supported(home, 1)
    emergencies = [
        v
        for v in home.of_members(4)
        if v.data["relief_kind"] == "emergency" and in_year_before(day_of(v.data["paid_on"]) or date.max, home.day)
    ]
    return {
        "on_minimum_living": on_minimum_living,
        "on_extreme_hardship": supported(home, 2),
        "on_low_income_margin": supported(home, 3),
        "joined_net_90d": any(_joined(home, person) for person in home.keys),
        "left_minimum_living_90d": not on_minimum_living and any(_left(home, v) for v in allowances),
        "tapering": any(_tapering(v, home.day) for v in allowances),
        "emergency_relief_12m": len(emergencies),
    }
