"""Receive a body of one feed: prepare, decide, store, give the receipt.

Two requests may decide on the same state at once. The second then meets a unique index or a changed
mark, its transaction is undone, and it decides again on what the first stored (≤ 3 times), so that
the receipts of both are exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import orjson
from asyncpg import DeadlockDetectedError, UniqueViolationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.quarantine import domain as entries
from services.ingest.quarantine import service as quarantine
from services.ingest.quarantine.domain import Key, Taken
from services.ingest.submissions import repository
from services.ingest.submissions.domain import WORDS, Line, Outcome, Plan, decide, receipt, receipt_line
from services.ingest.submissions.errors import ContendedError
from services.ingest.submissions.repository import Counts, Opening, Row
from services.ingest.vault.service import Naming, Vault
from shared import clock, ids
from shared.db import transaction
from shared.errors import FieldError
from shared.feeds.bodies import read_records, serialisable
from shared.feeds.domain import Feed, Prepared, Refused
from shared.feeds.prepare import Preparer
from shared.privacy import Sealer, mask

T = TypeVar("T")
ATTEMPTS = 4
"""Once, and again ≤ 3 times."""
FEW = 50
"""Below this many records one statement stores a submission whose records are all new."""


class CollisionError(Exception):
    """Another request changed what this one decided on: undo and decide again."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What receiving needs for the life of the process."""

    preparer: Preparer
    vault: Vault
    sealer: Sealer


@dataclass
class Batch:
    """A body that was read: `prepared` by index, `refused` as the checks said; `corrects` are the entries of the
    quarantine that the sender says the record at an index corrects."""

    feed: Feed
    body: bytes
    sha256: bytes
    prepared: list[Prepared]
    refused: list[Refused]
    corrects: dict[Key, int] = field(default_factory=dict)

    @cached_property
    def raw(self) -> list[Any]:
        """The records as they were sent, for the quarantine. Seldom asked for, so the body is read again."""
        return [serialisable(record) for record in read_records(self.body)]


@dataclass(slots=True)
class Result:
    """What became of a batch. `people` are for the vault to remember once the transaction has committed."""

    submission_id: UUID
    receipt: bytes
    counts: Counts
    rejected: list[FieldError]
    stored: bool
    people: dict[str, Naming]

    @property
    def nothing_passed(self) -> bool:
        """Whether every record was rejected."""
        return self.counts[Outcome.REJECTED - 1] == sum(self.counts)

    def words(self) -> list[tuple[str, int]]:
        """The counts that are not zero, by outcome."""
        return [(outcome.word, self.counts[outcome - 1]) for outcome in Outcome if self.counts[outcome - 1]]


def read(intake: Intake, feed: Feed, body: bytes) -> Batch:
    """Check and normalise a body. Raises what `Preparer.body` raises; single records never do."""
    batch = Batch(feed, body, hashlib.sha256(body).digest(), [], [])
    for record in intake.preparer.body(feed, body):
        if isinstance(record, Prepared):
            batch.prepared.append(record)
        else:
            batch.refused.append(record)
    return batch


async def settle(engine: AsyncEngine, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """`work` in a transaction of its own, committed when this returns; again when it collided.

    Raises ContendedError when it collided each time.
    """
    for _ in range(ATTEMPTS):
        try:
            async with transaction(engine) as conn:
                return await work(conn)
        except (CollisionError, UniqueViolationError, DeadlockDetectedError):
            continue
    raise ContendedError("其他请求正在更改同一批记录，本次未保存，请重试。", headers={"Retry-After": "1"})


async def submit(conn: AsyncConnection, intake: Intake, batch: Batch, caller: str, *, strict: bool) -> Result:
    """Store a batch in the caller's transaction; with `strict`, nothing when a record is rejected.

    CollisionError or asyncpg.UniqueViolationError: undo the transaction and call again.
    """
    now = clock.now()
    work = _few_and_new(batch, now)
    if work is not None and await repository.store_new(conn, work.opening(caller), work.rows()):
        people = intake.vault.unknown(work.namings())
        await intake.vault.keep(conn, people)
        return work.result(stored=True, people=people)
    work = _Work(batch, await _plan(conn, batch, now), now)
    if strict and work.errors:
        return work.result(stored=False)
    if work.plan.links and not await repository.hold(conn, batch.feed.number, work.plan.links):
        raise CollisionError
    await repository.store(conn, work.opening(caller), work.rows(), work.receipt_rows())
    feed, submission_id = batch.feed.number, work.submission_id
    work.closed = await quarantine.close(conn, feed, submission_id, now, work.taken(), batch.corrects)
    await quarantine.keep(conn, intake.sealer, submission_id, feed, work.part_id, now, work.refused)
    people = intake.vault.unknown(work.namings())
    await intake.vault.keep(conn, people)
    return work.result(stored=True, people=people)


async def submit_at_once(engine: AsyncEngine, intake: Intake, batch: Batch, caller: str) -> Result | None:
    """The shortest way, for a few records that are all new and name nobody new: one statement, committed when
    this returns. None, and nothing stored, when that is not what the batch is: `submit` it."""
    work = _few_and_new(batch, clock.now())
    if work is None or intake.vault.unknown(work.namings()):
        return None
    try:
        stored = await repository.store_new_at_once(engine, work.opening(caller), work.rows())
    except UniqueViolationError:  # another request was faster with one of them
        return None
    return work.result(stored=True) if stored else None


async def try_out(conn: AsyncConnection, batch: Batch) -> Result:
    """The receipt that `submit` would give now; nothing is stored."""
    now = clock.now()
    return _Work(batch, await _plan(conn, batch, now), now).result(stored=False)


def _few_and_new(batch: Batch, now: datetime) -> _Work | None:
    """The attempt that takes every record for new, if there are few and the batch itself does not say otherwise."""
    if len(batch.prepared) >= FEW or batch.refused or any(record.notes for record in batch.prepared):
        return None
    plan = decide(batch.prepared, {}, now)
    return _Work(batch, plan, now) if all(line.follows == 0 for line in plan.lines) else None


async def _plan(conn: AsyncConnection, batch: Batch, now: datetime) -> Plan:
    source_ids = [record.source_id for record in batch.prepared]
    versions = [record.version for record in batch.prepared]
    known = await repository.known(conn, batch.feed.number, source_ids, versions) if source_ids else {}
    return decide(batch.prepared, known, now)


class _Work:
    """One attempt at a batch: from the plan to rows and receipt."""

    def __init__(self, batch: Batch, plan: Plan, now: datetime) -> None:
        self.batch = batch
        self.plan = plan
        self.pairs = list(zip(batch.prepared, plan.lines, strict=True))
        self.now = now
        self.part_id = ids.uuid7()
        self.submission_id = ids.uuid7()
        self.refused = list(batch.refused)
        self.closed: dict[int, list[str]] = {}  # entries of the quarantine that this attempt closed, by index
        counts = [0] * len(Outcome)
        for record, line in self.pairs:
            counts[line.outcome - 1] += 1
            if line.outcome is Outcome.REJECTED:
                raw = batch.raw[record.index]
                self.refused.append(Refused(record.index, record.source_id, [_version_conflict(record)], raw))
        self.errors = {record.index: record.errors for record in self.refused}
        counts[Outcome.REJECTED - 1] += len(batch.refused)
        self.counts: Counts = (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5])

    def opening(self, caller: str) -> Opening:
        publishable = sum(line.publish for line in self.plan.lines)
        sent = (self.batch.feed.number, caller, self.batch.sha256, self.now)
        return Opening(self.submission_id, self.part_id, *sent, self.counts, publishable)

    def rows(self) -> list[Row]:
        """Record versions as `repository.COLUMNS`."""
        feed, part_id = self.batch.feed, self.part_id
        number, of_a_person = feed.number, feed.subject != "household"
        meta = {"department": feed.department, "kind": feed.kind, "submission_id": str(self.submission_id)}
        return [
            (
                part_id, record.index, number, record.source_id, record.version, line.follows, line.confirmed_to,
                line.known_at, int(line.outcome), record.op == "retract", line.publish, record.key,
                record.division_code, record.digest, _payload(meta, record, line, of_a_person),
            )
            for record, line in self.pairs
            if line.outcome < Outcome.DUPLICATE
        ]  # fmt: skip

    def receipt_rows(self) -> list[Row]:
        """Lines that were not stored, and those with remarks, as `repository.RECEIPT_COLUMNS`."""
        rows: list[Row] = [
            (self.part_id, r.index, r.source_id, int(Outcome.REJECTED), None, "[]", _json(r.errors))
            for r in self.batch.refused
        ]
        for record, line in self.pairs:
            if line.outcome >= Outcome.DUPLICATE or record.notes:
                errors = self.errors.get(record.index, ())
                values = (record.source_id, int(line.outcome), record.version, _json(record.notes), _json(errors))
                rows.append((self.part_id, record.index, *values))
        return rows

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

    def result(self, *, stored: bool, people: dict[str, Naming] | None = None) -> Result:
        lines = [
            receipt_line(r.index, r.source_id, Outcome.REJECTED, None, errors=r.errors) for r in self.batch.refused
        ]
        lines += [
            receipt_line(r.index, r.source_id, line.outcome, r.version, r.notes, self.errors.get(r.index, ()))
            for r, line in self.pairs
        ]
        if self.batch.refused:
            lines.sort(key=lambda line: line["index"])
        if stored:
            entries.annotate(lines, self.part_id, self.closed)
        submission_id = self.submission_id if stored else None
        body = receipt(submission_id, self.batch.feed.name, self.batch.sha256, self.now, self.counts, lines)
        rejected = [error for index in sorted(self.errors) for error in self.errors[index]]
        text = orjson.dumps(body, option=orjson.OPT_UTC_Z)
        return Result(self.submission_id, text, self.counts, rejected, stored, people or {})


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
