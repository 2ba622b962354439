"""Statements of the room."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.upkeep.domain import Upkeep
from shared.db import driver

_COLUMNS = [
    "asset_id", "unit", "post", "mode", "interval_days", "custody_since", "custody_ended_on", "inspected_on", "result",
    "broken_since",
]  # fmt: skip


async def put(conn: AsyncConnection, found: Mapping[UUID, Upkeep]) -> None:
    """Store the upkeep of assets as it is now."""
    db = await driver(conn)
    await db.execute("DELETE FROM upkeep_state WHERE asset_id = ANY($1::uuid[])", list(found))
    rows = []
    for asset_id, state in found.items():
        custody = state.custody
        kept = (custody.unit, custody.post, custody.mode, custody.interval_days, custody.since) if custody else _NONE
        rows.append((asset_id, *kept, state.ended_on, state.inspected_on, state.result, state.broken_since))
    await db.copy_records_to_table("upkeep_state", records=rows, columns=_COLUMNS)


_NONE = (None, None, None, None, None)
