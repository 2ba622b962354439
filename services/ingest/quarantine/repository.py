"""The statement that keeps refused records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.quarantine.models import quarantine
from shared.db import driver

COLUMNS = ("part_id", "line", "feed", "refused_at", "sealed")


async def keep(conn: AsyncConnection, rows: Sequence[tuple[UUID, int, int, datetime, str]]) -> None:
    """Add refused records; rows as COLUMNS."""
    await (await driver(conn)).copy_records_to_table("quarantine", records=rows, columns=COLUMNS)


async def drop_before(conn: AsyncConnection, instant: datetime) -> int:
    """Delete what was refused before an instant; how many records."""
    return (await conn.execute(delete(quarantine).where(quarantine.c.refused_at < instant))).rowcount
