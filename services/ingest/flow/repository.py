"""The statement that says how far a stream has come."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.intake.models import submission


async def mark(conn: AsyncConnection, submission_id: UUID, body_bytes: int, sha256: bytes) -> None:
    """So much of the body is stored, with this digest."""
    row = update(submission).where(submission.c.submission_id == submission_id)
    await conn.execute(row.values(body_bytes=body_bytes, sha256=sha256))
