"""What the tables say about a submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.submissions.models import part, receipt_line, record_version, submission


async def submission_of(conn: AsyncConnection, submission_id: UUID) -> Any:
    """The submission's row, or None."""
    return (await conn.execute(select(submission).where(submission.c.submission_id == submission_id))).one_or_none()


async def parts_of(conn: AsyncConnection, submission_id: UUID) -> Sequence[Any]:
    """Its parts in the order they came: part_id, partitions, runs (both None while unpublished)."""
    columns = select(part.c.part_id, part.c.partitions, part.c.runs)
    asked = columns.where(part.c.submission_id == submission_id).order_by(part.c.part_id)
    return (await conn.execute(asked)).all()


async def stored_lines(conn: AsyncConnection, part_id: UUID) -> Sequence[Any]:
    """The part's record versions in the order of lines: line, source_id, outcome, version, publish, key."""
    r = record_version.c
    columns = select(r.line, r.source_id, r.outcome, r.version, r.publish, r.key)
    return (await conn.execute(columns.where(r.part_id == part_id).order_by(r.line))).all()


async def remarked_lines(conn: AsyncConnection, part_id: UUID) -> Sequence[Any]:
    """What the receipt says beyond record versions, in the order of lines."""
    asked = select(receipt_line).where(receipt_line.c.part_id == part_id).order_by(receipt_line.c.line)
    return (await conn.execute(asked)).all()
