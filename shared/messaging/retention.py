"""Purging a change feed of what is past its retention, in small steps that hold nobody up: a worker's part."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import clock, logging
from shared.db import transaction
from shared.messaging.loop import pause

STEP_ROWS = 2_000
BREATH_SECONDS = 0.2
LOOK_SECONDS = 600.0

log = logging.get()

Expire = Callable[[AsyncConnection, datetime, int], Awaitable[int]]
"""Purges the first so many changes published before an instant; how many went."""


async def run(engine: AsyncEngine, stop: asyncio.Event, retention_days: int, expire: Expire) -> None:
    """Purge whenever something is due, until `stop`. Several workers at once do each other no harm."""
    while not stop.is_set():
        await purge(engine, stop, retention_days, expire)
        await pause(stop, LOOK_SECONDS)


async def purge(
    engine: AsyncEngine, stop: asyncio.Event, retention_days: int, expire: Expire, step_rows: int = STEP_ROWS
) -> int:
    """Purge what is due now, a transaction a step; how many positions went."""
    total = 0
    while not stop.is_set():
        async with transaction(engine) as conn:
            gone = await expire(conn, clock.now() - timedelta(days=retention_days), step_rows)
        total += gone
        if gone < step_rows:
            break
        await pause(stop, BREATH_SECONDS)
    if total:
        log.info("changes_purged", positions=total, retention_days=retention_days)
    return total
