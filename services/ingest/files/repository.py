"""Every statement on uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.files.domain import Piece, Upload
from services.ingest.files.models import upload, upload_chunk
from services.ingest.intake.models import part, receipt_line
from services.ingest.outcomes.domain import Outcome
from services.ingest.quarantine.domain import Key
from shared.db import driver
from shared.errors import FieldError

_COLUMNS = [upload.c[field.name] for field in fields(Upload)]

# The department that waited longest is next, so that one with many files holds up no other.
_NEXT = """
SELECT u.upload_id FROM upload u
WHERE u.ended_at IS NULL AND (u.leased_until IS NULL OR u.leased_until < $1)
ORDER BY (SELECT max(e.ended_at) FROM upload e WHERE e.department = u.department) NULLS FIRST, u.upload_id
LIMIT 1 FOR UPDATE OF u SKIP LOCKED
"""


async def add(conn: AsyncConnection, one: Upload, department: str) -> None:
    """Keep a new upload."""
    values = {field.name: getattr(one, field.name) for field in fields(Upload)}
    await conn.execute(sa.insert(upload).values(department=department, **values))


async def add_chunk(
    conn: AsyncConnection, upload_id: UUID, piece: Piece, number: int, sealed: str, now: datetime
) -> None:
    """Keep one sealed chunk."""
    row = {"upload_id": upload_id, "piece": piece, "number": number, "kept_since": now, "sealed": sealed}
    await conn.execute(sa.insert(upload_chunk).values(**row))


async def find(conn: AsyncConnection, upload_id: UUID) -> Upload | None:
    """The upload, or None."""
    row = (await conn.execute(sa.select(*_COLUMNS).where(upload.c.upload_id == upload_id))).one_or_none()
    return Upload(*row) if row else None


async def chunk(conn: AsyncConnection, upload_id: UUID, piece: Piece, number: int) -> str | None:
    """One sealed chunk, None behind the last."""
    c = upload_chunk.c
    asked = sa.select(c.sealed).where(c.upload_id == upload_id, c.piece == piece, c.number == number)
    return await conn.scalar(asked)


async def drop_before(conn: AsyncConnection, instant: datetime) -> int:
    """Delete content kept since before an instant, of files that are done; how many chunks."""
    ended = sa.select(upload.c.upload_id).where(upload.c.ended_at.is_not(None))
    old = sa.delete(upload_chunk).where(upload_chunk.c.kept_since < instant, upload_chunk.c.upload_id.in_(ended))
    return (await conn.execute(old)).rowcount


async def next_waiting(conn: AsyncConnection, now: datetime) -> UUID | None:
    """Lock the upload to read next, if any."""
    found: UUID | None = await (await driver(conn)).fetchval(_NEXT, now)
    return found


async def change(conn: AsyncConnection, upload_id: UUID, **values: Any) -> None:
    """Set columns of an upload."""
    await conn.execute(sa.update(upload).where(upload.c.upload_id == upload_id).values(**values))


async def lease(conn: AsyncConnection, upload_id: UUID, worker: UUID, until: datetime) -> int:
    """Give the file to a worker; how many began with it since it last moved on, this one included."""
    u = upload.c
    given = sa.update(upload).where(u.upload_id == upload_id)
    values = {"state": "reading", "leased_by": worker, "leased_until": until, "attempts": u.attempts + 1}
    return int((await conn.execute(given.values(**values).returning(u.attempts))).scalar_one())


async def extend(conn: AsyncConnection, upload_id: UUID, worker: UUID, until: datetime) -> bool:
    """Keep the lease; False when another worker has it."""
    u = upload.c
    mine = sa.update(upload).where(u.upload_id == upload_id, u.leased_by == worker, u.ended_at.is_(None))
    return bool((await conn.execute(mine.values(leased_until=until))).rowcount)


async def rejected(conn: AsyncConnection, submission_id: UUID) -> dict[int, tuple[Sequence[FieldError], str]]:
    """By index: the errors of the rejected records of a submission, and the entry of the quarantine of each."""
    r = receipt_line.c
    asked = sa.select(r.line, r.errors, r.part_id).join_from(receipt_line, part, r.part_id == part.c.part_id)
    rows = await conn.execute(asked.where(part.c.submission_id == submission_id, r.outcome == Outcome.REJECTED))
    return {row.line: (row.errors, Key(row.part_id, row.line).entry_id) for row in rows}
