"""The rectangles say at every (D, T) what the definition of screening §1 says, in any order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.versions.domain import FAR_INSTANT, Piece, Shape, Version, pieces

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2026, 1, 1)


def instant(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def visible_by_definition(versions: list[Version], shape: Shape, day: date, known: datetime) -> int | None:
    """The words of the design, version by version."""
    candidates = [v for v in versions if v.known_at <= known]
    if not candidates:
        return None
    newest = max(candidates, key=lambda v: v.number)
    if newest.effective_on is None:
        return None
    if shape == "event":
        return newest.number if newest.effective_on <= day else None
    upserts = [v for v in candidates if v.effective_on is not None and v.effective_on <= day]
    return max((v.number for v in upserts), default=None)


def visible_by_pieces(found: list[Piece], versions: list[Version], day: date, known: datetime) -> list[int]:
    effective = {v.number: v.effective_on for v in versions}
    return [
        p.number
        for p in found
        if p.visible_from <= known < p.visible_to
        and (since := effective[p.number]) is not None
        and since <= day < p.holds_to
    ]


histories = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 6), st.one_of(st.none(), st.integers(0, 6))),
    min_size=1,
    max_size=7,
    unique_by=lambda t: t[0],
).map(
    lambda drawn: [
        Version(number, instant(hour), None if day is None else DAY + timedelta(days=day))
        for number, hour, day in drawn
    ]
)
shapes: st.SearchStrategy[Shape] = st.sampled_from(["event", "state"])


@given(histories, shapes)
def test_pieces_mean_the_definition_at_every_day_and_instant(versions: list[Version], shape: Shape) -> None:
    found = pieces(versions, shape)
    for day in range(8):
        for hour in range(-1, 8):
            at, known = DAY + timedelta(days=day), instant(hour)
            expected = visible_by_definition(versions, shape, at, known)
            assert visible_by_pieces(found, versions, at, known) == ([] if expected is None else [expected])


@given(histories, shapes, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(versions: list[Version], shape: Shape, random: object) -> None:
    shuffled = sorted(versions, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert pieces(shuffled, shape) == pieces(versions, shape)


@given(histories, shapes)
def test_every_version_is_kept_even_when_it_never_shows(versions: list[Version], shape: Shape) -> None:
    assert {p.number for p in pieces(versions, shape)} == {v.number for v in versions}


def test_a_change_splits_the_older_version_and_a_correction_replaces_it() -> None:
    january, july = date(2026, 1, 1), date(2026, 7, 1)
    change = pieces([Version(1, instant(0), january), Version(2, instant(5), july)], "state")
    assert change == [
        Piece(1, instant(0), instant(5), date(9999, 12, 31)),
        Piece(1, instant(5), FAR_INSTANT, july),
        Piece(2, instant(5), FAR_INSTANT, date(9999, 12, 31)),
    ]
    correction = pieces([Version(1, instant(0), july), Version(2, instant(5), january)], "state")
    assert correction == [
        Piece(1, instant(0), instant(5), date(9999, 12, 31)),
        Piece(2, instant(5), FAR_INSTANT, date(9999, 12, 31)),
    ]
