"""Disasters and accidents, of those who belonged to the household on the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.factories.oracle.days import day_of, fen, in_window
from tests.factories.oracle.known import Home, Member, Version
from tests.factories.oracle.people import able

DAMAGE = ("none", "minor", "serious", "collapsed")
LOSSES = ("livestock_loss", "crop_loss", "other_loss")
GIVEN = ("relief_given", "insurance_payout")


def _happened(version: Version) -> date:
    day = day_of(version.data["occurred_on"])
    assert day is not None
    return day


def _struck(home: Home, kind: int, days: int) -> Iterator[tuple[Version, Member]]:
    """The records in the window with the person as the household held it on the day; who was in none then counts as
    the first one holds it that names the person afterwards."""
    for version in home.on.visible(kind):
        person, happened = version.subject or "", _happened(version)
        if not in_window(happened, version.first_known, home.day, days):
            continue
        then = _place(home, person, happened)
        if then is not None and then[0] == home.no:
            yield version, then[1]


def _place(home: Home, person: str, happened: date) -> tuple[str, Member] | None:
    known = home.on.known
    begun = {v.effective_on for record in known.records[17].values() for v in record if not v.retracted}
    later = (day for day in sorted(begun) if happened < day <= home.day)
    return next((then for day in (happened, *later) if (then := known.on(day).homes.get(person))), None)


def _newest_first(versions: list[Version]) -> list[Version]:
    return sorted(versions, key=lambda v: (_happened(v), v.number, v.source_id), reverse=True)


def _net_loss(version: Version) -> int:
    lost, given = (sum(fen(version.data.get(name)) or 0 for name in names) for names in (LOSSES, GIVEN))
    return lost - given


def _casualties(home: Home, outcomes: tuple[str, ...]) -> tuple[int, str | None]:
    """How many members able to work were hurt, and how the newest of them was."""
    hurt = [
        (version, member)
        for version, member in _struck(home, 16, 180)
        if able(member) and version.data["outcome"] in outcomes
    ]
    newest = _newest_first([version for version, _ in hurt])
    return len({member["person_key"] for _, member in hurt}), newest[0].data["cause"] if newest else None


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    losses = _newest_first([version for version, _ in _struck(home, 15, 90)])
    worst = max(losses, key=lambda v: DAMAGE.index(v.data["house_damage"]), default=None)
    damage = DAMAGE.index(worst.data["house_damage"]) if worst else 0
    dead, dead_by = _casualties(home, ("deceased", "missing", "disabled"))
    hurt, hurt_by = _casualties(home, ("injured",))
    return {
        "house_damage_90d": damage,
        "house_damage_cause": worst.data["disaster_type"] if worst and damage else None,
        "disaster_net_loss_90d": sum(_net_loss(v) for v in losses),
        "labour_casualty_180d": dead,
        "labour_casualty_cause": dead_by,
        "labour_injury_180d": hurt,
        "labour_injury_cause": hurt_by,
    }
