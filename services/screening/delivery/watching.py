"""Waiting for changes: however many readers wait, a process looks at the newest position once a tenth of a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.delivery import service
from services.screening.delivery.domain import FeedPage, T
from services.screening.delivery.service import ChangePage, Filter
from shared.db import transaction

POLL_SECONDS = 0.1
SEARCH_SECONDS = 1.0
"""How long a reader who does not wait may look for a change among many that it does not want."""


class ChangeFeed:
    """The change feed of one process. A waiting reader holds no connection."""

    def __init__(self, engine: AsyncEngine, retention_days: int) -> None:
        self.retention_days = retention_days
        self._engine = engine
        self._waiting: dict[asyncio.Future[None], int] = {}
        self._looking: asyncio.Task[None] | None = None

    async def read(self, wanted: Filter, after: int, limit: int) -> ChangePage:
        """See `service.read`; in a transaction of its own."""
        async with transaction(self._engine) as conn:
            return await service.read(conn, wanted, after, limit)

    async def page(self, wanted: Filter, after: int, limit: int, wait_seconds: float) -> ChangePage:
        """Changes after the cursor; with none there, wait for some until the time is over. Raises what `read` does."""
        return await self.search(lambda cursor: self.read(wanted, cursor, limit), after, wait_seconds)

    async def search(
        self, read: Callable[[int], Awaitable[FeedPage[T]]], after: int, wait_seconds: float
    ) -> FeedPage[T]:
        """The first page after the cursor that holds anything, or the last that was read when the time is over."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        deadline, enough = began + wait_seconds, began + max(wait_seconds, SEARCH_SECONDS)
        page = await read(after)
        while not page.items:
            cursor = int(page.next)
            more = await self.beyond(cursor, deadline - loop.time()) if page.at_end else loop.time() < enough
            if not more:
                break
            page = await read(cursor)
        return page

    async def beyond(self, position: int, seconds: float) -> bool:
        """Wait until there is a position greater than this one; False when there was none in that time.
        Raises what the look at the database raises."""
        if seconds <= 0:
            return False
        loop = asyncio.get_running_loop()
        there: asyncio.Future[None] = loop.create_future()
        self._waiting[there] = position
        try:
            if self._looking is None or self._looking.done():
                self._looking = loop.create_task(self._look())
            looking = self._looking
            done, _ = await asyncio.wait((there, looking), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if looking in done:
                looking.result()  # raises: it does not end by itself while somebody waits
            return there.done()
        finally:
            del self._waiting[there]

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if not self._waiting:
                return
            async with transaction(self._engine) as conn:
                newest = await service.newest(conn)
            for there, position in self._waiting.items():
                if newest > position and not there.done():
                    there.set_result(None)
