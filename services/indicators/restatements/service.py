"""Keeping restatements."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.restatements import repository
from services.indicators.restatements.domain import Restated


async def record(conn: AsyncConnection, items: Sequence[Restated]) -> None:
    """Keep restatements, in the transaction that publishes their values (`item.now.value_id`)."""
    if items:
        await repository.add(conn, items)
