"""School 学籍 and what it costs."""

from __future__ import annotations

from datetime import date
from typing import Any

from shared.codes.school_calendar import CALENDAR, school_year
from tests.factories.oracle.days import age_on, day_of, fen
from tests.factories.oracle.income import COMPULSORY
from tests.factories.oracle.known import Home, Member, Version

AT_SCHOOL = ("enrolled", "enrolled_elsewhere", "returned")
AWAY = ("suspected_dropout", "dropped_out")


def _age(member: Member, day: date) -> int:
    """Completed years on the last day before the school year."""
    born = day_of(member.get("birth_on"))
    return -1 if born is None else age_on(born, date(school_year(day), 8, 31))


def _current(home: Home, person: str) -> Version | None:
    return max(home.of(person, 11), key=lambda v: v.rank, default=None)


def _absent(home: Home, member: Member, *, physical: bool) -> bool:
    now = _current(home, member["person_key"])
    return (
        now is not None
        and now.data["status"] in AWAY
        and (now.data.get("absence_reason") == "physical") is physical
        and 6 <= _age(member, home.day) <= 15
    )


def _aid_of(home: Home, person: str) -> list[Version]:
    year = school_year(home.day)
    return [v for v in home.of(person, 12) if int(v.data["school_year"][:4]) == year]


def _unaided(home: Home, person: str) -> bool:
    now = _current(home, person)
    return (
        now is not None
        and now.data["status"] in AT_SCHOOL
        and not any((fen(v.data["aid_amount"]) or 0) > 0 for v in _aid_of(home, person))
    )


def _days_into_term(day: date) -> int:
    begun = [first for year in (day.year - 2, day.year - 1, day.year) for first, _ in CALENDAR.terms(year)]
    return (day - max(first for first in begun if first <= day)).days


def of(home: Home) -> dict[str, Any]:
    """The facts of this group."""
    return {
        "dropout_members": sum(_absent(home, m, physical=False) for m in home.members),
        "physical_absence_unserved": sum(_absent(home, m, physical=True) for m in home.members),
        "compulsory_children_without_record": sum(
            6 <= _age(m, home.day) <= 14 and not home.of(m["person_key"], 11) for m in home.members
        ),
        "education_self_paid_year_sum": sum(
            fen(v.data["self_paid"]) or 0
            for person in home.keys
            for v in _aid_of(home, person)
            if v.data["stage"] not in COMPULSORY
        ),
        "students_without_aid": sum(_unaided(home, person) for person in home.keys),
        "days_into_term": _days_into_term(home.day),
    }
