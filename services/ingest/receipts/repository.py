"""What the tables say about a submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.intake.models import part, receipt_line, record_version, submission


async def submission_of(conn: AsyncConnection, submission_id: UUID) -> Any:
    """The submission's row, or None."""
    return (await conn.execute(select(submission).where(submission.c.submission_id == submission_id))).one_or_none()


async def parts_between(conn: AsyncConnection, submission_id: UUID, first: int, last: int) -> Sequence[Any]:
    """Its parts that hold lines from `first` to `last`, in order: part_id, first_line, lines, partitions, runs (both
    None while unpublished)."""
    p = part.c
    columns = select(p.part_id, p.first_line, p.lines, p.partitions, p.runs).where(p.submission_id == submission_id)
    asked = columns.where(p.first_line <= last, p.first_line + p.lines > first)
    return (await conn.execute(asked.order_by(p.first_line))).all()


async def stored_lines(conn: AsyncConnection, part_ids: Sequence[UUID]) -> Sequence[Any]:
    """The record versions of parts, of each in the order of lines."""
    r = record_version.c
    columns = select(r.part_id, r.line, r.source_id, r.outcome, r.version, r.publish, r.key)
    return (await conn.execute(columns.where(r.part_id.in_(part_ids)).order_by(r.part_id, r.line))).all()


async def remarked_lines(conn: AsyncConnection, part_ids: Sequence[UUID]) -> Sequence[Any]:
    """What the receipt says beyond record versions."""
    return (await conn.execute(select(receipt_line).where(receipt_line.c.part_id.in_(part_ids)))).all()
