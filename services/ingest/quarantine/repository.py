"""The statement that keeps refused records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver

COLUMNS = ("part_id", "line", "feed", "refused_at", "sealed")


async def keep(conn: AsyncConnection, rows: Sequence[tuple[UUID, int, int, datetime, str]]) -> None:
    """Add refused records; rows as COLUMNS."""
    await (await driver(conn)).copy_records_to_table("quarantine", records=rows, columns=COLUMNS)
