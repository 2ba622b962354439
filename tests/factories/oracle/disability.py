"""Disability certificates 残疾人证 and what is paid for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.codes.disability import Purpose, is_severe
from tests.factories.oracle import illness, safety_net
from tests.factories.oracle.days import day_of, in_window, month_start
from tests.factories.oracle.known import Home, Version, ever_visible


def _certificate(home: Home, person: str) -> Version | None:
    """The newest one that is not cancelled: a cancellation is of its own record only."""
    valid = (v for v in home.of(person, 13) if v.data["event"] != "cancelled")
    return max(valid, key=lambda v: v.rank, default=None)


def _severe(version: Version | None, day: date, purpose: Purpose = "severe") -> bool:
    return version is not None and is_severe(version.data["category"], version.data["grade"], day, purpose)


def _newly_severe(home: Home, person: str) -> bool:
    held = _certificate(home, person)
    if held is None or not _severe(held, home.day):
        return False
    issued = day_of(held.data["issued_on"]) or date.max
    earlier = [
        v
        for record in home.on.known.records[13].values()
        for v in ever_visible(record)
        if v is not held and v.subject == person and v.data["event"] != "cancelled" and v.effective_on < issued
    ]
    heard = home.on.known.first_said(held, "issued_on")
    return in_window(issued, heard, home.day, 90) and not any(_severe(v, home.day) for v in earlier)


def _nursed(home: Home, person: str) -> bool:
    for version in home.of(person, 14):
        first, last = month_start(version.data["start_month"]), month_start(version.data.get("end_month"))
        assert first is not None
        if version.data["benefit"] == "nursing" and first <= home.day and (last is None or home.day < last):
            return True
    return False


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    held = {person: _certificate(home, person) for person in home.keys}
    severe = [person for person in home.keys if _severe(held[person], home.day)]
    single = [person for person in home.keys if _severe(held[person], home.day, "single_person_allowance")]
    in_hardship = {person for person in home.keys if safety_net.covered(home.on, person, 2)}
    covered = in_hardship | {person for person in home.keys if safety_net.covered(home.on, person, 1)}
    return {
        "disabled_members": sum(version is not None for version in held.values()),
        "severe_disabled_members": len(severe),
        "new_severe_disability_90d": sum(_newly_severe(home, person) for person in severe),
        "severe_without_nursing_benefit": sum(p not in in_hardship and not _nursed(home, p) for p in severe),
        "severe_not_covered": sum(person not in covered for person in single),
        "severely_ill_not_covered": sum(
            person not in covered and bool(illness.severely_ill(home, person)) for person in home.keys
        ),
    }
