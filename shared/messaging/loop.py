"""Waiting that ends when a process is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep for `seconds`, or until `stop`."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, or as much of it as there is time for until `stop`; what it raises is raised."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((working, stopped), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, stopped):
            task.cancel()
        await asyncio.wait((working, stopped))
    if not working.cancelled():
        working.result()


def backoff(failures: int, *, first: float = 0.1, longest: float = 5.0) -> float:
    """Seconds to wait after that many failures in a row: doubling, bounded."""
    return min(longest, first * 2 ** min(failures - 1, 16)) if failures else 0.0
