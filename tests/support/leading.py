"""A leader at work beside a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.messaging.outbox import Leader


@asynccontextmanager
async def leading(leader: Leader) -> AsyncIterator[None]:
    """It leads until the end of the block, and ends as it would with its process."""
    stop = asyncio.Event()
    task = asyncio.create_task(leader.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task
