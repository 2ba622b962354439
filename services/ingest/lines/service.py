"""NDJSON as batches of records, whatever its length."""

from __future__ import annotations

from asyncio import Semaphore
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from struct import Struct
from typing import Any, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine

from services.ingest.intake import service as intaking
from services.ingest.intake.service import Intake
from services.ingest.lines.domain import LINE_BYTES, MAX_LINES, Cutter, OverlongError, Piece
from services.ingest.lines.errors import LineTooLongError, TooManyLinesError
from services.ingest.outcomes.domain import NOTHING, RECEIPT_LINES, add, receipt
from services.ingest.outcomes.service import Batch, Part, Submission, batch_of
from shared import clock
from shared.db import transaction
from shared.errors import FieldError
from shared.feeds.bodies import no_records, read_record, serialisable
from shared.feeds.domain import Feed, Refused
from shared.feeds.errors import MalformedBodyError


async def pieces(cutter: Cutter, chunks: AsyncIterator[bytes]) -> AsyncGenerator[Piece, None]:
    """The body in parts, at least one, the last marked so. LineTooLongError."""
    try:
        async for chunk in chunks:
            for piece in cutter.push(chunk):
                yield piece
        yield cutter.rest()
    except OverlongError as overlong:
        raise _too_long(overlong.position) from None


def _too_long(index: int) -> LineTooLongError:
    message = (
        f"第 {index + 1} 条记录所在的行超过 {LINE_BYTES // 1_048_576} MiB，请检查是否缺少换行：NDJSON 每行一条记录"
    )
    error: FieldError = {
        "pointer": f"/records/{index}", "code": LineTooLongError.code, "message": message, "value_masked": None
    }  # fmt: skip
    return LineTooLongError(f"{message}。", errors=[error], extra={"limit_bytes": LINE_BYTES})


def read(intake: Intake, feed: Feed, lines: list[bytes], first: int) -> Batch:
    """Lines as records, the first of which has this index; one that is no JSON is refused like any other record."""
    if first + len(lines) > MAX_LINES:
        raise TooManyLinesError(
            f"一次逐行报送最多 {MAX_LINES} 条记录，其余请另行报送。", extra={"limit_records": MAX_LINES}
        )
    values: list[Any] = []
    broken: dict[int, MalformedBodyError] = {}
    for index, line in enumerate(lines):
        try:
            values.append(read_record(line, f"第 {first + index + 1} 条记录"))
        except MalformedBodyError as error:
            values.append(None)
            broken[index] = error
    checked = intake.preparer.records(feed, values, first)
    for position, fault in broken.items():
        index = first + position
        where = f"/records/{index}"
        said: FieldError = {"pointer": where, "code": fault.code, "message": fault.detail, "value_masked": None}
        checked[position] = Refused(index, None, [said], lines[position].decode("utf-8", "replace"))
    return batch_of(feed, checked, lambda index: serialisable(values[index - first]), first)


class Seen(NamedTuple):
    """What a later record of the same `source_id` in the same stream is decided by."""

    source_id: str
    version: int
    digest: bytes
    op: str
    key: str = ""
    effective_on: None = None


_PACKED = Struct(">q16s?")
"""Version, digest, whether retracted: kept for each record of a stream, of which there may be 200,000."""


class Trial:
    """A submission in parts that is tried out: what storing it would give, each part decided as if those before it were
    stored. `counts` are those of all parts.

    Of at most RECEIPT_LINES records the receipt has every line, of more only those that would be rejected, as many.
    """

    def __init__(self, engine: AsyncEngine, gate: Semaphore, intake: Intake, submission: Submission) -> None:
        self._engine = engine
        self._gate = gate
        self._intake = intake
        self._submission = submission
        self.counts = NOTHING
        self._lines: list[dict[str, Any]] = []
        self._seen: dict[str, bytes] = {}  # _PACKED, one behind the other

    async def through(self, chunks: AsyncIterator[bytes]) -> bytes:
        """The receipt. Raises what ends a stream."""
        sha256 = b""
        async for piece in pieces(Cutter(), chunks):
            sha256 = piece.sha256
            await self.take(read(self._intake, self._submission.feed, piece.lines, sum(self.counts)))
        if not sum(self.counts):
            raise no_records()
        heading = replace(self._submission, sha256=sha256).heading("complete", stored=False)
        return orjson.dumps(receipt(heading, self.counts, self._lines), option=orjson.OPT_UTC_Z)

    async def take(self, batch: Batch) -> Part:
        """What would become of the next part."""
        again = dict.fromkeys(record.source_id for record in batch.prepared if record.source_id in self._seen)
        before = [
            Seen(source_id, version, digest, "retract" if retracted else "upsert")
            for source_id in again
            for version, digest, retracted in _PACKED.iter_unpack(self._seen[source_id])
        ]
        now = clock.now()
        async with self._gate, transaction(self._engine) as conn:
            part = Part(self._submission, batch, await intaking.plan(conn, batch, now, before), now)
        for record, line in part.pairs:
            if line.stored or line.repeats:
                packed = _PACKED.pack(record.version, record.digest, record.op == "retract")
                self._seen[record.source_id] = self._seen.get(record.source_id, b"") + packed
        self.counts = add(self.counts, part.counts)
        self._lines += part.receipt_lines(stored=False)
        if sum(self.counts) > RECEIPT_LINES:
            self._lines = [line for line in self._lines if line["outcome"] == "rejected"][:RECEIPT_LINES]
        return part
