"""The school calendar 校历: school years 学年 from 1 September, each with two terms 学期.

What schools send is due in term only: the days of the holidays do not count towards a feed's age.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import yaml

YEAR_BEGINS = (9, 1)
Term = tuple[date, date]


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """`autumn` and `spring` are the usual first and last day of a term as `MM-DD`; `published` holds the terms of the
    school years whose dates were announced, by the year in which the school year begins."""

    autumn: tuple[str, str]
    spring: tuple[str, str]
    published: Mapping[int, tuple[Term, Term]]

    def terms(self, school_year: int) -> tuple[Term, Term]:
        """The two terms of the school year that begins in that year, first and last days included."""
        if announced := self.published.get(school_year):
            return announced
        following = school_year + 1
        return (
            (_day(school_year, self.autumn[0]), _day(following, self.autumn[1])),
            (_day(following, self.spring[0]), _day(following, self.spring[1])),
        )

    def in_term(self, day: date) -> bool:
        """Whether the schools are in term on that day."""
        return any(first <= day <= last for first, last in self.terms(school_year(day)))

    def term_days(self, after: date, through: date) -> int:
        """How many days after `after`, up to and including `through`, lie in term; 0 if there are none between."""
        return sum(
            max(0, (min(last, through) - max(first, after + timedelta(days=1))).days + 1)
            for first, last in self._between(after, through)
        )

    def _between(self, after: date, through: date) -> Iterator[Term]:
        for year in range(school_year(after), school_year(through) + 1):
            yield from self.terms(year)


def school_year(day: date) -> int:
    """The year in which the school year of that day began."""
    return day.year if (day.month, day.day) >= YEAR_BEGINS else day.year - 1


def _day(year: int, month_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_day}")


def _load() -> SchoolCalendar:
    page: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("school_calendar.yaml").read_text("utf-8"))
    published = {year: (tuple(terms["autumn"]), tuple(terms["spring"])) for year, terms in page["published"].items()}
    return SchoolCalendar(tuple(page["usual"]["autumn"]), tuple(page["usual"]["spring"]), published)


CALENDAR = _load()
