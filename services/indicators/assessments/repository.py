"""Statements of the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.assessments.domain import Head
from shared.db import driver

_COLUMNS = ("assessment_id", "kind", "year", "title", "made_by", "made_at", "rows")
_HEAD = f"SELECT {', '.join(_COLUMNS)}, encode(sha256, 'hex') AS sha256"


async def add(
    conn: AsyncConnection, head: Head, content: bytes, digest: bytes, values: Mapping[tuple[int, str], UUID]
) -> None:
    """Store a snapshot and the values it froze."""
    db = await driver(conn)
    await db.copy_records_to_table(
        "assessment",
        records=[(*(getattr(head, name) for name in _COLUMNS), content, digest)],
        columns=[*_COLUMNS, "content", "sha256"],
    )
    await db.copy_records_to_table(
        "assessment_value",
        records=[(head.assessment_id, *place, value_id) for place, value_id in values.items()],
        columns=["assessment_id", "number", "division_code", "value_id"],
    )


async def find(conn: AsyncConnection, assessment_id: UUID) -> tuple[Head, bytes] | None:
    """One snapshot: its head, and its content as it is stored."""
    db = await driver(conn)
    row = await db.fetchrow(f"{_HEAD}, content FROM assessment WHERE assessment_id = $1", assessment_id)
    return None if row is None else (_head(row), row["content"])


async def values_of(conn: AsyncConnection, assessment_id: UUID) -> dict[tuple[int, str], UUID]:
    """The values that a snapshot froze, by (number, division)."""
    db = await driver(conn)
    rows = await db.fetch(
        "SELECT number, division_code, value_id FROM assessment_value WHERE assessment_id = $1", assessment_id
    )
    return {(row["number"], row["division_code"]): row["value_id"] for row in rows}


async def page(conn: AsyncConnection, after: UUID | None, limit: int) -> Sequence[Head]:
    """Snapshots, newest first."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_HEAD} FROM assessment WHERE $1::uuid IS NULL OR assessment_id < $1
            ORDER BY assessment_id DESC LIMIT $2""",
        after,
        limit,
    )
    return [_head(row) for row in rows]


def _head(row: Any) -> Head:
    return Head(**{name: row[name] for name in (*_COLUMNS, "sha256")})
