"""Periods: every day lies in one of each kind, and they follow each other without a gap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions.periods import (
    GRANULARITIES,
    Granularity,
    as_of,
    end_of,
    ended,
    granularity_of,
    period_of,
    previous,
    running,
    start_of,
    year_of,
)

DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
KINDS = st.sampled_from(GRANULARITIES)


@given(DAYS, KINDS)
def test_a_day_lies_between_the_ends_of_its_period(day: date, kind: Granularity) -> None:
    period = period_of(day, kind)
    assert granularity_of(period) == kind
    assert start_of(period) <= day <= end_of(period)
    assert year_of(period) == day.year
    assert as_of(period, day) == day
    assert as_of(period, end_of(period) + timedelta(days=9)) == end_of(period)


@given(DAYS, KINDS)
def test_the_previous_period_ends_the_day_before(day: date, kind: Granularity) -> None:
    period = period_of(day, kind)
    assert granularity_of(previous(period)) == kind
    assert end_of(previous(period)) + timedelta(days=1) == start_of(period)


@given(DAYS, st.integers(0, 800))
def test_ended_periods_are_exactly_those_whose_last_day_lies_between(since: date, more: int) -> None:
    days = [since + timedelta(days=n) for n in range(more + 1)]
    expected = [period_of(d, g) for d in reversed(days) for g in GRANULARITIES if d == end_of(period_of(d, g))]
    assert ended(GRANULARITIES, since, days[-1]) == expected
    assert ended(["quarter"], since, days[-1]) == [p for p in expected if "Q" in p]


@pytest.mark.parametrize("text", ["", "2025-13", "2025-00", "25", "2025-Q5", "2025-Q0", "2025-q1", "2025\n", "2025-3"])
def test_other_texts_are_no_periods(text: str) -> None:
    assert granularity_of(text) is None
    with pytest.raises(ValueError, match="no period"):
        start_of(text)


def test_three_periods_run_at_once() -> None:
    assert running(["month", "quarter", "year"], date(2026, 5, 10)) == ["2026-05", "2026-Q2", "2026"]
