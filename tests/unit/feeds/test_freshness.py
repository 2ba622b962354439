"""One boundary between fresh and overdue, whoever asks and however."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.feeds import catalogue
from shared.feeds.domain import Feed
from shared.feeds.freshness import age_days, fresh_from, is_overdue

ENROLMENT = catalogue.get("medical-insurance", "enrolment")
CAME = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
LIMIT = ENROLMENT.overdue_days


@pytest.mark.parametrize(("days", "late"), [(0, False), (LIMIT, False), (LIMIT + 1, True)])
def test_a_feed_is_late_after_its_days_and_not_on_the_last(days: int, late: bool) -> None:
    today = date(2026, 3, 1) + timedelta(days=days)
    assert age_days(ENROLMENT, CAME, today) == days
    assert is_overdue(days, LIMIT) is late


def test_what_never_came_is_late() -> None:
    assert age_days(ENROLMENT, None, date(2026, 3, 1)) is None
    assert is_overdue(None, 10_000)


@given(
    feed=st.sampled_from(list(catalogue.FEEDS.values())),
    today=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    seconds=st.integers(-3, 3) | st.integers(-(10**7), 10**7),
)
def test_the_instant_of_the_boundary_is_the_days_boundary(feed: Feed, today: date, seconds: int) -> None:
    came = fresh_from(feed, today) + timedelta(seconds=seconds)
    if clock.business_date(came) <= today:
        assert is_overdue(age_days(feed, came, today), feed.overdue_days) == (seconds < 0)
