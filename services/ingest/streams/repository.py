"""The statements of submissions that are being received."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.intake.models import submission


async def claimed(conn: AsyncConnection, claim: bytes) -> Any:
    """The submission's row under this claim, or None."""
    return (await conn.execute(select(submission).where(submission.c.claim == claim))).one_or_none()


async def resume(conn: AsyncConnection, submission_id: UUID) -> None:
    """Let an interrupted submission receive again."""
    row = update(submission).where(submission.c.submission_id == submission_id, submission.c.state == "interrupted")
    await conn.execute(row.values(state="receiving"))


async def forget_claims(conn: AsyncConnection, before: datetime) -> int:
    """Let keys of submissions received before an instant be used again; how many."""
    old = update(submission).where(submission.c.claim.is_not(None), submission.c.received_at <= before)
    return (await conn.execute(old.values(claim=None))).rowcount
