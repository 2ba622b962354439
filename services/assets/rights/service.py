"""Confirming and transferring rights, and who holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries.domain import Entry
from services.assets.rights import repository
from services.assets.rights.domain import rights


async def keep(conn: AsyncConnection, lives: Mapping[UUID, Sequence[Entry]]) -> None:
    """Store who holds what of assets now, from their standing entries: the projection of this room."""
    for asset_id, life in lives.items():
        await repository.put(conn, asset_id, rights(life))
