"""The school calendar: terms, holidays, and days that count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes.school_calendar import CALENDAR, SchoolCalendar, school_year

_days = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "year", "in_term"),
    [
        (date(2026, 8, 31), 2025, False),
        (date(2026, 9, 1), 2026, True),
        (date(2027, 1, 10), 2026, True),
        (date(2027, 1, 11), 2026, False),
        (date(2027, 2, 28), 2026, False),
        (date(2027, 3, 1), 2026, True),
        (date(2027, 7, 10), 2026, True),
        (date(2027, 7, 11), 2026, False),
    ],
)
def test_a_day_lies_in_its_school_year_and_in_term_or_holidays(day: date, year: int, in_term: bool) -> None:
    assert school_year(day) == year
    assert CALENDAR.in_term(day) is in_term


def test_announced_dates_replace_the_usual_ones() -> None:
    terms = ((date(2026, 9, 1), date(2027, 1, 20)), (date(2027, 2, 22), date(2027, 7, 9)))
    calendar = SchoolCalendar(CALENDAR.autumn, CALENDAR.spring, {2026: terms})
    assert calendar.in_term(date(2027, 1, 20))
    assert calendar.in_term(date(2027, 2, 22))
    assert not calendar.in_term(date(2027, 7, 10))
    assert calendar.terms(2027) == CALENDAR.terms(2027)


def test_holidays_do_not_count() -> None:
    assert CALENDAR.term_days(date(2026, 7, 10), date(2026, 8, 31)) == 0
    assert CALENDAR.term_days(date(2026, 7, 1), date(2026, 9, 2)) == 9 + 2
    assert CALENDAR.term_days(date(2026, 9, 2), date(2026, 9, 1)) == 0


@given(_days, st.integers(0, 900))
def test_days_that_count_are_the_days_in_term(after: date, length: int) -> None:
    days = [after + timedelta(days=number + 1) for number in range(length)]
    assert CALENDAR.term_days(after, after + timedelta(days=length)) == sum(map(CALENDAR.in_term, days))
