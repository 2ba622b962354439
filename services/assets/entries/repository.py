"""Statements of the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries.domain import Entry
from shared.db import driver

_COLUMNS = (
    "entry_id", "asset_id", "kind", "holds_on", "body", "document", "recorded_at", "recorded_by", "takes_back",
)  # fmt: skip


async def lock(conn: AsyncConnection, asset_ids: Collection[UUID]) -> None:
    """Writers of an asset take turns; several assets are locked in one order, so that two never wait crosswise."""
    db = await driver(conn)
    await db.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(a::text, 4)) FROM (SELECT unnest($1::uuid[]) a ORDER BY 1) x",
        list(asset_ids),
    )


async def lives(conn: AsyncConnection, asset_ids: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """All entries of assets, those taken back included, in the order in which they hold."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT {", ".join(_COLUMNS)} FROM entry WHERE asset_id = ANY($1::uuid[])
            ORDER BY asset_id, holds_on, entry_id""",
        list(asset_ids),
    )
    found: dict[UUID, list[Entry]] = {asset_id: [] for asset_id in asset_ids}
    for row in rows:
        found[row["asset_id"]].append(_entry(row))
    return found


async def documents(conn: AsyncConnection, asset_ids: Collection[UUID], kind: str) -> dict[UUID, str]:
    """The document of the last standing entry of a kind, by asset."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT DISTINCT ON (asset_id) asset_id, document FROM entry e
           WHERE asset_id = ANY($1::uuid[]) AND kind = $2
             AND NOT EXISTS (SELECT 1 FROM entry back WHERE back.takes_back = e.entry_id)
           ORDER BY asset_id, holds_on DESC, entry_id DESC""",
        list(asset_ids),
        kind,
    )
    return {row["asset_id"]: row["document"] for row in rows}


async def add(conn: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Store new entries."""
    db = await driver(conn)
    await db.copy_records_to_table("entry", records=[_row(entry) for entry in entries], columns=list(_COLUMNS))


def _row(entry: Entry) -> tuple[Any, ...]:
    body = orjson.dumps(entry.body, option=orjson.OPT_SORT_KEYS).decode()
    return tuple(body if name == "body" else getattr(entry, name) for name in _COLUMNS)


def _entry(row: Any) -> Entry:
    return Entry(**{**{name: row[name] for name in _COLUMNS}, "body": orjson.loads(row["body"])})
