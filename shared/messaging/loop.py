"""Waiting that ends when a process is told to stop."""

from __future__ import annotations

import asyncio
import contextlib


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep for `seconds`, or until `stop`."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def backoff(failures: int, *, first: float = 0.1, longest: float = 5.0) -> float:
    """Seconds to wait after that many failures in a row: doubling, bounded."""
    return min(longest, first * 2 ** min(failures - 1, 16)) if failures else 0.0
