"""The outcome decision: the cases of feeds §1 one by one, then the laws."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.submissions.domain import Head, Known, Line, Outcome, decide

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    version: int
    content: str = "X"
    op: str = "upsert"
    source_id: str = "s"
    key: str = "k"

    @property
    def digest(self) -> bytes:
        return (self.op + self.content).encode()


class Store:
    """A table of record versions, kept the way the repository keeps it."""

    def __init__(self) -> None:
        self.rows: list[tuple[Record, Line]] = []

    def push(self, *records: Record, now: datetime = NOW) -> list[Outcome]:
        plan = decide(records, self.known(records), now)
        for source_id, link in plan.links.items():
            row = next(line for r, line in self.rows if (r.source_id, r.version) == (source_id, link.version))
            assert row.confirmed_to == link.confirmed_to
            row.confirmed_to = link.confirm_to or row.confirmed_to
        self.rows += [(r, line) for r, line in zip(records, plan.lines, strict=True) if line.stored]
        return [line.outcome for line in plan.lines]

    def known(self, records: tuple[Record, ...]) -> dict[str, Known]:
        found = {}
        for source_id in {r.source_id for r in records}:
            rows = sorted(((r, n) for r, n in self.rows if r.source_id == source_id), key=lambda p: p[0].version)
            linked = [(r, n) for r, n in rows if n.follows is not None]
            chain = [Head(r.version, r.digest, r.key, n.known_at, n.confirmed_to) for r, n in linked]
            if chain:
                asked = [r.version for r in records if r.source_id == source_id]
                before = {v: [h for h in chain if h.version < v] for v in asked if v < chain[-1].version}
                found[source_id] = Known(
                    chain[-1],
                    {r.version: r.digest for r, _ in rows if r.version in asked},
                    {v: heads[-1] for v, heads in before.items() if heads},
                )
        return found

    def at(self, version: int) -> str | None:
        """The content that holds at `version` for whoever reads what was published."""
        seen = [r for r, line in self.rows if line.publish and r.version <= version]
        return max(seen, key=lambda r: r.version).digest.decode() if seen else None

    def confirmed(self, version: int) -> bool:
        """Whether the department had said what held at `version` before it sent that version."""
        chain = [(r.version, line.confirmed_to or 0) for r, line in self.rows if line.follows is not None]
        return any(start < version <= end for start, end in chain)


def push(*batches: list[Record]) -> list[str]:
    store = Store()
    return [outcome.word for batch in batches for outcome in store.push(*batch)]


def test_new_then_same_then_newer_then_older() -> None:
    assert push([Record(10, "X")], [Record(10, "X")], [Record(20, "Y")], [Record(5, "Z")], [Record(5, "Z")]) == [
        "accepted", "duplicate", "corrected", "stale", "duplicate",
    ]  # fmt: skip


def test_the_same_instant_with_other_content_is_refused_wherever_it_stands() -> None:
    assert push([Record(10, "X"), Record(20, "Y")], [Record(10, "Z"), Record(20, "Z")])[2:] == ["rejected"] * 2
    assert push([Record(10, "X"), Record(10, "Y")]) == ["accepted", "rejected"]


def test_newer_with_the_same_content_only_confirms() -> None:
    store = Store()
    assert store.push(Record(10), Record(20)) == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert store.push(Record(30)) == [Outcome.DUPLICATE]
    [(_, row)] = store.rows
    assert row.confirmed_to == 30
    assert store.push(Record(25, "Y"), Record(30, "Y"), Record(22)) == [
        Outcome.STALE, Outcome.REJECTED, Outcome.DUPLICATE,
    ]  # fmt: skip
    assert [line.publish for _, line in store.rows] == [True, False]
    assert store.push(Record(40, "Y"), Record(26, "Z")) == [Outcome.CORRECTED, Outcome.STALE]
    assert [line.publish for _, line in store.rows] == [True, False, True, False]


def test_retract_of_an_unknown_record_is_a_tombstone_and_a_newer_upsert_revives() -> None:
    retract = Record(20, op="retract")
    assert push([retract], [Record(10)], [retract], [Record(30)]) == ["retracted", "stale", "duplicate", "corrected"]


def test_previous_key_is_named_when_the_subject_changed() -> None:
    store = Store()
    store.push(Record(10))
    plan = decide([Record(20, "Y", key="other"), Record(30, "Z", key="other")], store.known((Record(20),)), NOW)
    assert [line.previous_key for line in plan.lines] == ["k", None]
    assert [line.follows for line in plan.lines] == [10, 20]


def test_a_clock_that_steps_back_does_not_reorder_what_was_known_when() -> None:
    store = Store()
    store.push(Record(10))
    store.push(Record(20, "Y"), Record(5, "Z"), now=NOW - timedelta(hours=1))
    assert {line.known_at for _, line in store.rows} == {NOW}


RECORDS = st.lists(
    st.builds(
        Record,
        version=st.integers(1, 8),
        content=st.sampled_from("XY"),
        op=st.sampled_from(["upsert", "upsert", "retract"]),
        source_id=st.sampled_from("ab"),
        key=st.sampled_from("kl"),
    ),
    max_size=12,
)


def by_source(records: list[Record]) -> dict[str, list[Record]]:
    return {s: [r for r in records if r.source_id == s] for s in {r.source_id for r in records}}


def once_each(records: list[Record]) -> list[Record]:
    """One record a version, so that no order makes a conflict."""
    return list({(r.source_id, r.version): r for r in records}.values())


@given(RECORDS.map(once_each))
def test_law_everything_twice_changes_nothing(records: list[Record]) -> None:
    store = Store()
    store.push(*records)
    rows = deepcopy(store.rows)
    assert set(store.push(*records)) <= {Outcome.DUPLICATE}
    assert store.rows == rows


@given(RECORDS)
def test_law_everything_twice_publishes_nothing_even_with_conflicts(records: list[Record]) -> None:
    store = Store()
    store.push(*records)
    published = [(r, n) for r, n in store.rows if n.publish]
    store.push(*records)
    assert [(r, n) for r, n in store.rows if n.publish] == published


@given(RECORDS, st.data())
def test_law_cutting_into_batches_changes_nothing(records: list[Record], data: st.DataObject) -> None:
    whole, cut = Store(), Store()
    outcomes = whole.push(*records)
    at = sorted(data.draw(st.sets(st.integers(0, len(records)))) | {0, len(records)})
    assert [o for start, end in pairwise(at) for o in cut.push(*records[start:end])] == outcomes
    assert cut.rows == whole.rows


@given(RECORDS.map(once_each), st.randoms())
def test_law_the_order_of_arrival_does_not_change_what_holds(records: list[Record], random: object) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for mine in by_source(shuffled).values():
        store = Store()
        for record in mine:
            store.push(record)
        newest = max(mine, key=lambda r: r.version)
        assert store.at(newest.version) == newest.digest.decode()
        for record in mine:
            if not store.confirmed(record.version):
                assert store.at(record.version) == record.digest.decode()


@given(RECORDS)
def test_law_the_chain_never_forks_and_only_rises(records: list[Record]) -> None:
    store = Store()
    store.push(*records)
    for source_id in by_source(records):
        chain = [(r.version, n.follows) for r, n in store.rows if r.source_id == source_id and n.follows is not None]
        assert chain[0][1] == 0
        assert all(after[1] == before[0] < after[0] for before, after in pairwise(chain))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_what_changes_something_is_stored(outcome: Outcome) -> None:
    assert Line(outcome, NOW).stored == (outcome not in {Outcome.DUPLICATE, Outcome.REJECTED})
