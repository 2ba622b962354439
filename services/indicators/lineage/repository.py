"""Statements of the room."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver


class Version(NamedTuple):
    """A version of a record in the projection: when it was known, and of which division (None: not said)."""

    known_at: datetime
    division_code: str | None


async def versions_of(conn: AsyncConnection, kind: int, source_id: str) -> list[Version]:
    """Every version of a record that the projection holds, newest first."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT max(known_at) AS known_at, max(division_code) AS division_code FROM record_version
           WHERE kind = $1 AND source_id = $2 GROUP BY version ORDER BY version DESC""",
        kind,
        source_id,
    )
    return [Version(row["known_at"], row["division_code"]) for row in rows]
