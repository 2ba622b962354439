"""What becomes of each record (处理结果): decided from what is stored, without touching storage.

The published versions of one `source_id` that were newest when they came form a **chain**: each row
`follows` the version it was decided against (0 for the first), and a unique index lets no two rows
follow the same one. Two requests that decided on the same state therefore collide, and one of them
decides again. Rows off the chain (`follows` None) are history that came late.

`confirmed_to` on a chain row is the latest `source_updated_at` at which the department repeated the
same content; between the row's own version and it, nothing else can have held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Any, Protocol
from uuid import UUID

from shared.errors import FieldError


class Outcome(IntEnum):
    """The six outcomes of feeds §1, with the number each is stored under."""

    ACCEPTED = 1
    CORRECTED = 2
    RETRACTED = 3
    STALE = 4
    DUPLICATE = 5
    REJECTED = 6

    @property
    def word(self) -> str:
        """The outcome as receipts, metrics and events spell it."""
        return WORDS[self]


WORDS = ("", *(name.lower() for name in Outcome.__members__))
"""The words by number: an enum's own name costs a fifth of a microsecond, which is much a record."""


class Incoming(Protocol):
    """The part of a prepared record that the decision looks at."""

    @property
    def source_id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def op(self) -> str: ...
    @property
    def key(self) -> str: ...


@dataclass(slots=True)
class Head:
    """A row of the chain: its version (µs since epoch), content digest, Kafka key and known_at."""

    version: int
    digest: bytes
    key: str
    known_at: datetime
    confirmed_to: int | None = None


@dataclass(slots=True)
class Known:
    """What is stored of one `source_id`.

    `head` is the newest row of the chain; `versions` the digests of those asked-for versions that are
    stored; `before` for each asked-for version older than the head the chain row just before it.
    """

    head: Head
    versions: dict[int, bytes] = field(default_factory=dict)
    before: dict[int, Head] = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """One record's fate. `follows` is the version it was decided against, None off the chain."""

    outcome: Outcome
    known_at: datetime
    follows: int | None = None
    publish: bool = False
    previous_key: str | None = None
    confirmed_to: int | None = None

    @property
    def stored(self) -> bool:
        """Whether this record becomes a row (duplicates and refusals do not)."""
        return self.outcome < Outcome.DUPLICATE


@dataclass(slots=True)
class Link:
    """A stored chain row that this batch builds on: it must still be the head, and still have been
    confirmed up to `confirmed_to`, when the batch is written. `confirm_to` moves the mark."""

    version: int
    confirmed_to: int | None
    confirm_to: int | None = None


@dataclass(slots=True)
class Plan:
    """`lines[i]` is the fate of the i-th record given; `links` by `source_id` as in Link."""

    lines: list[Line]
    links: dict[str, Link]


class _State:
    """What one `source_id` is while the batch goes through: the stored state and this batch's rows."""

    __slots__ = ("before", "chain", "line", "stored", "versions")

    def __init__(self, known: Known | None) -> None:
        self.stored = known.head if known else None
        self.chain = [replace(known.head)] if known else []
        self.versions = dict(known.versions) if known else {}
        self.before = known.before if known else {}
        self.line: Line | None = None  # the line of this batch that made the present head

    def add(self, record: Incoming, line: Line) -> None:
        """Take in a row of this batch; one with `follows` becomes the head."""
        self.versions[record.version] = record.digest
        if line.follows is not None:
            self.chain.append(Head(record.version, record.digest, record.key, line.known_at))
            self.line = line

    def row_before(self, version: int) -> Head | None:
        """The chain row just before `version`."""
        for row in reversed(self.chain):
            if row.version < version:
                return row
        return self.before.get(version)


def decide(records: Iterable[Incoming], known: Mapping[str, Known], now: datetime) -> Plan:
    """Decide each record in the given order, each seeing those before it.

    `known` holds every `source_id` that is stored. known_at is `now`, or the head's when that is
    later, so that a clock that steps back never reorders history (architecture §5).
    """
    states: dict[str, _State] = {}
    first: dict[str, tuple[Incoming, Line]] = {}  # seen once and new: nearly all of a feed, so kept light
    plan = Plan([], {})
    for record in records:
        source_id = record.source_id
        if source_id not in known and source_id not in first:
            line = Line(Outcome.ACCEPTED if record.op == "upsert" else Outcome.RETRACTED, now, 0, True)
            first[source_id] = (record, line)
        else:
            state = states.get(source_id)
            if state is None:
                state = states[source_id] = _State(known.get(source_id))
                if source_id in first:
                    state.add(*first[source_id])
            line = _against(record, state, plan, now)
            if line.stored:
                state.add(record, line)
        plan.lines.append(line)
    return plan


def _against(record: Incoming, state: _State, plan: Plan, now: datetime) -> Line:
    version, head = record.version, state.chain[-1]
    known_at = max(now, head.known_at)
    stored = state.versions.get(version)
    if stored is not None:
        return Line(Outcome.DUPLICATE if stored == record.digest else Outcome.REJECTED, known_at)
    before = state.row_before(version)
    if before is not None and before.confirmed_to is not None and version <= before.confirmed_to:
        return _within(record, before, known_at)
    if version < head.version:
        return Line(Outcome.STALE, known_at, None, True)
    link = _link(record.source_id, state, plan)
    if record.digest == head.digest:
        return _confirm(version, state, link, known_at)
    outcome = Outcome.CORRECTED if record.op == "upsert" else Outcome.RETRACTED
    return Line(outcome, known_at, head.version, True, head.key if head.key != record.key else None)


def _within(record: Incoming, row: Head, known_at: datetime) -> Line:
    """The department already said what held at this instant: the content of `row`."""
    if record.digest == row.digest:
        return Line(Outcome.DUPLICATE, known_at)
    if record.version == row.confirmed_to:
        return Line(Outcome.REJECTED, known_at)
    return Line(Outcome.STALE, known_at, None, False)


def _confirm(version: int, state: _State, link: Link | None, known_at: datetime) -> Line:
    """The head's content once more, later: only its mark moves."""
    state.chain[-1].confirmed_to = version
    if state.line is not None:
        state.line.confirmed_to = version
    elif link is not None:
        link.confirm_to = version
    return Line(Outcome.DUPLICATE, known_at)


def _link(source_id: str, state: _State, plan: Plan) -> Link | None:
    """The stored head that this batch builds on, if the head is not of this batch."""
    if state.stored is None or state.line is not None:
        return None
    return plan.links.setdefault(source_id, Link(state.stored.version, state.stored.confirmed_to))


_COUNTS = ("accepted", "corrected", "retracted", "duplicate", "stale", "rejected")


def receipt_line(
    index: int,
    source_id: str | None,
    outcome: Outcome,
    version: int | None,
    normalised: Sequence[FieldError] = (),
    errors: Sequence[FieldError] = (),
    published: tuple[str, int, int] | None = None,
) -> dict[str, Any]:
    """One line of a receipt as `schemas.ReceiptLine`; `published` is (topic, partition, offset)."""
    return {
        "index": index,
        "source_id": source_id,
        "outcome": WORDS[outcome],
        "version": version,
        "normalised": normalised,
        "errors": errors,
        "published": dict(zip(("topic", "partition", "offset"), published, strict=True)) if published else None,
    }


def receipt(
    submission_id: UUID | None,
    feed: str,
    sha256: bytes,
    received_at: datetime,
    counts: Sequence[int],
    lines: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """A complete receipt as `schemas.Receipt`; `counts` in the order of Outcome."""
    by_word = dict(zip(WORDS[1:], counts, strict=True))
    return {
        "submission_id": str(submission_id) if submission_id else None,
        "feed": feed,
        "state": "complete",
        "sha256": sha256.hex(),
        "received_at": received_at,
        "counts": {word: by_word[word] for word in _COUNTS},
        "records": lines,
    }
