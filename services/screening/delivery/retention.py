"""The worker's part: this feed purged of what is past its retention."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.delivery import service
from shared.messaging import retention


async def run(engine: AsyncEngine, stop: asyncio.Event, retention_days: int) -> None:
    """Purge whenever something is due, until `stop`."""
    await retention.run(engine, stop, retention_days, service.expire)


async def purge(
    engine: AsyncEngine, stop: asyncio.Event, retention_days: int, step_rows: int = retention.STEP_ROWS
) -> int:
    """Purge what is due now; how many positions went."""
    return await retention.purge(engine, stop, retention_days, service.expire, step_rows)
