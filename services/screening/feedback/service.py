"""Reading a department's feedback in the order of the leader's positions, waiting for some."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.screening.delivery.domain import FeedPage
from services.screening.delivery.repository import newest, retained_from
from services.screening.delivery.service import SCANNED
from services.screening.delivery.watching import ChangeFeed
from services.screening.feedback import repository
from services.screening.feedback.domain import Feedback, FeedbackPage
from services.screening.feedback.errors import FeedbackExpiredError
from shared.db import transaction
from shared.http.errors import CursorAheadError

__all__ = ["Feedback", "FeedbackPage", "page", "read"]


async def read(conn: AsyncConnection, department: str, after: int, limit: int) -> FeedbackPage:
    """Feedback after the cursor, what is committed and numbered by now; waits for nothing. From 0 it begins
    with what is kept.

    The page may be empty without being the last (`at_end`); `next` moves past what is for others.
    CursorAheadError when `after` was never given out, FeedbackExpiredError when what followed was purged.
    """
    last = await newest(conn)
    if after > last:
        raise CursorAheadError.at(after, last)
    begin = after or await retained_from(conn) - 1
    until = min(last, begin + SCANNED)
    items = await repository.feedback(conn, department, begin, until, limit)
    # Asked last: what was not purged by now was there when the feedback was read.
    first = await retained_from(conn)
    if begin < first - 1 and after:
        raise FeedbackExpiredError.at(after, first)
    reached = items[-1].position if len(items) == limit else until
    return FeedPage(items, str(reached), first, last)


async def page(
    feed: ChangeFeed, engine: AsyncEngine, department: str, after: int, limit: int, wait_seconds: float
) -> FeedbackPage:
    """As `read`; with none there, wait for some until the time is over, without a connection."""

    async def look(cursor: int) -> FeedbackPage:
        async with transaction(engine) as conn:
            return await read(conn, department, cursor, limit)

    return await feed.search(look, after, wait_seconds)
