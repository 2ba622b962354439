"""What is told of a household's days, message by message, is what stands, however often and late it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.assets.beneficiaries.domain import Status as Heard
from services.assets.beneficiaries.domain import standing_on
from services.screening.status.domain import (
    NOTHING,
    UNTOLD,
    HouseholdSaid,
    MeasureSaid,
    MonitoringSaid,
    Said,
    Segment,
    Span,
    Status,
    Timeline,
    Told,
    due,
    heard,
    joined,
    news,
    next_change,
    on_day,
    timeline,
)

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 12).map(lambda n: FIRST + timedelta(days=n))
STATUSES = st.builds(
    lambda base, monitored, members: Status(
        None, base, monitored, None, FIRST if monitored else None, None, (), members
    ),
    st.sampled_from(["lifted", "general"]),
    st.booleans(),
    st.integers(0, 2),
)
TIMELINES = st.dictionaries(DAYS, STATUSES | st.just(NOTHING), max_size=6).map(
    lambda found: joined(Segment(day, found[day]) for day in sorted(found))
)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range(-1, 14)]
FOR_EVER = date(9999, 12, 31)


def span(begins: date, version: int = 1, until: date = FOR_EVER) -> Span:
    return Span(begins, version, "S", until)


@given(TIMELINES, TIMELINES)
def test_who_hears_the_news_knows_what_stands(told: Timeline, now: Timeline) -> None:
    messages = news(told, now)
    assert heard(told, messages) == now
    assert (messages == ()) == (told == now)
    assert len(messages) <= len(now) + 1


@given(st.lists(TIMELINES, max_size=5), st.randoms(use_true_random=False))
def test_assets_knows_every_day_whatever_order_the_messages_come_in(stands: list[Timeline], random: Random) -> None:
    """The consumer's own rule, on every message ever told, shuffled and doubled."""
    messages = _told(stands)
    mixed = random.sample(messages, len(messages)) * 2
    now = stands[-1] if stands else ()
    for day in EVERY_DAY:
        status = on_day(now, day)
        expected = "monitored" if status.monitored else status.base_status or "unknown"
        assert standing_on(mixed, day) == expected, day


def _told(stands: Sequence[Timeline]) -> list[Heard]:
    told: Timeline = ()
    found: list[Heard] = []
    for now in stands:
        for segment in news(told, now):
            status = segment.status
            found.append(Heard("H1", len(found) + 1, segment.since, status.base_status, status.monitored, None))
        told = now
    return found


@given(st.lists(st.tuples(DAYS, DAYS, st.sampled_from(["industry", "finance"])), max_size=4), DAYS)
def test_a_timeline_says_of_each_day_what_holds_on_it_and_when_it_ends(
    measures: list[tuple[date, date, str]], until: date
) -> None:
    said = Said(
        "H1",
        households=[HouseholdSaid(span(FIRST), "150625100201", "lifted")],
        measures=[
            MeasureSaid(Span(begins, n, f"M{n}", FOR_EVER), kind, begins, ends)
            for n, (begins, ends, kind) in enumerate(measures)
        ],
    )
    made = timeline(said, until)
    for day in EVERY_DAY:
        if day <= until:
            assert on_day(made, day).measures == tuple(
                sorted({kind for begins, ends, kind in measures if begins <= day <= ends})
            )
    following = next_change(said, until)
    for day in EVERY_DAY:
        if day > until and (following is None or day < following):
            assert said.on(day) == on_day(made, until), day


def test_a_clock_that_goes_back_takes_nothing_back() -> None:
    said = Said("H1", households=[HouseholdSaid(span(FIRST), None, "lifted")])
    said.monitoring.append(MonitoringSaid(span(date(2026, 3, 1)), False, "sudden", date(2026, 3, 1), None))
    told, messages = due(UNTOLD, said, date(2026, 3, 1))
    assert [one.status.monitored for one in messages] == [False, True]
    assert due(told, said, date(2026, 2, 1)) == (told, ())


def test_what_was_told_and_is_said_no_more_is_taken_back_from_its_first_day_on() -> None:
    said = Said("H1", households=[HouseholdSaid(span(FIRST), None, "lifted")])
    told, _ = due(UNTOLD, said, date(2026, 3, 1))
    after, messages = due(told, Said("H1"), date(2026, 3, 1))
    assert messages == (Segment(FIRST, NOTHING),)
    assert after == Told(2, (), None)


def test_of_whom_nothing_concerns_others_only_the_day_to_come_is_kept() -> None:
    general = HouseholdSaid(span(FIRST), None, "general")
    later = HouseholdSaid(Span(date(2026, 6, 1), 2, "T", FOR_EVER), None, "lifted")
    waiting, messages = due(UNTOLD, Said("H1", households=[general, later]), date(2026, 3, 1))
    assert (waiting, messages) == (Told(0, (), date(2026, 6, 1)), ())
    told, messages = due(waiting, Said("H1", households=[general, later]), date(2026, 6, 1))
    assert [(one.since, one.status.base_status) for one in messages] == [
        (FIRST, "general"),
        (date(2026, 6, 1), "lifted"),
    ]
    assert (told.seq, told.next_on) == (2, None)
