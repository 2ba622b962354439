"""Read uploaded files, one after another, into submissions.

A file is leased to one worker at a time. Each part of a thousand records is one transaction that also moves the file's
mark, so whoever goes on after a crash begins where the last part ended; two who read one file cannot both store.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.files import repository, service
from services.ingest.files.domain import ATTEMPTS, LEASE, PART_ROWS, STRICT_ROWS, Upload
from services.ingest.files.errors import GivenUpError, StrictTooLargeError
from services.ingest.intake import service as intaking
from services.ingest.intake.errors import OutOfTurnError
from services.ingest.intake.service import Intake
from services.ingest.lines.service import Trial
from services.ingest.outcomes.domain import WORDS
from services.ingest.outcomes.service import Batch, Part, Submission
from services.ingest.quarantine.domain import Key
from services.ingest.reading.domain import Rejected
from services.ingest.receipts import service as receipts
from services.ingest.submissions.errors import StrictRejectedError
from shared import clock, ids, logging, sheets
from shared.db import transaction
from shared.errors import AppError, FieldError
from shared.feeds.catalogue import BY_NUMBER
from shared.http.validation import MAX_ERRORS
from shared.sheets import ErrorRow, SheetRecord

_BEAT_SECONDS = LEASE.total_seconds() / 3

log = logging.get()


async def read_next(engine: AsyncEngine, intake: Intake) -> bool:
    """Read the file whose department waits longest; False when none waits."""
    worker = ids.uuid7()
    async with transaction(engine) as conn:
        upload_id = await repository.next_waiting(conn, clock.now())
        if upload_id is None:
            return False
        attempts = await repository.lease(conn, upload_id, worker, clock.now() + LEASE)
    with tempfile.TemporaryFile() as content:  # without a name, gone with this process
        async with _leased(engine, upload_id, worker):
            async with transaction(engine) as conn:
                upload = await service.find(conn, upload_id)
                await service.copy(conn, intake.sealer, upload_id, "content", content)
            await _Reading(engine, intake, upload, worker, content).run(attempts)
    return True


@asynccontextmanager
async def _leased(engine: AsyncEngine, upload_id: UUID, worker: UUID) -> AsyncIterator[None]:
    """Keep the lease while the file is read. Who lost it cannot store any more: its next part is out of turn."""

    async def keep() -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            async with transaction(engine) as conn:
                await repository.extend(conn, upload_id, worker, clock.now() + LEASE)

    beat = asyncio.create_task(keep())
    try:
        yield
    finally:
        beat.cancel()


class _Reading:
    """One file being read by the worker that has its lease.

    What is stored is counted by its receipt, a dry run by its `trial`. `rejected`, by index in the file, is what
    stands in the error workbook.
    """

    def __init__(self, engine: AsyncEngine, intake: Intake, upload: Upload, worker: UUID, content: IO[bytes]) -> None:
        self._engine = engine
        self._intake = intake
        self._upload = upload
        self._worker = worker
        self._content = cast(BinaryIO, content)  # it can be sought
        self._feed = BY_NUMBER[upload.feed]
        self._submission_id = upload.submission_id
        self._trial: Trial | None = None
        self._rejected: dict[int, Rejected] = {}

    async def run(self, attempts: int) -> None:
        """Read the file to its end, or say why it cannot be read."""
        try:
            if attempts > ATTEMPTS:
                raise GivenUpError("平台多次处理这个文件都没有完成，已停止重试，请联系运维人员；已接收的部分见回执。")
            await self._read()
        except OutOfTurnError:
            log.info("file_read_elsewhere", file_id=str(self._upload.upload_id))
        except AppError as error:
            await self._refuse(error)

    def _open(self) -> sheets.Reading:
        return sheets.read(self._feed, self._content, self._upload.name)

    async def _read(self) -> None:
        upload, sheet = self._upload, await asyncio.to_thread(self._open)
        if upload.strict and sheet.rows > STRICT_ROWS:
            raise StrictTooLargeError(
                f"严格模式下整个文件一次保存，最多 {STRICT_ROWS:,} 行，这个文件有 {sheet.rows:,} 行；"
                "请分成几个文件，或改用宽松模式。"
            )
        submission = await self._begin(sheet.rows)
        size = STRICT_ROWS if upload.strict else PART_ROWS
        done = 0 if upload.dry_run else upload.done
        await asyncio.to_thread(lambda: next(islice(sheet, done, done), None))
        while batch := await asyncio.to_thread(self._batch, sheet, done, size):
            part = await (self._try_out(submission, batch) if upload.dry_run else self._store(submission, batch))
            done += part.size
            if upload.dry_run or upload.strict:
                self._rejected |= {index: Rejected(errors, None) for index, errors in _errors_of(part)}
        if self._rejected and not upload.dry_run:
            raise _strictly_rejected(self._rejected)
        await self._end("complete", None)

    def _batch(self, sheet: sheets.Reading, first: int, size: int) -> Batch | None:
        """The next records, checked; None behind the last."""
        records = list(islice(sheet, size))
        if not records:
            return None
        batch = intaking.prepare(self._intake, self._feed, [record.record for record in records], first)
        for prepared in batch.prepared:
            prepared.notes = [*prepared.notes, *records[prepared.index - first].notes]
        batch.locate = lambda index, error: _located(records[index - first], error)
        named = ((index, Key.read(record.quarantine_id or "")) for index, record in enumerate(records, first))
        batch.corrects = {key: index for index, key in named if key is not None}
        return batch

    async def _begin(self, rows: int) -> Submission:
        """The file's submission, opened with the first part; none is stored of a dry run or of all or nothing."""
        upload = self._upload
        submission_id = upload.submission_id or ids.uuid7()
        submission = Submission(
            submission_id, self._feed, upload.caller, "file", upload.sha256, upload.received_at, upload.delivery
        )
        async with transaction(self._engine) as conn:
            await self._hold(conn)
            await repository.change(conn, upload.upload_id, rows=rows)
            if upload.submission_id is None and not upload.dry_run and not upload.strict:
                await intaking.begin(conn, submission)
                await repository.change(conn, upload.upload_id, submission_id=submission_id)
                self._submission_id = submission_id
        return submission

    async def _hold(self, conn: AsyncConnection) -> None:
        """Whatever is changed is changed under the lease. Raises OutOfTurnError when another worker has it."""
        if not await repository.extend(conn, self._upload.upload_id, self._worker, clock.now() + LEASE):
            raise OutOfTurnError("这个文件已由另一个后台进程处理。")

    async def _store(self, submission: Submission, batch: Batch) -> Part:
        """One part and the file's mark, together. Raises OutOfTurnError."""
        upload = self._upload

        async def attempt(conn: AsyncConnection) -> tuple[Part, bool]:
            await self._hold(conn)
            part, stored = await self._decide(conn, submission, batch)
            if stored:
                await repository.change(conn, upload.upload_id, done=batch.first + part.size, attempts=0)
            if stored and upload.strict:
                await repository.change(conn, upload.upload_id, submission_id=submission.submission_id)
            return part, stored

        part, stored = await intaking.settle(self._engine, attempt)
        if stored:
            self._submission_id = submission.submission_id
            intaking.committed(self._intake, part)
        return part

    async def _try_out(self, submission: Submission, batch: Batch) -> Part:
        """What would become of the part, and the file's mark. Raises OutOfTurnError."""
        self._trial = self._trial or Trial(self._engine, asyncio.Semaphore(), self._intake, submission)
        part = await self._trial.take(batch)
        async with transaction(self._engine) as conn:
            await self._hold(conn)
            await repository.change(conn, self._upload.upload_id, done=batch.first + part.size, attempts=0)
        return part

    async def _decide(self, conn: AsyncConnection, submission: Submission, batch: Batch) -> tuple[Part, bool]:
        """The part, and whether it is stored."""
        if self._upload.strict:
            return await intaking.store_whole(conn, self._intake, submission, batch, strict=True)
        return await intaking.add_part(conn, self._intake, submission, batch), True

    async def _refuse(self, error: AppError) -> None:
        """The file as a whole; what an earlier attempt stored of it stays, and its receipt says so."""
        problem = {"code": error.code, "title": error.title, "detail": error.detail, "errors": error.errors}
        try:
            await self._end("refused", problem)
        except OutOfTurnError:
            log.info("file_read_elsewhere", file_id=str(self._upload.upload_id))

    async def _end(self, state: Literal["complete", "refused"], problem: Mapping[str, Any] | None) -> None:
        """Close the submission, give counts and error workbook, all in one transaction. Raises OutOfTurnError."""
        upload, submission_id = self._upload, self._submission_id
        if submission_id is not None and state == "complete":
            async with transaction(self._engine) as conn:
                found = await repository.rejected(conn, submission_id)
            self._rejected = {index: Rejected(*one) for index, one in found.items()}
        made = await asyncio.to_thread(self._workbook) if self._rejected else None
        async with transaction(self._engine) as conn:
            await self._hold(conn)
            now = clock.now()
            counts = self._trial.counts if self._trial is not None and state == "complete" else None
            if submission_id is not None:
                await intaking.end(conn, submission_id, "complete" if state == "complete" else "interrupted")
                counts = (await receipts.find(conn, submission_id)).counts
            if made is not None:
                await service.keep(conn, self._intake.sealer, upload.upload_id, "errors", io.BytesIO(made), now)
            told = dict(zip(WORDS[1:], counts, strict=True)) if counts else None
            ended = {"state": state, "ended_at": now, "workbook": made is not None}
            await repository.change(conn, upload.upload_id, counts=told, problem=problem, **ended)
        log.info("file_read", file_id=str(upload.upload_id), feed=self._feed.name, state=state, **(told or {}))

    def _workbook(self) -> bytes:
        """The rejected rows in their order, from the file once more. In clear on disk only while it is made."""
        with tempfile.TemporaryDirectory() as folder:
            path, sheet = Path(folder, "errors.xlsx"), self._open()
            sheets.error_workbook(self._feed, self._rows(sheet), path, sheet.titles)
            return path.read_bytes()

    def _rows(self, sheet: sheets.Reading) -> Iterator[ErrorRow]:
        for index, record in enumerate(sheet):
            if index in self._rejected:
                yield from sheets.rejected_rows(record, *self._rejected[index])


def _located(record: SheetRecord, error: FieldError) -> FieldError:
    """Where the clerk finds it; what the sheet itself said is in such words already."""
    return error if error["pointer"].startswith("/rows/") else sheets.locate(record, error)


def _errors_of(part: Part) -> Iterator[tuple[int, Sequence[FieldError]]]:
    for line in part.receipt_lines(stored=False):
        if line["errors"]:
            yield line["index"], line["errors"]


def _strictly_rejected(rejected: Mapping[int, Rejected]) -> StrictRejectedError:
    errors = [error for index in sorted(rejected) for error in rejected[index].errors]
    return StrictRejectedError(
        f"有 {len(rejected):,} 条不符合要求，严格模式下整个文件未保存；请按问题清单更正后重新上传。",
        errors=errors[:MAX_ERRORS],
    )
