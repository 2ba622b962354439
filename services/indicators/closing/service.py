"""Which periods are closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.closing import repository


async def closed_at(conn: AsyncConnection, periods: Collection[str]) -> Mapping[str, datetime]:
    """The closed ones of `periods`, each with the instant of its approval: the value of a place that was
    current then is its closed value."""
    return await repository.closed_at(conn, periods)
