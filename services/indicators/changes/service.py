"""Reading changes of values in the order of the leader's positions, and purging what is past its time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.changes import repository
from services.indicators.changes.domain import ChangePage
from services.indicators.changes.errors import ValueCursorExpiredError
from services.indicators.definitions import service as definitions
from shared.http.errors import CursorAheadError
from shared.messaging import outbox

SCANNED = 20_000
"""Positions looked at in one question, however few of them are wanted: no question takes long."""


async def read(conn: AsyncConnection, indicator: str | None, prefix: str, after: int, limit: int) -> ChangePage:
    """Changes after the cursor, what is committed and numbered by now. From 0 it begins with what is kept.

    The page may be empty without being the last; `next` moves past what the filter left out. UnknownIndicatorError;
    CursorAheadError when `after` was never given out, ValueCursorExpiredError when what followed was purged.
    """
    if indicator is not None:
        definitions.get(indicator)
    last = await repository.newest(conn)
    if after > last:
        raise CursorAheadError.at(after, last)
    begin = after or await repository.retained_from(conn) - 1
    until = min(last, begin + SCANNED)
    items = await repository.changes(conn, indicator, prefix, begin, until, limit)
    # Asked last: what was not purged by now was there when the changes were read.
    first = await repository.retained_from(conn)
    if begin < first - 1 and after:
        raise ValueCursorExpiredError.at(after, first)
    reached = items[-1].position if len(items) == limit else until
    return ChangePage(items, str(reached), first)


async def expire(conn: AsyncConnection, before: datetime, limit: int) -> int:
    """Purge the first `limit` messages published before a moment; how many positions went. Zero: nothing is due."""
    ids = await outbox.expire(conn, before, limit)
    if ids:
        await repository.forget(conn, ids)
    return len(ids)
