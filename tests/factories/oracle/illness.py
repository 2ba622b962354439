"""Bills, major diseases 大病, chronic ones 慢病."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.oracle.days import day_of, fen, in_window, in_year_before
from tests.factories.oracle.known import Home, Version


def severely_ill(home: Home, person: str) -> list[Version]:
    """A person's records of a major disease that nobody has died of."""
    return [v for v in home.of(person, 5) if v.data["treatment_status"] != "deceased"]


def _new(version: Version, home: Home) -> bool:
    return in_window(day_of(version.data["diagnosed_on"]) or date.max, version.first_known, home.day, 90)


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    bills = {
        person: [v for v in home.of(person, 8) if in_year_before(day_of(v.data["settled_on"]) or date.max, home.day)]
        for person in home.keys
    }
    paid = {person: sum(fen(v.data["self_paid"]) or 0 for v in found) for person, found in bills.items()}
    ill = {person: severely_ill(home, person) for person in home.keys}
    return {
        "self_paid_in_catalogue_12m_sum": sum(
            fen(v.data["self_paid_in_catalogue"]) or 0 for found in bills.values() for v in found
        ),
        "self_paid_12m_sum": sum(paid.values()),
        "self_paid_12m_max": max(paid.values(), default=0),
        "new_major_disease_90d": sum(any(_new(v, home) for v in found) for found in ill.values()),
        "major_disease_members": sum(bool(found) for found in ill.values()),
        "chronic_not_contracted": sum(
            any(v.data["contracted"] is False for v in home.of(person, 6)) for person in home.keys
        ),
    }
