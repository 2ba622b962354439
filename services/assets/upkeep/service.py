"""Who answers for an asset, on any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries import service as entries
from services.assets.entries.domain import Entry, until
from services.assets.ledger import service as ledger
from services.assets.upkeep import repository
from services.assets.upkeep.domain import Upkeep, upkeep
from shared.http.permissions import Principal


async def keep(conn: AsyncConnection, lives: Mapping[UUID, Sequence[Entry]]) -> None:
    """Store the upkeep of assets as it is now, from their standing entries: the projection of this room."""
    await repository.put(conn, {asset_id: upkeep(life) for asset_id, life in lives.items()})


async def on(conn: AsyncConnection, principal: Principal, asset_id: UUID, day: date) -> Upkeep:
    """The upkeep of an asset on a day. AssetNotFoundError."""
    await ledger.get(conn, principal, asset_id)
    return upkeep(until(await entries.life(conn, asset_id), day))
