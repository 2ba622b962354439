"""Take the correction of one refused record, by the same way that every record takes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.intake import service as intaking
from services.ingest.intake.service import Intake
from services.ingest.outcomes.service import Batch, Submission
from services.ingest.quarantine import service as quarantine
from services.ingest.quarantine.domain import Closed, Entry
from services.ingest.resubmissions.errors import (
    EntryClosedError,
    EntryExpiredError,
    NothingToCorrectError,
    OtherRecordError,
    StillRefusedError,
)
from services.ingest.submissions import service as submissions
from services.ingest.submissions.service import Result
from shared import clock
from shared.errors import FieldError
from shared.feeds.bodies import read_record
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.domain import Feed
from shared.privacy import Sealer, mask
from shared.sheets import OF_ANOTHER_ROW, Column, ErrorRow, columns, error_workbook, rows_of
from shared.sheets.places import expected

MAX_ROWS = 5_000
"""Of one workbook. Once these are corrected, the next one has the rest."""
_AT = len("/records/0")


def read(intake: Intake, entry: Entry, body: bytes) -> Batch:
    """The corrected record of a body, checked and normalised; it names the entry that it corrects.

    Raises MalformedBodyError, OtherRecordError, StillRefusedError.
    """
    batch = intaking.prepare(intake, BY_NUMBER[entry.feed], [read_record(body)])
    for refused in batch.refused:
        raise _still_refused(refused.errors)
    given = batch.prepared[0].source_id
    if entry.source_id is not None and given != entry.source_id:
        raise _other_record(entry.source_id, given)
    batch.corrects = {entry.key: 0}
    return batch


async def correct(conn: AsyncConnection, intake: Intake, entry_id: str, submission: Submission, batch: Batch) -> Result:
    """Store the correction and close the entry, in the caller's transaction.

    Another correction, or another door, may close the entry at the same time: then nothing is stored. Raises
    EntryClosedError, EntryExpiredError, StillRefusedError, and what `submissions.submit` raises.
    """
    require_open(await quarantine.find(conn, entry_id))
    result = await submissions.submit(conn, intake, submission, batch, strict=True)
    if not result.stored:
        raise _still_refused(result.rejected)
    entry = await quarantine.find(conn, entry_id)
    if entry.closed is None or entry.closed.submission_id != submission.submission_id:
        raise _closed(entry.closed)
    return result


def require_open(entry: Entry) -> None:
    """Raises EntryClosedError or EntryExpiredError, which say what to do instead."""
    state = entry.state(clock.now())
    if state == "closed":
        raise _closed(entry.closed)
    if state == "expired":
        feed = BY_NUMBER[entry.feed]
        whose = (
            f"记录主键 {entry.source_id}"
            if entry.source_id
            else f"报送 {entry.submission_id} 的第 {entry.key.line + 1} 条"
        )
        raise EntryExpiredError(
            f"退回已满 90 天，内容已删除。请在本部门系统中更正这条记录（{whose}），"
            f"再按通常方式重新报送：POST /v1/feeds/{feed.name}/submissions。",
            extra={"submissions_url": f"/v1/feeds/{feed.name}/submissions"},
        )


def _closed(by: Closed | None) -> EntryClosedError:
    if by is None:
        return EntryClosedError("这条隔离记录正在由另一个请求更正，本次未保存，请重新读取后再决定。")
    return EntryClosedError(
        f"这条记录的更正已被接收（报送 {by.submission_id} 的第 {by.index + 1} 条），不必再更正，本次未保存；"
        "如内容还要改，请用新的“数据变更时间”照常重新报送。",
        extra={"resubmitted_as": {"submission_id": str(by.submission_id), "index": by.index}},
    )


def _still_refused(errors: list[FieldError]) -> StillRefusedError:
    own: list[FieldError] = [{**error, "pointer": error["pointer"][_AT:]} for error in errors]
    return StillRefusedError(
        f"还有 {len(own)} 处不符合要求，本次未保存，这条隔离记录保持原样。请按说明更正后再提交。", errors=own
    )


def _other_record(expected: str, given: str) -> OtherRecordError:
    message = f"“记录主键”应与被退回的记录相同，即 {expected}；另一条记录请照常报送"
    error: FieldError = {
        "pointer": "/source_id", "code": OtherRecordError.code, "message": message, "value_masked": mask(given)
    }  # fmt: skip
    return OtherRecordError(f"{message}。本次未保存。", errors=[error])


async def waiting(conn: AsyncConnection, submission_id: UUID) -> list[Entry]:
    """What of a submission waits to be corrected, as much as one workbook may hold; at least one.

    Whether the caller may see it is the department's question. Raises NothingToCorrectError.
    """
    entries = await quarantine.open_of(conn, submission_id, MAX_ROWS)
    if not entries:
        raise NothingToCorrectError
    return entries


def workbook(sealer: Sealer, entries: Sequence[Entry], limit: int = MAX_ROWS) -> bytes:
    """The error workbook (XLSX) of these entries of one feed: each record as rows under the template's titles, at most
    `limit` (but one record at least). Takes seconds: not for the event loop. In clear on disk only while it is made."""
    feed = BY_NUMBER[entries[0].feed]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "errors.xlsx")
        error_workbook(feed, _rows(feed, sealer, entries, limit), path)
        return path.read_bytes()


def _rows(feed: Feed, sealer: Sealer, entries: Sequence[Entry], limit: int) -> Iterator[ErrorRow]:
    layout, now, count = columns(feed), clock.now(), 0
    by_field = {column.field: column for column in layout}
    for entry in entries:
        record = quarantine.reveal(sealer, entry, now)
        rows = rows_of(record if isinstance(record, dict) else {}, layout)
        count += len(rows)
        if count > limit and count > len(rows):
            return
        errors = [_for_a_cell(entry, error, by_field) for error in entry.errors]
        for number, cells in enumerate(rows):
            own = [error for error in errors if _row_of(error, len(rows)) == number]
            yield ErrorRow(cells, own, entry.key.entry_id, None if own else OF_ANOTHER_ROW)


def _for_a_cell(entry: Entry, error: FieldError, by_field: Mapping[str, Column]) -> FieldError:
    """In the words for a cell where those for JSON do not fit; from here on the pointer is the sheet's to read."""
    pointer = error["pointer"]
    column = by_field.get("/".join(step for step in pointer.split("/") if step and not step.isdigit()))
    text = expected(column, error["code"]) if column else None
    message = f"“{column.title}”{text}" if column and text else error["message"]
    return {**error, "pointer": f"/records/{entry.key.line}{pointer}", "message": message}


def _row_of(error: FieldError, rows: int) -> int:
    """Which of the record's rows an error belongs to: that of its member, else the first."""
    _, _, _, *path = error["pointer"].split("/")
    item = path[1] if len(path) > 1 else ""
    return int(item) if item.isdigit() and int(item) < rows else 0
