"""What people said of warnings: added, read, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.outcomes.domain import Entry
from shared.db import driver

_COLUMNS = tuple(field.name for field in fields(Entry))
_SELECT = ", ".join(_COLUMNS)
_OF_WARNING = f"SELECT {_SELECT} FROM warning_outcome WHERE warning_id = $1 ORDER BY place DESC"
_OF_HOUSEHOLD = f"SELECT {_SELECT} FROM warning_outcome WHERE household_no = $1 ORDER BY place DESC LIMIT $2"
_NEWEST = f"""
SELECT DISTINCT ON (warning_id) {_SELECT} FROM warning_outcome
WHERE warning_id = ANY($1) AND act = ANY($2) ORDER BY warning_id, place DESC
"""


async def add(conn: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Write these acts down."""
    records = [tuple(getattr(entry, column) for column in _COLUMNS) for entry in entries]
    await (await driver(conn)).copy_records_to_table("warning_outcome", columns=_COLUMNS, records=records)


async def of_warning(conn: AsyncConnection, warning_id: UUID) -> list[Entry]:
    """All acts on one warning, newest first."""
    return [_entry(row) for row in await (await driver(conn)).fetch(_OF_WARNING, warning_id)]


async def of_household(conn: AsyncConnection, household_no: str, limit: int) -> list[Entry]:
    """The newest acts on the warnings of one household, those of closed warnings too."""
    return [_entry(row) for row in await (await driver(conn)).fetch(_OF_HOUSEHOLD, household_no, limit)]


async def newest(conn: AsyncConnection, ids: Sequence[UUID], acts: Sequence[str]) -> dict[UUID, Entry]:
    """The newest of these acts on each of the warnings."""
    rows = await (await driver(conn)).fetch(_NEWEST, ids, acts)
    return {row["warning_id"]: _entry(row) for row in rows}


def _entry(row: asyncpg.Record) -> Entry:
    return Entry(*row)
