"""Give a submission's receipt again, with how far its records have come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.quarantine import domain as entries
from services.ingest.quarantine import service as quarantine
from services.ingest.receipts import repository
from services.ingest.receipts.domain import places
from services.ingest.receipts.errors import UnknownSubmissionError
from services.ingest.submissions.domain import Outcome, receipt, receipt_line
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.domain import Feed
from shared.messaging.domain import partition_of


@dataclass(frozen=True, slots=True)
class Found:
    """A submission that exists; whether the caller may see it is the department's question."""

    row: Any
    feed: Feed


async def find(conn: AsyncConnection, submission_id: UUID) -> Found:
    """Raises UnknownSubmissionError."""
    row = await repository.submission_of(conn, submission_id)
    if row is None:
        raise UnknownSubmissionError("没有这次报送，或者不在您的权限范围内。")
    return Found(row, BY_NUMBER[row.feed])


async def whole(conn: AsyncConnection, found: Found) -> bytes:
    """The receipt as JSON (`submissions.schemas.Receipt`)."""
    row = found.row
    counts = [getattr(row, outcome.word) for outcome in Outcome]
    lines = await _lines(conn, found)
    body = receipt(row.submission_id, found.feed.name, row.sha256, row.received_at, counts, lines)
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


async def page(conn: AsyncConnection, found: Found, after: int | None, limit: int) -> bytes:
    """Lines after an index as JSON (`submissions.schemas.ReceiptLines`)."""
    rest = [line for line in await _lines(conn, found) if after is None or line["index"] > after]
    following = str(rest[limit - 1]["index"]) if len(rest) > limit else None
    return orjson.dumps({"items": rest[:limit], "next": following})


async def _lines(conn: AsyncConnection, found: Found) -> list[dict[str, Any]]:
    """A body is one part of at most 5,000 lines, so a loop over parts is one turn."""
    lines: list[dict[str, Any]] = []
    corrected = await quarantine.corrections(conn, found.row.submission_id)
    for part in await repository.parts_of(conn, found.row.submission_id):
        stored = await repository.stored_lines(conn, part.part_id)
        remarked = {line.line: line for line in await repository.remarked_lines(conn, part.part_id)}
        places_by_line = _places(found.feed.topic, part, stored)
        of_part = [_line(row, remarked.pop(row.line, None), places_by_line.get(row.line)) for row in stored]
        of_part += [_line(row, row, None) for row in remarked.values()]
        entries.annotate(of_part, part.part_id, corrected)
        lines += sorted(of_part, key=lambda line: line["index"])
    return lines


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
