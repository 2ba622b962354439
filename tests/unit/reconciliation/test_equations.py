"""The equations, what their failing means, and how all days come round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.equations.domain import GRACE, TITLES, Books, Declared, Found, equations, look_again
from services.ingest.reconciliation.domain import CATCH_UP_DAYS, LOOK_BACK_DAYS, days_due, look_back

NOW = datetime(2026, 3, 6, 4, tzinfo=UTC)
COUNTS = (10, 2, 1, 1, 3, 4)
FOUND = Found(
    submissions=3, counts=COUNTS, lines=COUNTS, stored=15, acknowledged=15, waiting=0, kept=0, unsent=0, uncounted=0,
    misreceipted=(0, ()), misstored=(0, ()),
)  # fmt: skip
BOOKS = Books((*COUNTS, 15), 100, 100)
SAID = Declared(21, complete=True, closed_at=NOW - 2 * GRACE)
ENDED = NOW - 2 * GRACE


def judged(found: Found = FOUND, said: Declared | None = SAID, books: Books = BOOKS) -> dict[str, bool | None]:
    return {one.word: one.holds for one in equations(found, said, books, ENDED, NOW)}


def test_all_hold() -> None:
    assert judged() == dict.fromkeys(TITLES, True)
    assert look_again(equations(FOUND, SAID, BOOKS, ENDED, NOW), NOW) is None


def test_a_day_is_not_declared_and_what_is_not_all_counted_is_not_compared() -> None:
    assert judged(said=None, books=replace(BOOKS, of_day=None)).keys() == TITLES.keys() - {"sent", "counted"}


def test_more_than_the_closed_banners_declared_is_no_fault_less_is() -> None:
    assert judged(said=replace(SAID, sent=20, complete=False))["sent"] is True
    assert judged(said=replace(SAID, sent=22, complete=False))["sent"] is False
    assert judged(said=replace(SAID, sent=20))["sent"] is False


def test_what_may_still_come_is_waited_for() -> None:
    soon = replace(SAID, sent=22, closed_at=NOW - GRACE / 2)
    made = equations(replace(FOUND, unsent=1), soon, BOOKS, NOW - GRACE / 4, NOW)
    assert {one.word for one in made if one.holds is None} == {"sent", "published"}
    assert look_again(made, NOW) == NOW + GRACE / 2
    assert judged(replace(FOUND, unsent=1))["published"] is False


def test_a_failing_one_is_looked_at_again_within_the_hour() -> None:
    made = equations(replace(FOUND, misstored=(1, ())), SAID, BOOKS, ENDED, NOW)
    assert {one.word for one in made if not one.holds} == {"stored"}
    assert look_again(made, NOW) == NOW + GRACE


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_days_that_are_over_are_due_once(today: date, away: int) -> None:
    through = today - timedelta(days=1 + away)
    due = days_due(through, today)
    assert due == [today - timedelta(days=n) for n in range(min(away, CATCH_UP_DAYS), 0, -1)]
    assert days_due(today - timedelta(days=1), today) == []


@given(st.integers(0, 120), st.none() | st.integers(-10, 200))
def test_every_old_day_comes_round(age: int, came_to: int | None) -> None:
    first = date(2026, 1, 1)
    today = first + timedelta(days=age)
    at = None if came_to is None else first + timedelta(days=came_to)
    seen: set[date] = set()
    for _ in range(2 * (age // LOOK_BACK_DAYS + 2)):
        days = look_back(at, first, today)
        assert len(days) <= LOOK_BACK_DAYS
        assert all(first <= day < today - timedelta(days=1) for day in days)
        seen.update(days)
        at = days[-1] if days else at
    assert seen == {first + timedelta(days=n) for n in range(max(0, age - 1))}
