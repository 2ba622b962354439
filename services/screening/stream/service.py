"""A reader's stream: what is there, then what comes, until somebody ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

from services.screening.delivery.errors import CursorAheadError, CursorExpiredError
from services.screening.delivery.service import Change, ChangePage, Filter
from services.screening.delivery.watching import ChangeFeed
from services.screening.stream import domain
from services.screening.stream.domain import Why
from shared import logging
from shared.http import database
from shared.http.errors import UnauthorizedError, UnavailableError

AT_ONCE = 50
"""Changes read and sent in one piece: what a stream holds in memory, beside the connection's 64 KiB."""
HEARTBEAT_SECONDS = 15.0
LOOK_SECONDS = 1.0
"""How soon an idle stream notices that its token has expired, the process stops, or the reader went away."""

READING = 4
"""Streams that read at one time: the pool's other connections are for requests."""

NOTHING = b""

log = logging.get()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads what from where: `admitted` raises UnauthorizedError once the token does not hold any more."""

    wanted: Filter
    after: int
    admitted: Callable[[], Awaitable[object]]


class Streams:
    """The streams of one process, at `most` so many. They end soon after `stopping` is set. A reader that takes
    nothing for `send_seconds` is cut; `heartbeat_seconds` without a change make a comment."""

    def __init__(
        self,
        feed: ChangeFeed,
        stopping: asyncio.Event,
        most: int,
        send_seconds: float,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self.feed = feed
        self.most = most
        self.send_seconds = send_seconds
        self.open = 0
        self._stopping = stopping
        self._reading = asyncio.Semaphore(READING)
        self._heartbeat_seconds = heartbeat_seconds

    async def pieces(self, reader: Reader, render: Callable[[Change], bytes]) -> AsyncGenerator[bytes, None]:
        """What to send, whole events in each piece; an empty one when there is nothing to send just now.

        `render` makes the JSON of a change. Ends by an `end` event, or by what the database raised.
        """
        loop = asyncio.get_running_loop()
        cursor = told = reader.after
        at_end = False
        heartbeat_at = loop.time() + self._heartbeat_seconds
        yield domain.OPENED
        while (why := await self._over(reader)) is None:
            seconds = min(LOOK_SECONDS, heartbeat_at - loop.time())
            page = await self._next(reader, cursor, seconds if at_end else None)
            if isinstance(page, str):
                why = page
                break
            if page is not None:
                cursor, at_end = int(page.next), page.at_end
            if page is not None and page.items:
                yield b"".join([domain.event(change.position, render(change)) for change in page.items])
                told = page.items[-1].position
            elif loop.time() >= heartbeat_at:
                yield domain.heartbeat(cursor if cursor > told else None)
                told = cursor
            else:
                yield NOTHING
                continue
            heartbeat_at = loop.time() + self._heartbeat_seconds
        yield domain.end(why, cursor)

    async def _next(self, reader: Reader, cursor: int, seconds: float | None) -> ChangePage | Why | None:
        """What is behind the cursor; with `seconds`, as soon as there is anything, None when there was nothing."""
        try:
            if seconds is not None and not await self.feed.beyond(cursor, seconds):
                return None
            async with self._reading:
                return await self.feed.read(reader.wanted, cursor, AT_ONCE)
        except CursorExpiredError:
            return "cursor_expired"
        except CursorAheadError:
            return "cursor_ahead"
        except database.ERRORS as error:
            log.warning("stream_ended", reason="unavailable", error=type(error).__name__)
            return "unavailable"

    async def _over(self, reader: Reader) -> Why | None:
        if self._stopping.is_set():
            return "stopping"
        try:
            await reader.admitted()
        except UnauthorizedError:
            return "token_expired"
        except UnavailableError:
            return "unavailable"
        return None
