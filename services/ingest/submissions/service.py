"""Receive a JSON body of one feed: one part, one transaction, one receipt."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from asyncpg import UniqueViolationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.intake import repository
from services.ingest.intake import service as intaking
from services.ingest.intake.service import Intake, opening
from services.ingest.outcomes.domain import Outcome, receipt
from services.ingest.outcomes.service import Batch, Part, Submission, batch_of
from shared import clock
from shared.errors import FieldError
from shared.feeds.bodies import read_records, serialisable
from shared.feeds.domain import Feed


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a submission; `part` is for `intake.service.committed`, once the transaction is."""

    part: Part
    receipt: bytes
    stored: bool

    @property
    def rejected(self) -> list[FieldError]:
        """Every error, by index."""
        return self.part.rejected()

    @property
    def nothing_passed(self) -> bool:
        """Whether every record was rejected."""
        return self.part.counts[Outcome.REJECTED - 1] == self.part.size


class _Sent:
    """A body, and its records as they were sent. Seldom asked for, so the body is read again."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    @cached_property
    def _records(self) -> list[Any]:
        return [serialisable(record) for record in read_records(self._body)]

    def record(self, index: int) -> Any:
        return self._records[index]


def read(intake: Intake, feed: Feed, body: bytes, caller: str, delivery: str | None = None) -> tuple[Submission, Batch]:
    """Check and normalise a body. Raises what `Preparer.body` raises; single records never do."""
    submission = Submission.new(feed, caller, "json", hashlib.sha256(body).digest(), delivery)
    return submission, batch_of(feed, intake.preparer.body(feed, body), _Sent(body).record)


async def submit(
    conn: AsyncConnection, intake: Intake, submission: Submission, batch: Batch, *, strict: bool
) -> Result:
    """Store a batch in the caller's transaction, run by `intake.service.settle`; with `strict`, nothing when a record
    is rejected."""
    part, stored = await intaking.store_whole(conn, intake, submission, batch, strict=strict)
    return _result(part, stored=stored)


async def submit_at_once(engine: AsyncEngine, intake: Intake, submission: Submission, batch: Batch) -> Result | None:
    """The shortest way, for a few records that are all new and name nobody new: one statement, committed when
    this returns. None, and nothing stored, when that is not what the batch is: `submit` it."""
    part = intaking.few_and_new(submission, batch, clock.now())
    if part is None or intake.vault.unknown(part.namings()):
        return None
    try:
        stored = await repository.store_new_at_once(engine, opening(part), part.rows())
    except UniqueViolationError:  # another request was faster with one of them
        return None
    return _result(part, stored=True) if stored else None


async def try_out(conn: AsyncConnection, submission: Submission, batch: Batch) -> Result:
    """The receipt that `submit` would give now; nothing is stored."""
    now = clock.now()
    return _result(Part(submission, batch, await intaking.plan(conn, batch, now), now), stored=False)


def _result(part: Part, *, stored: bool) -> Result:
    heading = part.submission.heading("complete", stored=stored)
    body = receipt(heading, part.counts, part.receipt_lines(stored=stored))
    return Result(part, orjson.dumps(body, option=orjson.OPT_UTC_Z), stored)
