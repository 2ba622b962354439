"""#7 义务教育保障 and #16 残疾儿童少年入学."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from shared.codes import divisions
from shared.codes.school_calendar import school_year
from tests.factories.oracle.days import age_on, day_of
from tests.factories.oracle.known import Day, Member, Version
from tests.factories.oracle_indicators.people import Town, Unit, person

COMPULSORY = range(6, 15)
"""Nine years from the age of six, completed before the school year begins."""
GUARANTEED = ("enrolled", "enrolled_elsewhere", "returned", "home_teaching", "deferred", "graduated")
TAUGHT = ("enrolled", "enrolled_elsewhere", "returned", "home_teaching")
AWAY = ("suspected_dropout", "dropped_out")


def schooled(town: Town) -> list[Unit]:
    """Children of compulsory age but those kept away by a documented physical reason; without a record a child is not
    guaranteed its schooling."""
    found = []
    for home, member in town.members:
        now = _current(town.on, member["person_key"], 11)
        if of_age(member, town.on.day) and not _kept_away(now):
            found.append(person(home, member, covered=now is not None and now.data["status"] in GUARANTEED))
    return found


def enrolled_disabled(town: Town) -> list[Unit]:
    """Children of compulsory age with a certificate in force, of whatever household; covered: taught, at whichever
    school or at home. A child whom no household names has no age here: it is one if it is at a compulsory stage."""
    found = []
    for who, papers in _certified(town.on).items():
        now = _current(town.on, who, 11)
        covered = now is not None and now.data["status"] in TAUGHT
        if who in town.on.homes:
            household_no, member = town.on.homes[who]
            if of_age(member, town.on.day):
                place = town.on.households[household_no].division or divisions.CITY
                found.append(Unit(household_no, who, place, covered))
        elif now is not None and now.data["stage"] in ("primary", "junior"):
            newest = max(papers, key=lambda paper: paper.rank)
            found.append(Unit(None, who, newest.division or divisions.CITY, covered))
    return found


def _certified(on: Day) -> dict[str, list[Version]]:
    """Person → the certificates in force: records that do not say cancelled."""
    found: dict[str, list[Version]] = defaultdict(list)
    for paper in on.visible(13):
        if paper.data["event"] != "cancelled":
            found[paper.subject or ""].append(paper)
    return found


def of_age(member: Member, day: date) -> bool:
    """Whether a child has to go to school in the school year of the day."""
    born = day_of(member.get("birth_on"))
    return born is not None and age_on(born, date(school_year(day), 8, 31)) in COMPULSORY


def _current(on: Day, who: str, kind: int) -> Version | None:
    return max(on.by_subject(kind).get(who, []), key=lambda version: version.rank, default=None)


def _kept_away(now: Version | None) -> bool:
    return now is not None and now.data["status"] in AWAY and now.data.get("absence_reason") == "physical"
