"""Statements of the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.ledger.domain import Asset
from shared.db import driver

_COLUMNS = tuple(field.name for field in fields(Asset))
_NAMES = ", ".join(_COLUMNS)
STANDING = "standing"
"""As a wanted state: any but disposed of."""


class Wanted(NamedTuple):
    """Which assets a reader asks for; None means any. `prefix` is the division's, `source` that of its project."""

    prefix: str = ""
    asset_class: str | None = None
    state: str | None = None
    project_id: UUID | None = None
    year: int | None = None
    source: str | None = None
    day: date | None = None


async def lock_projects(conn: AsyncConnection, project_ids: Collection[UUID]) -> None:
    """Assets of one project are registered and revalued in turn, so that their sum cannot pass its funds."""
    db = await driver(conn)
    await db.execute(
        "SELECT 1 FROM project WHERE project_id = ANY($1::uuid[]) ORDER BY project_id FOR NO KEY UPDATE",
        list(project_ids),
    )


async def capitalised(conn: AsyncConnection, project_ids: Collection[UUID]) -> dict[UUID, int]:
    """The original value (fen) of all assets of each project, disposed ones included."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT project_id, sum(original_value_fen)::bigint AS fen FROM asset
           WHERE project_id = ANY($1::uuid[]) GROUP BY project_id""",
        list(project_ids),
    )
    return {row["project_id"]: row["fen"] for row in rows}


async def by_code(conn: AsyncConnection, codes: Collection[str]) -> dict[str, Asset]:
    """The assets that have these codes."""
    db = await driver(conn)
    rows = await db.fetch(f"SELECT {_NAMES} FROM asset WHERE code = ANY($1::text[])", list(codes))
    return {row["code"]: Asset(**dict(row)) for row in rows}


async def find(conn: AsyncConnection, asset_ids: Collection[UUID]) -> dict[UUID, Asset]:
    """Assets as they are now."""
    db = await driver(conn)
    rows = await db.fetch(f"SELECT {_NAMES} FROM asset WHERE asset_id = ANY($1::uuid[])", list(asset_ids))
    return {row["asset_id"]: Asset(**dict(row)) for row in rows}


async def put(conn: AsyncConnection, assets: Sequence[Asset]) -> None:
    """Store the assets as they are now; asyncpg's UniqueViolationError for a code that is taken."""
    db = await driver(conn)
    columns = ", ".join(f"${number}" for number in range(1, len(_COLUMNS) + 1))
    changed = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "asset_id")
    await db.executemany(
        f"INSERT INTO asset ({_NAMES}) VALUES ({columns}) ON CONFLICT (asset_id) DO UPDATE SET {changed}",
        [tuple(getattr(asset, name) for name in _COLUMNS) for asset in assets],
    )


async def page(conn: AsyncConnection, wanted: Wanted, before: UUID | None, limit: int) -> list[Asset]:
    """Assets as they are now, the last registered first; with `day` those that existed then, and from other divisions
    those too that were moved after it."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT {_NAMES} FROM asset a
            WHERE (starts_with(division_code, $1) OR ($7::date IS NOT NULL AND EXISTS (
                  SELECT 1 FROM entry e WHERE e.asset_id = a.asset_id AND e.holds_on > $7
                      AND e.kind = 'asset_amended' AND e.body::jsonb ? 'division_code')))
              AND ($2::text IS NULL OR asset_class = $2)
              AND ($3::text IS NULL OR state = $3 OR ($3 = '{STANDING}' AND state <> 'disposed'))
              AND ($4::uuid IS NULL OR project_id = $4)
              AND ($5::int IS NULL OR EXISTS (
                  SELECT 1 FROM project p WHERE p.project_id = a.project_id AND p.year = $5))
              AND ($6::text IS NULL OR EXISTS (
                  SELECT 1 FROM project_fund f WHERE f.project_id = a.project_id AND f.source = $6))
              AND ($7::date IS NULL OR acquired_on <= $7) AND ($8::uuid IS NULL OR asset_id < $8)
            ORDER BY asset_id DESC LIMIT $9""",
        *wanted,
        before,
        limit,
    )
    return [Asset(**dict(row)) for row in rows]
