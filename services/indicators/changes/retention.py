"""The worker's part: purge what is past the feed's retention, in small steps that hold nobody up."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators.changes import service
from shared import clock, logging
from shared.db import transaction
from shared.messaging.loop import pause

STEP_ROWS = 2_000
BREATH_SECONDS = 0.2
LOOK_SECONDS = 600.0

log = logging.get()


async def run(engine: AsyncEngine, stop: asyncio.Event, retention_days: int) -> None:
    """Purge whenever something is due, until `stop`. Several workers at once do each other no harm."""
    while not stop.is_set():
        await purge(engine, stop, retention_days)
        await pause(stop, LOOK_SECONDS)


async def purge(engine: AsyncEngine, stop: asyncio.Event, retention_days: int, step_rows: int = STEP_ROWS) -> int:
    """Purge what is due now, a transaction a step; how many positions went."""
    total = 0
    while not stop.is_set():
        async with transaction(engine) as conn:
            gone = await service.expire(conn, clock.now() - timedelta(days=retention_days), step_rows)
        total += gone
        if gone < step_rows:
            break
        await pause(stop, BREATH_SECONDS)
    if total:
        log.info("changes_purged", positions=total, retention_days=retention_days)
    return total
