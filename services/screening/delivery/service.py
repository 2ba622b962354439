"""Reading the change feed, at once or by waiting for what comes (long poll)."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.delivery import repository
from services.screening.delivery.domain import ChangePage
from services.screening.delivery.errors import CursorAheadError
from services.screening.delivery.repository import Filter
from shared.db import transaction

__all__ = ["ChangeFeed", "Filter"]

POLL_SECONDS = 0.1


class ChangeFeed:
    """The change feed of one process.

    A waiting reader holds no connection: all of them share one look at the newest position a
    tenth of a second, so a thousand readers cost the database what one does.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._looking = asyncio.Lock()
        self._looks = 0
        self._newest = 0

    async def page(self, wanted: Filter, after: int, limit: int, wait_seconds: float) -> ChangePage:
        """Changes after the cursor; with none there, wait for some until the time is over.

        `next` moves past what the filter left out. CursorAheadError when `after` was never given out.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_seconds
        cursor = after
        while True:
            page, newest = await self._read(wanted, cursor, limit)
            if newest < after:
                raise CursorAheadError(f"游标 {after} 大于最新位置 {newest}，请从 0 开始重新读取。")
            if page.items or loop.time() >= deadline:
                return page
            cursor = int(page.next)
            while loop.time() < deadline:
                if await self._look() > cursor:
                    break

    async def _read(self, wanted: Filter, after: int, limit: int) -> tuple[ChangePage, int]:
        async with transaction(self._engine) as conn:
            newest = await repository.newest(conn)
            items = await repository.changes(conn, wanted, after, newest, limit)
        reached = items[-1].position if len(items) == limit else max(newest, after)
        return ChangePage(items, str(reached)), newest

    async def _look(self) -> int:
        """The newest position a tenth of a second from now, or sooner with somebody else's look."""
        before = self._looks
        async with self._looking:
            if self._looks == before:
                await asyncio.sleep(POLL_SECONDS)
                async with transaction(self._engine) as conn:
                    self._newest = await repository.newest(conn)
                self._looks += 1
            return self._newest
