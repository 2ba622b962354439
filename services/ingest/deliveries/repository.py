"""Every statement on closed periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.deliveries.domain import Closing, Delivery, Selection, Wanted
from services.ingest.deliveries.models import closing, delivery
from services.ingest.tally.domain import OUTCOMES
from shared.db import driver

_SELECTION = """
SELECT EXISTS (SELECT FROM submission WHERE feed = $1 AND delivery = $2) AS named, own.until,
       coalesce((SELECT max(first_closed_at) FROM delivery
                 WHERE feed = $1 AND period <> $2 AND first_closed_at < own.since), 'epoch'::timestamptz) AS after
FROM (SELECT min(first_closed_at) AS since, max(first_closed_at) AS until FROM delivery
      WHERE feed = $1 AND period = $2) AS own
"""

# Beside each other, not in one condition with OR: each has its own index.
SELECTED = {
    "named": "feed = $1 AND delivery = $2 AND $3::timestamptz IS NOT NULL AND $4::timestamptz IS NOT NULL",
    "since_last_closing": "feed = $1 AND $2::text IS NOT NULL AND delivery IS NULL"
    " AND received_at > $3 AND received_at <= $4",
}
"""Conditions on `submission` by attribution; parameters: feed, and those of `selected`."""

_RECEIVED = """
SELECT count(*) AS submissions, {sums} FROM submission WHERE {selected}
"""


def selected(selection: Selection) -> tuple[str, datetime, datetime]:
    """Parameters $2 … $4 of SELECTED."""
    return selection.period, selection.after, selection.until


async def close(
    conn: AsyncConnection, feed: int, wanted: Wanted, now: datetime, closed_by: str
) -> tuple[Delivery, bool]:
    """Close a period, or correct its closing; False when that is what was said already. Two at once: one waits."""
    key = {"feed": feed, "period": wanted.period, "division_code": wanted.division_code}
    said = {"records_sent": wanted.records_sent, "closed_at": now}
    row = insert(delivery).values(**key, **said, revision=1, first_closed_at=now)
    corrected = row.on_conflict_do_update(
        index_elements=list(key),
        set_={"revision": delivery.c.revision + 1, **said},
        where=delivery.c.records_sent != wanted.records_sent,
    )
    stored = (await conn.execute(corrected.returning(delivery))).one_or_none()
    if stored is None:
        [same] = [d for d in await of_period(conn, feed, wanted.period) if d.division_code == wanted.division_code]
        return same, False
    await conn.execute(
        sa.insert(closing).values(**key, **said, revision=stored.revision, closed_by=closed_by, effective=False)
    )
    return Delivery(*stored), True


async def of_period(conn: AsyncConnection, feed: int, period: str) -> list[Delivery]:
    """Its closings that hold, by division."""
    return await of_periods(conn, feed, [period])


async def of_periods(conn: AsyncConnection, feed: int, periods: Sequence[str]) -> list[Delivery]:
    """The closings that hold of several periods, the last period first, by division."""
    d = delivery.c
    asked = sa.select(delivery).where(d.feed == feed, d.period.in_(periods))
    return [Delivery(*row) for row in await conn.execute(asked.order_by(d.period.desc(), d.division_code))]


async def periods(conn: AsyncConnection, feed: int, below: str | None, limit: int) -> list[str]:
    """Closed periods, the last first."""
    d = delivery.c
    asked = sa.select(d.period).distinct().where(d.feed == feed).order_by(d.period.desc()).limit(limit)
    if below is not None:
        asked = asked.where(d.period < below)
    return list(await conn.scalars(asked))


async def closed(conn: AsyncConnection, wanted: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of these (feed, period) that somebody has closed."""
    d = delivery.c
    asked = sa.select(d.feed, d.period).distinct().where(sa.tuple_(d.feed, d.period).in_(list(wanted)))
    return {(row.feed, row.period) for row in await conn.execute(asked)}


async def pending(conn: AsyncConnection) -> list[Closing]:
    """Closings that are not effective yet, in the order they were made."""
    c = closing.c
    columns = sa.select(c.feed, c.period, c.division_code, c.revision, c.closed_at)
    return [Closing(*row) for row in await conn.execute(columns.where(~c.effective).order_by(c.closed_at))]


async def make_effective(conn: AsyncConnection, closings: Sequence[Closing]) -> None:
    """These closings."""
    c = closing.c
    these = [(one.feed, one.period, one.division_code, one.revision) for one in closings]
    key = sa.tuple_(c.feed, c.period, c.division_code, c.revision)
    await conn.execute(sa.update(closing).where(key.in_(these)).values(effective=True))


async def selection(conn: AsyncConnection, feed: int, period: str) -> Selection:
    """Which submissions a closed period is made of."""
    row = await (await driver(conn)).fetchrow(_SELECTION, feed, period)
    assert row is not None  # noqa: S101 - aggregates always give a row
    return Selection("named" if row["named"] else "since_last_closing", period, row["after"], row["until"])


async def received(conn: AsyncConnection, feed: int, made_of: Selection) -> tuple[int, dict[str, int]]:
    """How many submissions those are, and their records by outcome."""
    sums = ", ".join(f"coalesce(sum({word}), 0)::bigint AS {word}" for word in OUTCOMES)
    statement = _RECEIVED.format(sums=sums, selected=SELECTED[made_of.attribution])
    row = await (await driver(conn)).fetchrow(statement, feed, *selected(made_of))
    assert row is not None  # noqa: S101 - aggregates always give a row
    return row["submissions"], {word: row[word] for word in OUTCOMES}
