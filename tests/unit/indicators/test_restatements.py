"""A restatement says how far it is from what was closed, and never makes a number out of nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.indicators.restatements import events
from services.indicators.restatements.domain import Cause, Delta, Figures, Restated, delta

NOW = datetime(2026, 11, 20, tzinfo=UTC)
_NUMBERS = st.none() | st.decimals(min_value=-(10**9), max_value=10**9, places=2)
_FIGURES = st.builds(Figures, st.uuids(), _NUMBERS, _NUMBERS, _NUMBERS, st.just("gap_open"))


def figures(n: int, value: str | None, numerator: str | None = "1", denominator: str | None = "4") -> Figures:
    of, part, whole = (None if one is None else Decimal(one) for one in (value, numerator, denominator))
    return Figures(UUID(int=n), of, part, whole, "gap_open")


def restated(now: Figures, closed: Figures | None, previous: Figures | None, *causes: Cause) -> Restated:
    return Restated(8, "medical_insurance", "150600000000", "2025", NOW, NOW, now, closed, previous, "更正", causes)


@given(_FIGURES, _FIGURES)
def test_what_was_plus_the_difference_is_what_is(now: Figures, before: Figures) -> None:
    found = delta(now, before)
    for name in ("value", "numerator", "denominator"):
        late, early, difference = getattr(now, name), getattr(before, name), getattr(found, name)
        if late is None or early is None:
            assert difference is None
        else:
            assert early + difference == late


def test_a_place_without_a_value_has_no_difference() -> None:
    late = restated(figures(1, "25.00"), None, None)
    assert late.since_closing == late.since_previous == Delta(None, None, None)
    said = events.fields(late)
    assert (said["restates"], said["replaces"], said["causes_count"]) == (None, None, 0)


def test_the_second_restatement_is_told_from_the_closed_value_and_from_the_first() -> None:
    closed, first, second = figures(1, "25.00"), figures(2, "50.00", "2"), figures(3, None, None)
    once, twice = restated(first, closed, closed), restated(second, closed, first)
    assert once.since_closing == once.since_previous == Delta(Decimal(25), Decimal(1), Decimal(0))
    assert twice.since_closing == Delta(None, None, Decimal(0)), "not computable any more"
    said = events.fields(twice)
    assert (said["restates"], said["replaces"]) == (str(closed.value_id), str(first.value_id))


def test_an_event_stays_small_and_says_how_many_causes_there_are() -> None:
    causes = [Cause("observation", NOW, observation_id=UUID(int=n)) for n in range(250)]
    said = events.fields(restated(figures(2, "50.00"), figures(1, "25.00"), figures(1, "25.00"), *causes))
    assert said["causes_count"] == 250
    assert [cause.observation_id for cause in said["causes"]] == [str(UUID(int=n)) for n in range(100)]
