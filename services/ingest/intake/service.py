"""Store a part of a submission: decide each record, write what is to be kept, all in one transaction.

Two requests may decide on the same state at once. The second then finds a record changed or meets a unique index, its
transaction is undone, and it decides again on what the first stored (≤ 3 times), so that both receipts are exact.

A door that takes a submission in parts (NDJSON, files) does `begin`, then for each thousand records `prepare` and
`store_part`, then `end`. A part is durable when `store_part` returns; whoever goes on later begins at `next_index`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from asyncpg import DeadlockDetectedError, UniqueViolationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.intake import repository
from services.ingest.intake.errors import ContendedError, OutOfTurnError
from services.ingest.intake.repository import Opening
from services.ingest.outcomes.domain import Incoming, Outcome, Plan, decide
from services.ingest.outcomes.service import Batch, Part, Submission, batch_of
from services.ingest.quarantine import service as quarantine
from services.ingest.vault.service import Vault
from shared import clock
from shared.db import transaction
from shared.feeds.bodies import serialisable
from shared.feeds.domain import Feed
from shared.feeds.prepare import Preparer
from shared.metrics import RECORDS
from shared.privacy import PersonKeys, Sealer

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


def intake_of(pepper: str, vault_key: str, bus_key: str) -> Intake:
    """From the three secrets as settings write them; SettingsError when one cannot be used."""
    keys, sealer = PersonKeys.from_spec(pepper), Sealer.from_spec(vault_key)
    return Intake(Preparer(keys, Sealer.from_spec(bus_key)), Vault(sealer, keys.digest_key), sealer)


def prepare(intake: Intake, feed: Feed, records: Sequence[Any], first: int = 0) -> Batch:
    """Check and normalise parsed records, the first of which has this index. Never raises."""
    checked = intake.preparer.records(feed, records, first)
    return batch_of(feed, checked, lambda index: serialisable(records[index - first]), first)


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


async def begin(conn: AsyncConnection, submission: Submission) -> None:
    """Open a submission that will come in parts: no record yet, `receiving`."""
    await repository.begin(conn, submission.columns(), submission.claim)


async def store_part(engine: AsyncEngine, intake: Intake, submission: Submission, batch: Batch) -> Part:
    """Store the next records of a submission that is receiving; committed when this returns.

    Raises OutOfTurnError when the submission does not go on at `batch.first`, ContendedError.
    """

    async def attempt(conn: AsyncConnection) -> Part:
        return await add_part(conn, intake, submission, batch)

    part = await settle(engine, attempt)
    committed(intake, part)
    return part


async def add_part(conn: AsyncConnection, intake: Intake, submission: Submission, batch: Batch) -> Part:
    """`store_part` in the caller's transaction, run by `settle`; tell `committed` afterwards. Same errors."""
    part = Part(submission, batch, await plan(conn, batch, now := clock.now()), now)
    if not await repository.add_part(conn, opening(part)):
        raise OutOfTurnError("这次报送已由另一请求续传或已结束，本请求的这一段没有保存。", headers={"Retry-After": "1"})
    await fill(conn, intake, part)
    return part


def opening(part: Part) -> Opening:
    """The part's own row, to be written before `fill`."""
    plan = part.plan
    publishable = sum(line.stored for line in plan.lines) + len(plan.reinstated)
    return Opening(
        part.submission.columns(), part.part_id, part.now, part.batch.first, part.size, part.counts, publishable,
        len(plan.reinstated),
    )  # fmt: skip


async def end(conn: AsyncConnection, submission_id: UUID, state: Literal["complete", "interrupted"]) -> bool:
    """Close a submission that is receiving (one that is interrupted may be resumed); False when it is not."""
    return await repository.end(conn, submission_id, state)


def committed(intake: Intake, part: Part) -> None:
    """What this process remembers of a part once its transaction has committed: people, and the metric."""
    intake.vault.remember(part.people)
    for outcome in Outcome:
        if count := part.counts[outcome - 1]:
            RECORDS.labels(part.batch.feed.name, outcome.word).inc(count)


async def store_whole(
    conn: AsyncConnection, intake: Intake, submission: Submission, batch: Batch, *, strict: bool = False
) -> tuple[Part, bool]:
    """Store a submission of one part in the caller's transaction, run by `settle`; whether it was stored: with
    `strict`, nothing is when a record is rejected. Tell `committed` afterwards."""
    now = clock.now()
    part = few_and_new(submission, batch, now)
    if part is not None and await repository.store_new(conn, opening(part), part.rows()):
        await keep_people(conn, intake, part)
        return part, True
    part = Part(submission, batch, await plan(conn, batch, now), now)
    if strict and part.errors:
        return part, False
    await repository.open_with_part(conn, opening(part))
    await fill(conn, intake, part)
    return part, True


def few_and_new(submission: Submission, batch: Batch, now: datetime) -> Part | None:
    """The attempt that takes every record for new, if there are few and the batch itself does not say otherwise."""
    if len(batch.prepared) >= FEW or batch.refused or batch.corrects or any(r.notes for r in batch.prepared):
        return None
    plan = decide(batch.prepared, {}, now)
    return Part(submission, batch, plan, now) if all(line.follows == 0 for line in plan.lines) else None


async def plan(conn: AsyncConnection, batch: Batch, now: datetime, before: Sequence[Incoming] = ()) -> Plan:
    """What is to become of each record, by what is stored, and by `before` as if that were; held against other
    requests by `fill`."""
    records: list[Incoming] = [*before, *batch.prepared]
    asked = [(record.source_id, record.version) for record in records]
    made = decide(records, await repository.known(conn, batch.feed.number, asked), now)
    return replace(made, lines=made.lines[len(before) :]) if before else made


async def fill(conn: AsyncConnection, intake: Intake, part: Part) -> None:
    """Write what a part holds, behind its own row. CollisionError or asyncpg.UniqueViolationError: undo and again."""
    batch, feed, submission_id = part.batch, part.batch.feed.number, part.submission.submission_id
    built_on = part.plan.built_on
    if built_on:
        asked = [(r.source_id, r.version) for r in batch.prepared if r.source_id in built_on]
        if not await repository.hold(conn, feed, asked, built_on):
            raise CollisionError
    await repository.store(conn, part.rows(), part.repeats(), part.receipt_rows())
    if part.plan.reinstated:
        sources = await repository.take_repeats(conn, feed, part.plan.reinstated)
        await repository.store(conn, part.reinstated_rows(sources), (), ())
    part.closed = await quarantine.close(conn, feed, submission_id, part.now, part.taken(), batch.corrects)
    await quarantine.keep(conn, intake.sealer, submission_id, feed, part.part_id, part.now, part.refused)
    await keep_people(conn, intake, part)


async def keep_people(conn: AsyncConnection, intake: Intake, part: Part) -> None:
    """Write whom the part names, as far as this process does not know that they are kept."""
    part.people = intake.vault.unknown(part.namings())
    await intake.vault.keep(conn, part.people)
