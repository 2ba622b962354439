"""Work of the members."""

from __future__ import annotations

from typing import Any

from tests.factories.oracle.days import day_of, in_window, months_before
from tests.factories.oracle.known import Home, Version


def _active(version: Version, home: Home) -> bool:
    """Begun, and not over: the last day still counts."""
    first, last = day_of(version.data["started_on"]), day_of(version.data.get("ended_on"))
    assert first is not None
    return first <= home.day and (last is None or last >= home.day)


def _jobs(home: Home, person: str) -> list[Version]:
    return [v for v in home.of(person, 22) if v.data["employment"] != "seeking"]


def _employed(home: Home, person: str) -> bool:
    return any(_active(job, home) for job in _jobs(home, person))


def _lost(job: Version, home: Home) -> bool:
    last = day_of(job.data.get("ended_on"))
    return last is not None and in_window(last, home.on.known.first_said(job, "ended_on"), home.day, 90)


def _stable(home: Home, person: str, months: int) -> bool:
    since = months_before(home.day, months)
    return any(_active(j, home) and (day_of(j.data["started_on"]) or home.day) <= since for j in _jobs(home, person))


def _seeks(home: Home, person: str) -> bool:
    return any(_active(v, home) and v.data["employment"] == "seeking" for v in home.of(person, 22))


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    months = home.parameter("stable_months")
    idle = [person for person in home.keys if not _employed(home, person)]
    return {
        "employed_members": len(home.keys) - len(idle),
        "stable_employed_members": (
            None if months is None else sum(_stable(home, person, int(months)) for person in home.keys)
        ),
        "job_lost_90d": sum(any(_lost(job, home) for job in _jobs(home, person)) for person in idle),
        "seeking_members": sum(_seeks(home, person) for person in idle),
    }
