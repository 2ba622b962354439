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
from typing import IO, Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.files import repository, service
from services.ingest.files.domain import ATTEMPTS, LEASE, PART_ROWS, STRICT_ROWS, State, Upload
from services.ingest.files.errors import GivenUpError, StrictRefusedError, StrictTooLargeError
from services.ingest.intake import service as intaking
from services.ingest.intake.errors import OutOfTurnError
from services.ingest.intake.service import Intake
from services.ingest.outcomes.domain import WORDS
from services.ingest.outcomes.service import Batch, Part, Submission
from services.ingest.quarantine.domain import Key
from services.ingest.reading.domain import Rejected
from shared import clock, ids, logging, sheets
from shared.db import transaction
from shared.errors import AppError, FieldError
from shared.feeds.catalogue import BY_NUMBER
from shared.http.validation import MAX_ERRORS
from shared.sheets import ErrorRow, SheetRecord

_BEAT_SECONDS = LEASE.total_seconds() / 3
_OF_ONE_RECORD = "未接收：同一条记录的其他行有问题，请一并更正"

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
            reading = _Reading(engine, intake, upload, content)
            await (reading.run() if attempts <= ATTEMPTS else reading.give_up())
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
    """One file being read. `rejected` by index in the file."""

    def __init__(self, engine: AsyncEngine, intake: Intake, upload: Upload, content: IO[bytes]) -> None:
        self._engine = engine
        self._intake = intake
        self._upload = upload
        self._content = cast(BinaryIO, content)  # it can be sought
        self._feed = BY_NUMBER[upload.feed]
        self._counts = [0] * (len(WORDS) - 1)
        self._rejected: dict[int, Rejected] = {}

    async def run(self) -> None:
        """Read the file to its end, or say why it cannot be read."""
        try:
            sheet = await asyncio.to_thread(self._open)
            if self._upload.strict and sheet.rows > STRICT_ROWS:
                raise StrictTooLargeError(
                    f"严格模式下整个文件一次保存，最多 {STRICT_ROWS:,} 行，这个文件有 {sheet.rows:,} 行；"
                    "请分成几个文件，或改用宽松模式。"
                )
            await self._read(sheet)
        except OutOfTurnError:
            log.info("file_read_elsewhere", file_id=str(self._upload.upload_id))
        except AppError as error:
            await self._refuse(error)

    async def give_up(self) -> None:
        """Refuse a file that we fail to read. What was stored of it stays, and its receipt says so."""
        await self._refuse(
            GivenUpError("平台多次处理这个文件都没有完成，已停止重试，请联系运维人员；已接收的部分见回执。")
        )

    def _open(self) -> sheets.Reading:
        return sheets.read(self._feed, self._content, self._upload.name)

    async def _read(self, sheet: sheets.Reading) -> None:
        submission = await self._begin(sheet.rows)
        size = STRICT_ROWS if self._upload.strict else PART_ROWS
        done = self._upload.done
        await asyncio.to_thread(lambda: next(islice(sheet, done, done), None))
        while batch := await asyncio.to_thread(self._batch, sheet, done, size):
            part = await self._store(submission, batch)
            done += part.size
            self._counts = [a + b for a, b in zip(self._counts, part.counts, strict=True)]
            if self._upload.dry_run or self._upload.strict:
                self._rejected |= {index: Rejected(errors, None) for index, errors in _errors_of(part)}
        if self._upload.strict and self._rejected and not self._upload.dry_run:
            raise _strictly_refused(self._rejected)
        await self._end(submission, "complete", None)

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
            await repository.change(conn, upload.upload_id, rows=rows)
            if upload.submission_id is None and not upload.dry_run and not upload.strict:
                await intaking.begin(conn, submission)
                await repository.change(conn, upload.upload_id, submission_id=submission_id)
        return submission

    async def _store(self, submission: Submission, batch: Batch) -> Part:
        """One part and the file's mark, together. Raises OutOfTurnError, StrictRefusedError."""
        upload = self._upload

        async def attempt(conn: AsyncConnection) -> Part:
            if upload.dry_run:
                now = clock.now()
                part = Part(submission, batch, await intaking.plan(conn, batch, now), now)
            elif upload.strict:
                part, stored = await intaking.store_whole(conn, self._intake, submission, batch, strict=True)
                values: dict[str, Any] = {"submission_id": submission.submission_id} if stored else {}
                await repository.change(conn, upload.upload_id, done=part.size, **values)
                return part
            else:
                part = await intaking.add_part(conn, self._intake, submission, batch)
            await repository.change(conn, upload.upload_id, done=batch.first + part.size, attempts=0)
            return part

        part = await intaking.settle(self._engine, attempt)
        if not upload.dry_run:
            intaking.committed(self._intake, part)
        return part

    async def _end(self, submission: Submission, state: State, problem: Mapping[str, Any] | None) -> None:
        """Close the submission, give the counts and the error workbook, all in one transaction."""
        upload = self._upload
        async with transaction(self._engine) as conn:
            if state == "complete" and not upload.dry_run and not upload.strict:
                found = await repository.rejected(conn, submission.submission_id)
                self._rejected = {index: Rejected(*one) for index, one in found.items()}
                await intaking.end(conn, submission.submission_id, "complete")
                self._counts = await repository.counts(conn, submission.submission_id)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "errors.xlsx")
            if self._rejected:
                await asyncio.to_thread(self._write_workbook, path)
            async with transaction(self._engine) as conn:
                now = clock.now()
                if self._rejected:
                    made = io.BytesIO(await asyncio.to_thread(path.read_bytes))
                    await service.keep(conn, self._intake.sealer, upload.upload_id, "errors", made, now)
                counts = dict(zip(WORDS[1:], self._counts, strict=True))
                await repository.change(
                    conn,
                    upload.upload_id,
                    state=state,
                    ended_at=now,
                    counts=counts,
                    problem=problem,
                    workbook=bool(self._rejected),
                )
        log.info("file_read", file_id=str(upload.upload_id), feed=self._feed.name, state=state, **counts)

    async def _refuse(self, error: AppError) -> None:
        """The file as a whole: nothing of it is stored."""
        problem = {"code": error.code, "title": error.title, "detail": error.detail, "errors": error.errors}
        upload = self._upload
        submission = Submission(
            ids.uuid7(), self._feed, upload.caller, "file", upload.sha256, upload.received_at, upload.delivery
        )
        if upload.submission_id is not None:
            async with transaction(self._engine) as conn:
                await intaking.end(conn, upload.submission_id, "interrupted")
        await self._end(submission, "refused", problem)

    def _write_workbook(self, path: Path) -> None:
        """The rejected rows in their order, from the file once more."""
        sheet = self._open()
        sheets.error_workbook(self._feed, self._rows(sheet), path, sheet.titles)

    def _rows(self, sheet: sheets.Reading) -> Iterator[ErrorRow]:
        for index, record in enumerate(sheet):
            if index in self._rejected:
                errors, quarantine_id = self._rejected[index]
                for row, cells in zip(record.rows, record.raw_cells, strict=True):
                    own = [error for error in errors if _row_of(error) == row]
                    yield ErrorRow(cells, own, quarantine_id, None if own else _OF_ONE_RECORD)


def _located(record: SheetRecord, error: FieldError) -> FieldError:
    """Where the clerk finds it; what the sheet itself said is in such words already."""
    return error if error["pointer"].startswith("/rows/") else sheets.locate(record, error)


def _errors_of(part: Part) -> Iterator[tuple[int, Sequence[FieldError]]]:
    for line in part.receipt_lines(stored=False):
        if line["errors"]:
            yield line["index"], line["errors"]


def _row_of(error: FieldError) -> int | None:
    row = error["pointer"].split("/")[2]
    return int(row) if row.isdigit() else None


def _strictly_refused(rejected: Mapping[int, Rejected]) -> StrictRefusedError:
    errors = [error for index in sorted(rejected) for error in rejected[index].errors]
    return StrictRefusedError(
        f"有 {len(rejected):,} 条不符合要求，严格模式下整个文件未保存；请按问题清单更正后重新上传。",
        errors=errors[:MAX_ERRORS],
    )
