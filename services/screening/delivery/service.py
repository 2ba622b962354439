"""Reading the change feed, starting over from what is active now, and purging what is past its time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.delivery import repository
from services.screening.delivery.domain import Change, ChangePage, FeedPage, SnapshotItem, SnapshotPage
from services.screening.delivery.errors import CursorAheadError, CursorExpiredError
from services.screening.delivery.repository import Filter, newest
from shared.http.paging import cursor, position
from shared.messaging import outbox

__all__ = ["Change", "ChangePage", "Filter", "expire", "newest", "read", "snapshot"]

SCANNED = 20_000
"""Positions looked at in one question, however few of them are wanted: no question takes long."""


async def read(conn: AsyncConnection, wanted: Filter, after: int, limit: int) -> ChangePage:
    """Changes after the cursor, those that are committed and numbered by now; waits for nothing.

    The page may be empty without being the last (`at_end`); `next` moves past what the filter left out.
    CursorAheadError when `after` was never given out, CursorExpiredError when what followed it was purged.
    """
    last = await repository.newest(conn)
    if after > last:
        raise CursorAheadError.at(after, last)
    until = min(last, after + SCANNED)
    items = await repository.changes(conn, wanted, after, until, limit)
    # Asked last: what was not purged by now was there when the changes were read.
    first = await repository.retained_from(conn)
    if after < first - 1:
        raise CursorExpiredError.at(after, first)
    reached = items[-1].position if len(items) == limit else until
    return FeedPage(items, str(reached), first, last)


async def snapshot(conn: AsyncConnection, wanted: Filter, after: str | None, limit: int) -> SnapshotPage:
    """A page of the warnings that are active now, by household and rule; `after` is the `next` of the page before.

    Every page carries the cursor of the first. A change behind it with a `household_seq` not above that of the
    warning here is included already. BadCursorError for an `after` that was not given out.
    """
    begun = position(after, int, str, str) or (await newest(conn), "", "")
    feed, household_no, rule_code = begun
    found = await repository.active(conn, wanted, (household_no, rule_code), limit + 1)
    items = found[:limit]
    more = len(found) > limit
    return SnapshotPage(items, cursor(feed, *_key(items[-1])) if more else None, str(feed))


async def expire(conn: AsyncConnection, before: datetime, limit: int) -> int:
    """Purge the first `limit` changes published before a moment; how many positions went. Zero: nothing is due."""
    ids = await outbox.expire(conn, before, limit)
    if ids:
        await repository.forget(conn, ids)
    return len(ids)


def _key(item: SnapshotItem) -> tuple[str, str]:
    return item.warning["household_no"], item.warning["rule_code"]
