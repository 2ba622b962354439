"""Count what was published, each part once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.tally import repository
from services.ingest.tally.domain import Counted, DayCount
from shared import clock, metrics
from shared.feeds.catalogue import BY_NUMBER


async def lock(conn: AsyncConnection, *, wait: bool = True) -> bool:
    """Take the one lock of reconciliation until the transaction ends. Without `wait`, False when it is taken."""
    return await repository.lock(conn, wait=wait) is not None


async def step(conn: AsyncConnection) -> Counted:
    """Count the next published parts; the caller holds the lock. Nothing is counted that the broker has not yet
    acknowledged, and nothing after it: what is counted up to here is on the bus."""
    after = await repository.lock(conn, wait=True)
    until = await repository.next_position(conn, after or 0)
    if after is None or until is None:
        return Counted()
    rows = await repository.count(conn, after, until)
    await repository.add(conn, rows, until)
    seen: dict[tuple[int, str], datetime] = {}
    for row in rows:
        if row["seen_at"] is not None:
            place = row["feed"], row["division_code"]
            seen[place] = max(row["seen_at"], seen.get(place, row["seen_at"]))
    days = {(row["feed"], row["day"]) for row in rows}
    return Counted(seen, days, await repository.periods(conn, after, until), more=True)


async def caught_up(conn: AsyncConnection, feed: int, until: datetime) -> bool:
    """Whether everything of a feed that was committed up to an instant is published and counted."""
    return not await repository.uncounted(conn, feed, until)


async def behind(conn: AsyncConnection) -> timedelta:
    """For how long the oldest part has waited to be published and counted; nothing when all are. Minutes of it mean
    that the broker is away or that reconciliation fails."""
    oldest = await repository.oldest_uncounted(conn)
    return clock.now() - oldest if oldest else timedelta()


async def measure(conn: AsyncConnection) -> None:
    """Set the gauge of what `behind` says."""
    metrics.UNCOUNTED_SECONDS.set((await behind(conn)).total_seconds())


async def totals(conn: AsyncConnection, feeds: Sequence[int]) -> dict[int, dict[str, int]]:
    """Versions published since the beginning, by feed number and banner (or UNPLACED)."""
    return await repository.totals(conn, feeds)


async def sum_of_days(conn: AsyncConnection, feed: int) -> int:
    """What `totals` of a feed must add up to."""
    return await repository.sum_of_days(conn, feed)


async def of_day(conn: AsyncConnection, day: date, feeds: Sequence[int] = tuple(BY_NUMBER)) -> list[DayCount]:
    """Records received on a Shanghai day that are published by now, by feed and banner, with their outcomes."""
    return await repository.of_day(conn, feeds, day)


async def days_with_records(conn: AsyncConnection, days: Sequence[date]) -> set[tuple[int, date]]:
    """(feed, day) of these days on which anything was received that is published by now."""
    return await repository.days_with_records(conn, tuple(BY_NUMBER), days)
