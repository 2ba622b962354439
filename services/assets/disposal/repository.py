"""Statements of the room."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.disposal.domain import Ending
from shared.db import driver


async def put(conn: AsyncConnection, endings: Mapping[UUID, Ending]) -> None:
    """Store the proceeds of assets that were disposed of."""
    db = await driver(conn)
    await db.execute("DELETE FROM proceeds WHERE asset_id = ANY($1::uuid[])", list(endings))
    await db.copy_records_to_table(
        "proceeds",
        records=[
            (asset_id, found.disposed_on, money.received_fen, money.unassigned_fen, money.unspent_fen)
            for asset_id, found in endings.items()
            if found.disposed_on is not None and (money := found.proceeds)
        ],
        columns=["asset_id", "disposed_on", "received_fen", "unassigned_fen", "unspent_fen"],
    )
