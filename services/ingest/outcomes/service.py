"""A part of a submission as it is decided: its rows, what goes on the bus, the lines of its receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from services.ingest.outcomes.domain import WORDS, Counts, Heading, Line, Outcome, Plan, Reinstated, receipt_line
from services.ingest.quarantine import domain as entries
from services.ingest.quarantine.domain import Key, Taken
from services.ingest.vault.service import Naming
from shared import clock, ids
from shared.errors import FieldError
from shared.feeds.checks import instant_text
from shared.feeds.domain import Feed, Prepared, Refused
from shared.privacy import mask

Row = tuple[Any, ...]
Remarks = Sequence[FieldError]
Origin = Literal["json", "ndjson", "file", "resubmission"]


@dataclass(frozen=True, slots=True)
class Submission:
    """One request of a department, stored or not yet. `claim` is the digest of its Idempotency-Key, if the rest of it
    may be sent later; `sha256` that of the body (of a file: of its bytes)."""

    submission_id: UUID
    feed: Feed
    caller: str
    origin: Origin
    sha256: bytes
    received_at: datetime
    delivery: str | None = None
    claim: bytes | None = None

    @classmethod
    def new(cls, feed: Feed, caller: str, origin: Origin, sha256: bytes, delivery: str | None = None) -> Submission:
        """One that comes in now."""
        return cls(ids.uuid7(), feed, caller, origin, sha256, clock.now(), delivery)

    def columns(self) -> tuple[UUID, int, str, bytes, datetime, Origin, str | None]:
        """As `intake.repository` stores it."""
        feed, sent = self.feed.number, (self.caller, self.sha256, self.received_at, self.origin, self.delivery)
        return self.submission_id, feed, *sent

    def heading(self, state: str, *, stored: bool = True) -> Heading:
        """What its receipt begins with."""
        submission_id = self.submission_id if stored else None
        return Heading(submission_id, self.feed.name, state, self.sha256, self.received_at, self.delivery)


@dataclass(slots=True)
class Batch:
    """Records that were read: `prepared` and `refused` by index in their submission, `first` the index of the first.

    `raw(index)` is a record as it was sent, for the quarantine. `corrects`: entries of the quarantine that the sender
    says the record at an index corrects. `locate`: how the receipt names the place of an error or a note, whose
    pointers begin with `/records/{index}` here.
    """

    feed: Feed
    prepared: list[Prepared]
    refused: list[Refused]
    raw: Callable[[int], Any]
    first: int = 0
    corrects: Mapping[Key, int] = field(default_factory=dict)
    locate: Callable[[int, FieldError], FieldError] | None = None


def batch_of(feed: Feed, records: Iterable[Prepared | Refused], raw: Callable[[int], Any], first: int = 0) -> Batch:
    """Records that were checked, as a batch."""
    batch = Batch(feed, [], [], raw, first)
    for record in records:
        if isinstance(record, Prepared):
            batch.prepared.append(record)
        else:
            batch.refused.append(record)
    return batch


class Part:
    """One attempt at a batch. Known once it is stored: `closed`, the entries of the quarantine that a record (by index)
    closed; `people`, for the vault to remember once the transaction has committed."""

    def __init__(self, submission: Submission, batch: Batch, plan: Plan, now: datetime) -> None:
        self.submission = submission
        self.batch = batch
        self.plan = plan
        self.now = now
        self.part_id = ids.uuid7()
        self.closed: dict[int, list[str]] = {}
        self.people: dict[str, Naming] = {}
        self.pairs = list(zip(batch.prepared, plan.lines, strict=True))
        self.refused = list(batch.refused)
        counts = [0] * len(Outcome)
        for record, line in self.pairs:
            counts[line.outcome - 1] += 1
            if line.outcome is Outcome.REJECTED:
                error, raw = _version_conflict(record), batch.raw(record.index)
                self.refused.append(Refused(record.index, record.source_id, [error], raw))
        self.errors = {record.index: record.errors for record in self.refused}
        counts[Outcome.REJECTED - 1] += len(batch.refused)
        self.counts: Counts = (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5])

    @property
    def size(self) -> int:
        """How many records it holds, refused ones too."""
        return len(self.pairs) + len(self.batch.refused)

    def rows(self) -> list[Row]:
        """Record versions as `intake.repository.COLUMNS`."""
        feed, part_id = self.batch.feed, self.part_id
        number, of_a_person = feed.number, feed.subject != "household"
        submission_id = str(self.submission.submission_id)
        meta = {"department": feed.department, "kind": feed.kind, "submission_id": submission_id}
        return [
            (
                part_id, record.index, number, record.source_id, record.version, line.follows, line.known_at,
                int(line.outcome), record.op == "retract", record.key, record.division_code, record.digest,
                _payload(meta, record, line, of_a_person),
            )
            for record, line in self.pairs
            if line.outcome < Outcome.DUPLICATE
        ]  # fmt: skip

    def repeats(self) -> list[Row]:
        """What was said again, as `intake.repository.REPEAT_COLUMNS`."""
        number, part_id = self.batch.feed.number, self.part_id
        return [
            (number, record.source_id, record.version, record.effective_on, part_id, record.index)
            for record, line in self.pairs
            if line.repeats
        ]

    def reinstated_rows(self, sources: Mapping[tuple[str, int], Any]) -> list[Row]:
        """Repeats that become versions, behind the part's own lines; `sources` as `intake.repository.take_repeats`."""
        behind = self.batch.first + self.size
        return [
            self._reinstated(one, sources[one.source_id, one.version], behind + position)
            for position, one in enumerate(self.plan.reinstated)
        ]

    def _reinstated(self, one: Reinstated, source: Any, line: int) -> Row:
        newest = Outcome.RETRACTED if source["retracted"] else Outcome.CORRECTED
        outcome = Outcome.STALE if one.follows is None else newest
        body = orjson.loads(source["payload"])
        body["meta"].pop("previous_subject_key", None)
        body["meta"].update(
            version=one.version,
            source_updated_at=instant_text(one.version),
            known_at=one.known_at,
            effective_on=source["effective_on"],
            submission_id=str(source["submission_id"]),
            line=source["line"],
            outcome=outcome.word,
        )
        return (
            self.part_id, line, self.batch.feed.number, one.source_id, one.version, one.follows, one.known_at,
            int(outcome), source["retracted"], source["key"], source["division_code"], source["digest"],
            orjson.dumps(body, option=orjson.OPT_UTC_Z),
        )  # fmt: skip

    def receipt_rows(self) -> list[Row]:
        """Lines that were not stored, and those with remarks, as `intake.repository.RECEIPT_COLUMNS`."""
        part_id, located = self.part_id, self._located
        rows: list[Row] = [
            (part_id, r.index, r.source_id, int(Outcome.REJECTED), None, "[]", _json(located(r.index, r.errors)))
            for r in self.batch.refused
        ]
        for record, line in self.pairs:
            if line.outcome >= Outcome.DUPLICATE or record.notes:
                index = record.index
                notes, errors = located(index, record.notes), located(index, self.errors.get(index, ()))
                values = (record.source_id, int(line.outcome), record.version, _json(notes), _json(errors))
                rows.append((part_id, index, *values))
        return rows

    def receipt_lines(self, *, stored: bool = True) -> list[dict[str, Any]]:
        """Lines of the receipt, by index."""
        located, errors = self._located, self.errors
        lines = [
            receipt_line(r.index, r.source_id, Outcome.REJECTED, None, (), located(r.index, r.errors))
            for r in self.batch.refused
        ]
        for record, line in self.pairs:
            index = record.index
            notes = located(index, record.notes) if record.notes else ()
            wrong = located(index, errors[index]) if line.outcome is Outcome.REJECTED else ()
            lines.append(receipt_line(index, record.source_id, line.outcome, record.version, notes, wrong))
        if self.batch.refused:
            lines.sort(key=lambda said: int(said["index"]))
        if stored:
            entries.annotate(lines, self.part_id, self.closed)
        return lines

    def rejected(self) -> list[FieldError]:
        """Every error, by index."""
        return [error for index in sorted(self.errors) for error in self._located(index, self.errors[index])]

    def _located(self, index: int, errors: Remarks) -> Remarks:
        locate = self.batch.locate
        return errors if locate is None or not errors else [locate(index, error) for error in errors]

    def taken(self) -> list[Taken]:
        """Every record that is not rejected: what it brings need not be corrected any more."""
        taken = (record for record, line in self.pairs if line.outcome is not Outcome.REJECTED)
        return [Taken(record.index, record.source_id, record.version) for record in taken]

    def namings(self) -> list[Naming]:
        """People named by what is stored."""
        return [
            (key, number, name, record.version)
            for record, line in self.pairs
            if line.outcome < Outcome.DUPLICATE
            for key, number, name in record.identities
            if name
        ]


def _payload(constant: dict[str, Any], record: Prepared, line: Line, of_a_person: bool) -> bytes:
    """The event's body: `RecordMetaV1` and the data as it was prepared."""
    meta = {
        **constant,
        "source_id": record.source_id,
        "version": record.version,
        "source_updated_at": record.source_updated_at,
        "known_at": line.known_at,
        "subject_key": record.subject_key,
        "household_no": record.household_no,
        "division_code": record.division_code,
        "effective_on": record.effective_on,
        "line": record.index,
        "outcome": WORDS[line.outcome],
    }
    if of_a_person and line.previous_key is not None:
        meta["previous_subject_key"] = line.previous_key
    return orjson.dumps({"meta": meta, "data": orjson.Fragment(record.data_json)}, option=orjson.OPT_UTC_Z)


def _version_conflict(record: Prepared) -> FieldError:
    return {
        "pointer": f"/records/{record.index}/source_updated_at",
        "code": "version_conflict",
        "message": "“数据变更时间”与已报送的版本相同，但内容不同；内容有改动时，请同时给出新的变更时间",
        "value_masked": mask(record.source_updated_at),
    }


def _json(value: Sequence[FieldError]) -> str:
    return orjson.dumps(value).decode()
