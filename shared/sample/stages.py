"""Which stage and grade somebody is in, by birth and by how long one goes to school."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shared.codes.school_calendar import school_year


class Track(StrEnum):
    """Where somebody's schooling ends."""

    JUNIOR = "junior"
    VOCATIONAL = "secondary_vocational"
    COLLEGE = "college"
    UNIVERSITY = "university"


_STAGES = (("preschool", 3, 5), ("primary", 6, 11), ("junior", 12, 14))
_AFTER = {
    Track.JUNIOR: (),
    Track.VOCATIONAL: (("secondary_vocational", 15, 17),),
    Track.COLLEGE: (("senior", 15, 17), ("college", 18, 20)),
    Track.UNIVERSITY: (("senior", 15, 17), ("university", 18, 21)),
}
"""(stage, first age, last age) on 31 August before the school year."""
COMPULSORY = ("primary", "junior")


def stage_in(born: date, track: Track, year: int) -> tuple[str, int] | None:
    """(stage, grade) in the school year that begins in September of `year`; None for who is not at school."""
    age = year - born.year - ((born.month, born.day) > (8, 31))
    for stage, first, last in (*_STAGES, *_AFTER[track]):
        if first <= age <= last:
            return stage, age - first + 1
    return None


def stage_on(born: date, track: Track, day: date) -> tuple[str, int] | None:
    """The same on a day."""
    return stage_in(born, track, school_year(day))
