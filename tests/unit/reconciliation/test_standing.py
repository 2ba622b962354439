"""Freshness is a function of the signs of life and the day; what is told follows it without a gap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.freshness.domain import Calendar, Limits, Place, Signs, Standing, changes, newest
from shared import clock
from shared.feeds import catalogue

FEED = 8
PLACE: Place = (FEED, "150625000000")
DAYS = 15
START = datetime(2026, 3, 1, 4, tzinfo=UTC)


def calendar(today: date, days: int = DAYS) -> Calendar:
    limits = {FEED: Limits(days, lambda last, now: (now - last).days)}
    return Calendar(limits, today, clock.business_date, clock.start_of_day)


def on(day: int) -> Signs:
    return Signs(START + timedelta(days=day), "record")


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=1, max_size=30))
def test_what_was_told_is_what_holds_whatever_came_when(history: list[tuple[int, bool]]) -> None:
    told: dict[Place, Standing] = {}
    states: list[str] = ["never"]
    last: int | None = None
    for day, came in sorted(history):
        today = date(2026, 3, 1) + timedelta(days=day)
        signs = newest(told, [(PLACE, on(day))] if came else [])
        last = day if came else last
        moved, changed = changes(calendar(today), told, signs)
        told |= moved
        for change in changed:
            assert change.was == states[-1] != change.now.state
            states.append(change.now.state)
        expected = "never" if last is None else "overdue" if day - last > DAYS else "fresh"
        assert states[-1] == expected
        if last is not None:
            assert told[PLACE].last_at == on(last).last_at
            assert clock.business_date(told[PLACE].since) <= today


@given(st.integers(0, 60), st.integers(1, 400), st.integers(0, 1000))
def test_overdue_begins_with_the_first_day_that_is_too_late(hour: int, days: int, later: int) -> None:
    last = START + timedelta(hours=hour)
    today = clock.business_date(last) + timedelta(days=days + 1 + later)
    standing = calendar(today, days).standing(FEED, None, Signs(last, "record"))
    assert standing.state == "overdue"
    assert standing.since == clock.start_of_day(clock.business_date(last) + timedelta(days=days + 1))


def test_an_older_sign_changes_nothing() -> None:
    told = {PLACE: Standing(on(5).last_at, "delivery", "fresh", START)}
    assert newest(told, [(PLACE, on(3))])[PLACE] == Signs(on(5).last_at, "delivery")
    assert changes(calendar(date(2026, 3, 7)), told, newest(told, [])) == ({}, [])


def test_a_newer_sign_moves_the_date_and_tells_nothing() -> None:
    told = {PLACE: Standing(on(1).last_at, "delivery", "fresh", START)}
    moved, changed = changes(calendar(date(2026, 3, 7)), told, newest(told, [(PLACE, on(4))]))
    assert moved == {PLACE: Standing(on(4).last_at, "record", "fresh", START)}
    assert changed == []


def test_the_limits_are_those_of_the_feeds() -> None:
    for feed in catalogue.FEEDS.values():
        limits = Limits(feed.overdue_days, feed.age_days)
        made = Calendar({feed.number: limits}, date(2026, 10, 1), clock.business_date, clock.start_of_day)
        long_ago = made.standing(feed.number, None, Signs(datetime(2024, 1, 1, tzinfo=UTC), "record"))
        assert long_ago.state == "overdue"
        first = clock.business_date(long_ago.since)
        last = date(2024, 1, 1)
        assert feed.age_days(last, first) > feed.overdue_days >= feed.age_days(last, first - timedelta(days=1))
