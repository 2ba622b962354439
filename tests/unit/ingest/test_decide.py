"""The outcome decision: the cases of feeds §1 one by one, then the laws."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.outcomes.domain import Held, Known, Line, Outcome, decide

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    version: int
    content: str = "X"
    op: str = "upsert"
    source_id: str = "s"
    key: str = "k"
    effective_on: None = None

    @property
    def digest(self) -> bytes:
        return (self.op + self.content).encode()


class Store:
    """Tables of record versions and of repeats, kept the way the repository keeps them."""

    def __init__(self) -> None:
        self.rows: list[tuple[Record, Line]] = []
        self.repeats: set[tuple[str, int]] = set()

    def push(self, *records: Record, now: datetime = NOW) -> list[Outcome]:
        plan = decide(records, self.known(records), now)
        pairs = list(zip(records, plan.lines, strict=True))
        self.rows += [(record, line) for record, line in pairs if line.stored]
        self.repeats |= {(record.source_id, record.version) for record, line in pairs if line.repeats}
        for one in plan.reinstated:
            self.repeats.remove((one.source_id, one.version))
            source = next(r for r, _ in self.rows if (r.source_id, r.version) == (one.source_id, one.content))
            outcome = Outcome.STALE if one.follows is None else Outcome.CORRECTED
            self.rows.append((replace(source, version=one.version), Line(outcome, one.known_at, one.follows)))
        return [line.outcome for line in plan.lines]

    def known(self, records: tuple[Record, ...]) -> dict[str, Known]:
        found = {}
        for source_id in {r.source_id for r in records}:
            rows = sorted(((r, n) for r, n in self.rows if r.source_id == source_id), key=lambda p: p[0].version)
            if not rows:
                continue
            held = [Held(r.version, r.digest, r.key, r.version) for r, _ in rows]
            known = found[source_id] = Known(held[-1], rows[-1][1].known_at)
            for asked in (r.version for r in records if r.source_id == source_id):
                near = [h for h in held if h.version >= asked][:1] + [h for h in held if h.version < asked][-1:]
                known.near |= {h.version: h for h in near}
                known.repeats |= (
                    {min(after)} if (after := [v for s, v in self.repeats if s == source_id and v >= asked]) else set()
                )
        return found

    def stored(self) -> list[int]:
        return sorted(r.version for r, _ in self.rows)

    def at(self, version: int) -> str | None:
        """The content that holds at `version` for whoever reads what was published."""
        seen = [r for r, _ in self.rows if r.version <= version]
        return max(seen, key=lambda r: r.version).digest.decode() if seen else None


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


def test_newer_with_the_same_content_is_only_remembered() -> None:
    store = Store()
    assert store.push(Record(10), Record(20)) == [Outcome.ACCEPTED, Outcome.DUPLICATE]
    assert store.push(Record(30)) == [Outcome.DUPLICATE]
    assert store.stored() == [10]
    assert store.push(Record(30, "Y"), Record(22)) == [Outcome.REJECTED, Outcome.DUPLICATE]
    assert store.stored() == [10]


def test_what_comes_late_between_a_version_and_its_repeat_reinstates_the_repeat() -> None:
    store = Store()
    store.push(Record(10), Record(20), Record(30), Record(22))
    assert store.push(Record(15, "Y")) == [Outcome.STALE]
    assert store.stored() == [10, 15, 20]
    assert store.push(Record(25, "Z"), Record(40, "Y"), Record(26, "Y")) == [
        Outcome.STALE, Outcome.CORRECTED, Outcome.STALE,
    ]  # fmt: skip
    assert store.stored() == [10, 15, 20, 25, 26, 30, 40]
    assert [store.at(v) for v in (14, 19, 24, 25, 29, 39, 40)] == [
        "upsertX", "upsertY", "upsertX", "upsertZ", "upsertY", "upsertX", "upsertY",
    ]  # fmt: skip


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


def by_version(store: Store) -> list[tuple[Record, Line]]:
    return sorted(store.rows, key=lambda pair: (pair[0].source_id, pair[0].version))


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
    rows = deepcopy(store.rows)
    store.push(*records)
    assert store.rows == rows


@given(RECORDS, st.data())
def test_law_cutting_into_batches_changes_nothing(records: list[Record], data: st.DataObject) -> None:
    whole, cut = Store(), Store()
    outcomes = whole.push(*records)
    at = sorted(data.draw(st.sets(st.integers(0, len(records)))) | {0, len(records)})
    assert [o for start, end in pairwise(at) for o in cut.push(*records[start:end])] == outcomes
    assert by_version(cut) == by_version(whole)
    assert cut.repeats == whole.repeats


@given(RECORDS.map(once_each), st.randoms(), st.data())
def test_law_the_order_of_arrival_does_not_change_what_holds(
    records: list[Record], random: Random, data: st.DataObject
) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)
    at = sorted(data.draw(st.sets(st.integers(0, len(records)))) | {0, len(records)})
    store = Store()
    for start, end in pairwise(at):
        store.push(*shuffled[start:end])
    for source_id, mine in by_source(records).items():
        own = Store()
        own.rows = [(r, n) for r, n in store.rows if r.source_id == source_id]
        for record in mine:
            assert own.at(record.version) == record.digest.decode()


@given(RECORDS)
def test_law_the_chain_never_forks_and_only_rises(records: list[Record]) -> None:
    store = Store()
    store.push(*records)
    for source_id in by_source(records):
        mine = [(r, n) for r, n in by_version(store) if r.source_id == source_id]
        chain = [(r.version, n.follows) for r, n in mine if n.follows is not None]
        assert chain[0][1] == 0
        assert all(after[1] == before[0] < after[0] for before, after in pairwise(chain))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_what_changes_something_is_stored(outcome: Outcome) -> None:
    assert Line(outcome, NOW).stored == (outcome not in {Outcome.DUPLICATE, Outcome.REJECTED})
