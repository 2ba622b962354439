"""Store the parts of one stream, the next being read and checked while one is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.admission.service import Turns
from services.ingest.flow import repository
from services.ingest.intake import service as intaking
from services.ingest.intake.service import Intake
from services.ingest.lines.domain import Piece
from services.ingest.lines.service import read
from services.ingest.outcomes.domain import NOTHING, Counts, Outcome, add
from services.ingest.outcomes.service import Batch, Part, Submission
from services.ingest.receipts import service as receipts
from shared import logging
from shared.db import ERRORS, transaction
from shared.errors import AppError, FieldError
from shared.feeds.bodies import no_records
from shared.feeds.domain import Feed
from shared.http import database, idempotency
from shared.http.idempotency import Answer, Claim

_ENOUGH_ERRORS = 100

log = logging.get()


@dataclass(frozen=True, slots=True)
class Door:
    """What receiving a stream needs. `gate` is held while holding a connection."""

    engine: AsyncEngine
    intake: Intake
    gate: asyncio.Semaphore
    turns: Turns


@dataclass(frozen=True, slots=True)
class Sending:
    """One stream as it comes in: its body in `chunks`, AppErrors from whom end it."""

    feed: Feed
    caller: str
    key: str | None
    delivery: str | None
    chunks: AsyncIterator[bytes]

    def claim(self, sha256: bytes = b"") -> Claim | None:
        """What its idempotency key stands for, once the digest of the whole body is known."""
        if self.key is None:
            return None
        fingerprint = idempotency.fingerprint(sha256, "ndjson", self.delivery or "")
        return Claim(self.caller, f"submit {self.feed.name}", self.key, fingerprint)


@dataclass(frozen=True, slots=True)
class Received:
    """A stream that was received to its end: its receipt; `errors` are those of its first records."""

    submission_id: UUID
    receipt: bytes
    passed: bool
    errors: list[FieldError]


class Run:
    """A stream of several parts on its way, from the record `counts` says on."""

    def __init__(
        self,
        door: Door,
        sending: Sending,
        submission: Submission,
        say: Callable[[Received], Answer],
        counts: Counts = NOTHING,
    ) -> None:
        self._door = door
        self._sending = sending
        self._submission = submission
        self._say = say
        self._counts = counts
        self._storing: asyncio.Task[None] | None = None
        self._errors: list[FieldError] = []
        self._read = self.stored

    @property
    def stored(self) -> int:
        """How many records are stored, refused ones too; their lines are the receipt's first."""
        return sum(self._counts)

    async def through(self, cut: AsyncIterator[Piece]) -> Answer:
        """Store all that comes, and end the submission."""
        answer = None
        try:
            async for piece in cut:
                batch = read(self._door.intake, self._sending.feed, piece.lines, self._read)
                self._read += len(piece.lines)
                await self._settled()
                if piece.last:
                    answer = await self._finish(piece, batch)
                elif piece.lines:
                    self._storing = asyncio.create_task(self._store(piece, batch))
        except AppError as error:
            raise await self._told(error) from None
        except ERRORS as error:
            refusal = database.translate(error)
            if refusal is None:
                raise
            raise await self._told(refusal) from error
        finally:
            if answer is None:
                await self._leave()
        assert answer is not None  # noqa: S101 - a body has a last piece
        return answer

    async def _settled(self) -> None:
        storing, self._storing = self._storing, None
        if storing is not None:
            await storing

    async def _store(self, piece: Piece, batch: Batch) -> None:
        async def attempt(conn: AsyncConnection) -> Part:
            return await self._add(conn, piece, batch)

        async with self._door.gate:
            part = await intaking.settle(self._door.engine, attempt)
        self._took(part)

    async def _finish(self, piece: Piece, batch: Batch) -> Answer:
        claim, sealer = self._sending.claim(piece.sha256), self._door.intake.sealer
        if not self.stored and not piece.lines:
            raise no_records()

        async def attempt(conn: AsyncConnection) -> tuple[Answer, Part | None]:
            part = await self._add(conn, piece, batch) if piece.lines else None
            await repository.mark(conn, self._submission.submission_id, piece.end, piece.sha256)
            await intaking.end(conn, self._submission.submission_id, "complete")
            answer = self._say(await self._received(conn, part))
            if claim is not None:
                await idempotency.keep(conn, claim, answer, sealer)
            return answer, part

        async with self._door.gate:
            answer, part = await intaking.settle(self._door.engine, attempt)
        if part is not None:
            intaking.committed(self._door.intake, part)
        return answer

    async def _add(self, conn: AsyncConnection, piece: Piece, batch: Batch) -> Part:
        if not self.stored:
            await intaking.begin(conn, self._submission)
        await repository.mark(conn, self._submission.submission_id, piece.end, piece.sha256)
        return await intaking.add_part(conn, self._door.intake, self._submission, batch)

    def _took(self, part: Part) -> None:
        intaking.committed(self._door.intake, part)
        self._counts = add(self._counts, part.counts)
        if len(self._errors) < _ENOUGH_ERRORS:
            self._errors += part.rejected()

    async def _received(self, conn: AsyncConnection, part: Part | None) -> Received:
        found = await receipts.find(conn, self._submission.submission_id)
        passed = found.counts[Outcome.REJECTED - 1] < sum(found.counts)
        errors = [*self._errors, *(part.rejected() if part else ())]
        return Received(self._submission.submission_id, await receipts.whole(conn, found), passed, errors)

    async def _told(self, error: AppError) -> AppError:
        """`error`, saying what is stored all the same."""
        await self._wait()
        if self.stored:
            address = f"/v1/submissions/{self._submission.submission_id}"
            again = "；用同一幂等键重发同一内容，即从断点继续" if self._submission.claim else ""
            error.detail += f"此前的 {self.stored} 条已保存，见 {address}{again}。"
            error.extra |= {"submission_id": str(self._submission.submission_id), "stored_records": self.stored}
        return error

    async def _wait(self) -> None:
        """Let what is being stored end; what ended the stream is told, not what may go wrong there."""
        storing, self._storing = self._storing, None
        if storing is not None:
            await asyncio.wait([storing])
            storing.exception()

    async def _leave(self) -> None:
        """Mark the submission interrupted."""
        await self._wait()
        if self.stored:
            try:
                async with transaction(self._door.engine) as conn:
                    await intaking.end(conn, self._submission.submission_id, "interrupted")
            except ERRORS as error:  # the receipt says so all the same: nobody holds the lock
                log.warning("stream_left_open", error=type(error).__name__)
