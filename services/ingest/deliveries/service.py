"""Close a period, correct its closing, and tell how it compares with what was received."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.deliveries import repository
from services.ingest.deliveries.domain import Closing, Declared, Delivery, Selection, Wanted, declared, faults
from services.ingest.deliveries.errors import DeliveryRefusedError, UnknownPeriodError
from services.ingest.tally import service as tally
from shared import clock
from shared.feeds.domain import Feed


@dataclass(frozen=True, slots=True)
class Period:
    """A closed period beside what was received for it."""

    feed: Feed
    period: str
    deliveries: list[Delivery]
    declared: Declared
    selection: Selection
    submissions: int
    counts: dict[str, int]


async def close(conn: AsyncConnection, feed: Feed, wanted: Wanted, closed_by: str) -> tuple[Period, bool]:
    """Close a period for a division, or correct the number; False when the same was said already.

    Raises DeliveryRefusedError.
    """
    wrong = faults(wanted, clock.today())
    if wrong:
        raise DeliveryRefusedError(f"有 {len(wrong)} 处不符合要求，请按说明修改。", errors=wrong)
    _, changed = await repository.close(conn, feed.number, wanted, clock.now(), closed_by)
    return await of_period(conn, feed, wanted.period), changed


async def of_period(conn: AsyncConnection, feed: Feed, period: str) -> Period:
    """A closed period. Raises UnknownPeriodError."""
    deliveries = await repository.of_period(conn, feed.number, period)
    if not deliveries:
        raise UnknownPeriodError("这一报送期还没有关闭。")
    selection = await repository.selection(conn, feed.number, period)
    submissions, counts = await repository.received(conn, feed.number, selection)
    return Period(feed, period, deliveries, declared(deliveries), selection, submissions, counts)


async def page(conn: AsyncConnection, feed: Feed, below: str | None, limit: int) -> dict[str, list[Delivery]]:
    """The closings that hold by period, the last period first."""
    periods = await repository.periods(conn, feed.number, below, limit)
    found: dict[str, list[Delivery]] = {period: [] for period in periods}
    for one in await repository.of_periods(conn, feed.number, periods):
        found[one.period].append(one)
    return found


async def closed(conn: AsyncConnection, wanted: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of these (feed number, period) that somebody has closed."""
    return await repository.closed(conn, wanted)


async def pending(conn: AsyncConnection) -> list[Closing]:
    """Closings that wait until what came before them is published."""
    return await repository.pending(conn)


async def take_effective(conn: AsyncConnection) -> list[Closing]:
    """Closings whose feed is now published and counted up to them; each is given once. The caller holds the tally's
    lock, and applies them in the same transaction."""
    found, waiting = [], set()
    for one in await repository.pending(conn):  # a handful: one a feed and period that is being closed right now
        if one.feed not in waiting and await tally.caught_up(conn, one.feed, one.closed_at):
            found.append(one)
        else:
            waiting.add(one.feed)
    if found:
        await repository.make_effective(conn, found)
    return found
