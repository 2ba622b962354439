"""What becomes of each record (处理结果): decided from what is stored, without touching storage.

A department may send a record unchanged under a new `source_updated_at`. Such a **repeat** is not stored as a version:
what is visible is the same without it, as long as the version just below it has the same content. It is remembered, so
that a version that comes late and lands between the two can **reinstate** it: stored as a version of its own, because
the department said that after the late one its content held (again). Hence, whatever the order of arrival, what is
visible is what all versions and repeats together say.

The versions of one `source_id` that were newest when they came form a chain: each `follows` the one it replaced, 0 for
the first. Versions off the chain (`follows` None) are history that came late.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
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

Counts = tuple[int, int, int, int, int, int]
"""How many records had each outcome, in the order of Outcome."""


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
    @property
    def effective_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Held:
    """A stored version: its content's digest and Kafka key; `content` is the version that the content was sent under
    (another one for a repeat that was reinstated)."""

    version: int
    digest: bytes
    key: str
    content: int


@dataclass(slots=True)
class Known:
    """What is stored of one `source_id` around the versions asked for: the newest (`head`), of each asked-for version
    itself or the one above it, the one below it, and the repeat at or above it."""

    head: Held
    known_at: datetime
    near: dict[int, Held] = field(default_factory=dict)
    repeats: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Line:
    """One record's fate. `follows` is the version it replaces, None off the chain. `repeats`: to be remembered."""

    outcome: Outcome
    known_at: datetime
    follows: int | None = None
    previous_key: str | None = None
    repeats: bool = False

    @property
    def stored(self) -> bool:
        """Whether this record becomes a row (duplicates and refusals do not)."""
        return self.outcome < Outcome.DUPLICATE


@dataclass(frozen=True, slots=True)
class Reinstated:
    """A repeat that becomes a version with the content of the version `content`; `follows` as in Line."""

    source_id: str
    version: int
    content: int
    follows: int | None
    known_at: datetime


@dataclass(slots=True)
class Plan:
    """`lines[i]` is the fate of the i-th record given. `built_on`: the stored records that this adds to, as they
    were known; they must still be so when the plan is carried out."""

    lines: list[Line] = field(default_factory=list)
    reinstated: list[Reinstated] = field(default_factory=list)
    built_on: dict[str, Known] = field(default_factory=dict)


class _State:
    """What one `source_id` is while the batch goes through: the stored neighbourhood and this batch's rows."""

    __slots__ = ("head", "known_at", "order", "repeats", "rows", "waiting")

    def __init__(self, known: Known | None) -> None:
        self.head: Held | None = known.head if known else None
        self.known_at = known.known_at if known else None
        self.rows = {known.head.version: known.head, **known.near} if known else {}
        self.order = sorted(self.rows)
        self.repeats = set(known.repeats - self.rows.keys()) if known else set()
        self.waiting = sorted(self.repeats)

    def add(self, row: Held, known_at: datetime) -> None:
        """Take in a version of this batch."""
        self.rows[row.version] = row
        insort(self.order, row.version)
        if self.head is None or row.version > self.head.version:
            self.head, self.known_at = row, known_at

    def remember(self, version: int) -> None:
        """Take in a repeat of this batch."""
        self.repeats.add(version)
        insort(self.waiting, version)

    def below(self, version: int) -> Held | None:
        """The version just below."""
        at = bisect_right(self.order, version)
        return self.rows[self.order[at - 1]] if at else None

    def repeat_above(self, version: int) -> int | None:
        """The repeat just above, None if a version stands before it."""
        at = bisect_right(self.waiting, version)
        if at == len(self.waiting):
            return None
        row = bisect_right(self.order, version)
        above = self.waiting[at]
        return above if row == len(self.order) or above < self.order[row] else None


def decide(records: Iterable[Incoming], known: Mapping[str, Known], now: datetime) -> Plan:
    """Decide each record in the given order, each seeing those before it.

    `known` holds every `source_id` that is stored. known_at is `now`, or the newest version's when that is later, so
    that a clock that steps back never reorders history (architecture §5).
    """
    states: dict[str, _State] = {}
    first: dict[str, tuple[Incoming, Line]] = {}  # seen once and new: nearly all of a feed, so kept light
    plan = Plan()
    for record in records:
        source_id = record.source_id
        if source_id not in known and source_id not in first:
            line = Line(Outcome.ACCEPTED if record.op == "upsert" else Outcome.RETRACTED, now, 0)
            first[source_id] = (record, line)
        else:
            state = states.get(source_id)
            if state is None:
                state = states[source_id] = _State(known.get(source_id))
                if source_id in first:
                    one, its = first[source_id]
                    state.add(_row(one), its.known_at)
            line = _against(record, state, plan, now)
            if source_id in known and (line.stored or line.repeats):
                plan.built_on[source_id] = known[source_id]
        plan.lines.append(line)
    return plan


def _row(record: Incoming) -> Held:
    return Held(record.version, record.digest, record.key, record.version)


def _against(record: Incoming, state: _State, plan: Plan, now: datetime) -> Line:
    version, head = record.version, state.head
    assert head is not None and state.known_at is not None  # noqa: S101, PT018 - a state begins with a version
    known_at = max(now, state.known_at)
    below = state.below(version)
    if below is not None and (below.version == version or version in state.repeats):
        return Line(Outcome.DUPLICATE if below.digest == record.digest else Outcome.REJECTED, known_at)
    repeat = state.repeat_above(version)
    newest = version > head.version and repeat is None
    if below is not None and below.digest == record.digest and (newest or repeat is not None):
        state.remember(version)
        return Line(Outcome.DUPLICATE, known_at, repeats=True)
    if newest:
        outcome = Outcome.CORRECTED if record.op == "upsert" else Outcome.RETRACTED
        line = Line(outcome, known_at, head.version, head.key if head.key != record.key else None)
    else:
        line = Line(Outcome.STALE, known_at)
    state.add(_row(record), known_at)
    if below is not None and repeat is not None:
        follows = head.version if repeat > head.version else None
        plan.reinstated.append(Reinstated(record.source_id, repeat, below.content, follows, known_at))
        state.add(Held(repeat, below.digest, below.key, below.content), known_at)
        state.repeats.discard(repeat)
        state.waiting.remove(repeat)
    return line


PERIOD = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-D[123])?|-Q[1-4]|-H[12])?$"
"""A period as a delivery names it: a year, half-year, quarter, month, or third of a month (旬)."""
RECEIPT_LINES = 5_000
"""A receipt of more records than this leaves the lines to `/v1/submissions/{id}/records`."""
_COUNTS = ("accepted", "corrected", "retracted", "duplicate", "stale", "rejected")
NOTHING: Counts = (0, 0, 0, 0, 0, 0)


def add(one: Counts, other: Counts) -> Counts:
    """The counts of both."""
    a, b, c, d, e, f = map(sum, zip(one, other, strict=True))
    return a, b, c, d, e, f


def receipt_line(
    index: int,
    source_id: str | None,
    outcome: Outcome,
    version: int | None,
    normalised: Sequence[FieldError] = (),
    errors: Sequence[FieldError] = (),
    published: tuple[str, int, int] | None = None,
) -> dict[str, Any]:
    """One line of a receipt as `receipts.schemas.ReceiptLine`; `published` is (topic, partition, offset). The last two
    are for `quarantine.domain.annotate`."""
    return {
        "index": index,
        "source_id": source_id,
        "outcome": WORDS[outcome],
        "version": version,
        "normalised": normalised,
        "errors": errors,
        "published": dict(zip(("topic", "partition", "offset"), published, strict=True)) if published else None,
        "quarantine_id": None,
        "corrects": (),
    }


@dataclass(frozen=True, slots=True)
class Heading:
    """What a receipt says of the submission as a whole. `submission_id` is None when nothing was stored."""

    submission_id: UUID | None
    feed: str
    state: str
    sha256: bytes
    received_at: datetime
    delivery: str | None


def receipt(heading: Heading, counts: Counts, lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A receipt as `receipts.schemas.Receipt`. Over RECEIPT_LINES records of a stored submission, `lines` are not in
    it but the address where they are."""
    by_word = dict(zip(WORDS[1:], counts, strict=True))
    apart = heading.submission_id is not None and sum(counts) > RECEIPT_LINES
    return {
        "submission_id": str(heading.submission_id) if heading.submission_id else None,
        "feed": heading.feed,
        "state": heading.state,
        "sha256": heading.sha256.hex(),
        "received_at": heading.received_at,
        "delivery": heading.delivery,
        "counts": {word: by_word[word] for word in _COUNTS},
        "records_url": f"/v1/submissions/{heading.submission_id}/records" if apart else None,
        "records": [] if apart else lines,
    }
