"""Whom the indicators speak of: households, their members, and which of them are in the cohort."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tests.factories.oracle.known import Day, Home, Member
from tests.factories.oracle.status import monitoring


@dataclass(frozen=True, slots=True)
class Unit:
    """One that is counted: a household, or a person of it (`person_key`); None of `household_no`: of no household."""

    household_no: str | None
    person_key: str | None
    division: str
    covered: bool


class Town:
    """Everybody on one day: a household has the members who belong to it on that day."""

    def __init__(self, on: Day) -> None:
        self.on = on
        members: dict[str, list[Member]] = {no: [] for no in on.households}
        for household_no, member in on.homes.values():
            members[household_no].append(member)
        self.homes = [Home(no, version, members[no], on) for no, version in on.households.items()]

    @cached_property
    def cohort(self) -> list[Home]:
        """Lifted households and those under monitoring; one that is both is there once."""
        return [home for home in self.homes if lifted(home) or monitored(home)]

    @cached_property
    def members(self) -> list[tuple[Home, Member]]:
        """The members of the cohort."""
        return [(home, member) for home in self.cohort for member in home.members]


def lifted(home: Home) -> bool:
    """脱贫户, by the household's own record."""
    return bool(home.version.data["base_status"] == "lifted")


def monitored(home: Home) -> bool:
    """监测对象 whose risk is not removed."""
    return monitoring(home) is not None


def person(home: Home, member: Member, *, covered: bool) -> Unit:
    """A member as a unit."""
    return Unit(home.no, member["person_key"], home.division, covered)


def household(home: Home, *, covered: bool) -> Unit:
    """A household as a unit."""
    return Unit(home.no, None, home.division, covered)
