"""Which taken record closes which entry of the quarantine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.quarantine.domain import KEPT, Closed, Entry, Key, Open, Taken, annotate, closings

PART = UUID(int=7)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def key(line: int) -> Key:
    return Key(PART, line)


@pytest.mark.parametrize(
    ("entry", "taken", "named", "closed"),
    [
        (Open(key(0), "a", 10), [Taken(3, "a", 10)], {}, 3),
        (Open(key(0), "a", 10), [Taken(3, "a", 9)], {}, None),
        (Open(key(0), "a", None), [Taken(3, "a", 1)], {}, 3),
        (Open(key(0), "a", 10), [Taken(3, "b", 99)], {}, None),
        (Open(key(0), "a", 10), [Taken(1, "a", 11), Taken(2, "a", 12), Taken(3, "a", 5)], {}, 2),
        (Open(key(0), None, None), [Taken(3, "a", 10)], {}, None),
        (Open(key(0), None, None), [Taken(3, "a", 10)], {key(0): 3}, 3),
        (Open(key(0), "a", 10), [Taken(3, "a", 1)], {key(0): 3}, 3),  # said so: its time may have been what was wrong
        (Open(key(0), "a", 10), [Taken(3, "b", 99)], {key(0): 3}, None),  # a copied row
        (Open(key(0), "a", 10), [Taken(3, "b", 99), Taken(4, "a", 10)], {key(0): 3}, 4),
        (Open(key(0), "a", 10), [], {key(0): 3}, None),  # the row was refused again
    ],
)
def test_what_closes_an_entry(entry: Open, taken: list[Taken], named: dict[Key, int], closed: int | None) -> None:
    assert closings([entry], taken, named) == ({} if closed is None else {entry.key: closed})


_VERSIONS = st.integers(0, 5)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.none() | _VERSIONS), max_size=8),
    st.lists(st.tuples(st.sampled_from("abc"), _VERSIONS), max_size=8),
)
def test_law_an_entry_is_closed_by_the_newest_of_its_record_or_not_at_all(
    refused: list[tuple[str, int | None]], sent: list[tuple[str, int]]
) -> None:
    entries = [Open(key(line), source, version) for line, (source, version) in enumerate(refused)]
    taken = [Taken(index, source, version) for index, (source, version) in enumerate(sent)]
    closed = closings(entries, taken, {})
    for one in entries:
        newest = max((version for source, version in sent if source == one.source_id), default=-1)
        assert (one.key in closed) == (newest >= (one.superseded_from or 0))
        if one.key in closed:
            assert sent[closed[one.key]] == (one.source_id, newest)


@pytest.mark.parametrize(
    "text", ["", "x", f"{PART}", f"{PART}.", f"{PART}.01", f"{PART}.-1", f"{PART}.1.2", f"{{{PART}}}.1"]
)
def test_what_is_no_id(text: str) -> None:
    assert Key.read(text) is None
    assert Key.read(key(12).entry_id) == key(12)


def test_states() -> None:
    entry = Entry(key(0), 8, PART, "a", NOW, [], "sealed", None)
    assert entry.state(NOW + KEPT - timedelta(seconds=1)) == "open"
    assert entry.state(NOW + KEPT) == "expired"
    assert Entry(key(0), 8, PART, "a", NOW, [], None, None).state(NOW) == "expired"
    assert Entry(key(0), 8, PART, "a", NOW, [], None, Closed(NOW, PART, 0)).state(NOW + KEPT) == "closed"


def test_a_receipt_names_what_it_left_and_what_it_closed() -> None:
    lines = [{"index": i, "outcome": outcome} for i, outcome in enumerate(("accepted", "rejected", "duplicate"))]
    annotate(lines, PART, {2: ["x"]})
    assert lines == [
        {"index": 0, "outcome": "accepted"},
        {"index": 1, "outcome": "rejected", "quarantine_id": f"{PART}.1"},
        {"index": 2, "outcome": "duplicate", "corrects": ["x"]},
    ]
