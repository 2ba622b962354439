"""Freshness (数据时效): how old a feed's newest record is, and whether that is too old. Everything that says "overdue"
asks here, in days of Asia/Shanghai, so that nothing changes in the middle of a day with nobody looking."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from shared import clock
from shared.feeds.domain import Feed


def age_days(feed: Feed, newest: datetime | None, today: date) -> int | None:
    """Days between the day on which the newest record came and `today`, as the feed counts them; None: never came."""
    return None if newest is None else feed.age_days(clock.business_date(newest), today)


def is_overdue(age: int | None, overdue_days: int) -> bool:
    """Whether a feed of that age is late: on its `overdue_days`-th day it is not yet, on the next it is."""
    return age is None or age > overdue_days


@lru_cache(maxsize=1024)
def fresh_from(feed: Feed, today: date) -> datetime:
    """The first instant at which a record may have come for the feed not to be overdue on `today`: the same boundary
    as `is_overdue`, for a statement that compares instants."""
    first = today
    while not is_overdue(feed.age_days(first - timedelta(days=1), today), feed.overdue_days):
        first -= timedelta(days=1)
    return clock.end_of_day(first - timedelta(days=1)) + timedelta(microseconds=1)
