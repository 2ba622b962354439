"""A reader's stream: what is there, then what comes, until somebody ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass

from services.screening.delivery.errors import CursorAheadError, CursorExpiredError
from services.screening.delivery.service import Change, ChangePage, Filter
from services.screening.delivery.watching import ChangeFeed
from services.screening.stream import domain
from services.screening.stream.domain import Why
from shared import logging
from shared.db import ERRORS
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


Render = Callable[[Change], bytes]
"""The JSON of a change, in one line."""
Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A page of the feed and its events as they are sent."""

    page: ChangePage
    events: bytes


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads what from where: `admitted` raises UnauthorizedError once the token does not hold any more."""

    wanted: Filter
    after: int
    admitted: Callable[[], Awaitable[object]]


class Streams:
    """The streams of one process, at `most` so many. They end soon after `stopping` is set. A reader that takes
    nothing for `send_seconds` is cut; `heartbeat_seconds` without a change make a comment.

    A change wakes all streams at once, and those that want the same of the feed share one look at it.
    """

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
        self._reads: dict[Key, asyncio.Task[Read]] = {}
        self._heartbeat_seconds = heartbeat_seconds

    async def pieces(self, reader: Reader, render: Render) -> AsyncGenerator[bytes, None]:
        """What to send, whole events in each piece; an empty one when there is nothing to send just now.

        Ends by an `end` event.
        """
        loop = asyncio.get_running_loop()
        cursor = told = reader.after
        at_end = False
        heartbeat_at = loop.time() + self._heartbeat_seconds
        yield domain.OPENED
        while (why := await self._over(reader)) is None:
            seconds = min(LOOK_SECONDS, heartbeat_at - loop.time())
            found = await self._next(reader, cursor, seconds if at_end else None, render)
            if isinstance(found, str):
                why = found
                break
            if found is not None:
                cursor, at_end = int(found.page.next), found.page.at_end
            if found is not None and found.events:
                yield found.events
                told = found.page.items[-1].position
            elif loop.time() >= heartbeat_at:
                yield domain.heartbeat(cursor if cursor > told else None)
                told = cursor
            else:
                yield NOTHING
                continue
            heartbeat_at = loop.time() + self._heartbeat_seconds
        yield domain.end(why, cursor)

    async def _next(self, reader: Reader, cursor: int, seconds: float | None, render: Render) -> Read | Why | None:
        """What is behind the cursor; with `seconds`, as soon as there is anything, None when there was nothing."""
        try:
            if seconds is not None and not await self.feed.beyond(cursor, seconds):
                return None
            return await asyncio.shield(self._shared(reader.wanted, cursor, render))
        except CursorExpiredError:
            return "cursor_expired"
        except CursorAheadError:
            return "cursor_ahead"
        except ERRORS as error:
            log.warning("stream_ended", reason="unavailable", error=type(error).__name__)
            return "unavailable"

    def _shared(self, wanted: Filter, cursor: int, render: Render) -> asyncio.Task[Read]:
        key: Key = (wanted.division_prefix, *map(_frozen, (wanted.rules, wanted.severities)), cursor)
        if key not in self._reads:
            self._reads[key] = task = asyncio.create_task(self._read(wanted, cursor, render))
            task.add_done_callback(lambda done: self._forget(key, done))
        return self._reads[key]

    async def _read(self, wanted: Filter, cursor: int, render: Render) -> Read:
        async with self._reading:
            page = await self.feed.read(wanted, cursor, AT_ONCE)
        return Read(page, b"".join([domain.event(change.position, render(change)) for change in page.items]))

    def _forget(self, key: Key, done: asyncio.Task[Read]) -> None:
        del self._reads[key]
        if not done.cancelled():
            done.exception()  # retrieved here too: every stream that shared it may have been left by its reader

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


def _frozen(values: Sequence[str] | None) -> Hashable:
    return None if values is None else tuple(values)
