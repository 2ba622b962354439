"""Give a submission's receipt again, with how far its records have come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.admission.service import is_received
from services.ingest.outcomes.domain import RECEIPT_LINES, Counts, Heading, Outcome, receipt, receipt_line
from services.ingest.quarantine import domain as entries
from services.ingest.quarantine import service as quarantine
from services.ingest.receipts import repository
from services.ingest.receipts.domain import places
from services.ingest.receipts.errors import UnknownSubmissionError
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.domain import Feed
from shared.messaging.domain import partition_of


@dataclass(frozen=True, slots=True)
class Found:
    """A submission that exists; whether the caller may see it is the department's question."""

    row: Any
    feed: Feed

    @property
    def counts(self) -> Counts:
        """The six counts in the order of Outcome."""
        return counts_of(self.row)


def counts_of(row: Any) -> Counts:
    """The six counts of a submission's row."""
    return row.accepted, row.corrected, row.retracted, row.stale, row.duplicate, row.rejected


async def find(conn: AsyncConnection, submission_id: UUID) -> Found:
    """Raises UnknownSubmissionError."""
    row = await repository.submission_of(conn, submission_id)
    if row is None:
        raise UnknownSubmissionError("没有这次报送，或者不在您的权限范围内。")
    return Found(row, BY_NUMBER[row.feed])


async def whole(conn: AsyncConnection, found: Found) -> bytes:
    """The receipt as JSON (`receipts.schemas.Receipt`)."""
    row, size = found.row, sum(found.counts)
    lines = await _lines(conn, found, 0, size) if size <= RECEIPT_LINES else []
    state = row.state
    if state == "receiving" and row.origin == "ndjson" and not await is_received(conn, row.claim, row.submission_id):
        state = "interrupted"  # whoever received it is gone without a word
    heading = Heading(row.submission_id, found.feed.name, state, row.sha256, row.received_at, row.delivery)
    return orjson.dumps(receipt(heading, found.counts, lines), option=orjson.OPT_UTC_Z)


async def page(conn: AsyncConnection, found: Found, after: int | None, limit: int) -> bytes:
    """Lines after an index as JSON (`receipts.schemas.ReceiptLines`)."""
    first = 0 if after is None else after + 1
    items = await _lines(conn, found, first, limit)
    following = str(first + limit - 1) if first + limit < sum(found.counts) else None
    return orjson.dumps({"items": items, "next": following})


async def _lines(conn: AsyncConnection, found: Found, first: int, limit: int) -> list[dict[str, Any]]:
    """The lines from `first` on, at most `limit`: of the parts that hold them only, however long the receipt is."""
    lines: list[dict[str, Any]] = []
    parts = await repository.parts_between(conn, found.row.submission_id, first, first + limit - 1)
    part_ids = [part.part_id for part in parts]
    stored: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in await repository.stored_lines(conn, part_ids):
        stored[row.part_id].append(row)
    remarked: defaultdict[UUID, dict[int, Any]] = defaultdict(dict)
    for row in await repository.remarked_lines(conn, part_ids):
        remarked[row.part_id][row.line] = row
    corrected = await quarantine.corrections(conn, found.row.submission_id, first, first + limit)
    for part in parts:
        lines += _of_part(found, part, stored[part.part_id], remarked[part.part_id], corrected)
    return [line for line in lines if first <= line["index"] < first + limit]


def _of_part(
    found: Found, part: Any, stored: list[Any], remarked: dict[int, Any], corrected: dict[int, list[str]]
) -> list[dict[str, Any]]:
    places_by_line = _places(found.feed.topic, part, stored)
    own = [row for row in stored if row.line < part.first_line + part.lines]  # behind them stand reinstated repeats
    lines = [_line(row, remarked.pop(row.line, None), places_by_line.get(row.line)) for row in own]
    lines += [_line(row, row, None) for row in remarked.values()]
    entries.annotate(lines, part.part_id, corrected)
    return sorted(lines, key=lambda line: int(line["index"]))


def _line(row: Any, remarks: Any, place: tuple[str, int, int] | None) -> dict[str, Any]:
    normalised, errors = (remarks.normalised, remarks.errors) if remarks is not None else ((), ())
    outcome = Outcome(row.outcome)
    return receipt_line(row.line, row.source_id, outcome, row.version, normalised, errors, place)


def _places(topic: str, part: Any, stored: Any) -> dict[int, tuple[str, int, int]]:
    if part.runs is None:
        return {}
    published = [row for row in stored if row.publish]
    found = places((partition_of(row.key.encode(), part.partitions) for row in published), part.runs)
    return {row.line: (topic, *place) for row, place in zip(published, found, strict=True)}
