"""Keep each feed's freshness, tell the bus when it changes, and answer how it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.deliveries import service as deliveries
from services.ingest.deliveries.domain import Closing
from services.ingest.freshness import repository
from services.ingest.freshness.domain import Calendar, Change, Limits, Place, Signs, Standing, State, changes, newest
from services.ingest.tally import service as tally
from services.ingest.tally.domain import BANNERS, CITY, UNPLACED
from shared import clock, ids, metrics
from shared.events.codec import encode
from shared.events.reconciliation import FreshnessChangedV1
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.domain import Feed
from shared.messaging import outbox
from shared.messaging.domain import Message

SOURCE = "/xianjie/ingest"
PLACES = (CITY, *BANNERS)


@dataclass(frozen=True, slots=True)
class Row:
    """How a feed stands now in a banner or in the city. `published`: versions on the bus (for the city of all
    divisions); `pending`: a closing is registered and waits until what came before it is published."""

    feed: Feed
    division_code: str
    state: State
    standing: Standing | None
    age_days: int | None
    published: int
    pending: bool


async def advance(conn: AsyncConnection, seen: Mapping[Place, datetime]) -> list[Closing]:
    """Take in what was just counted and the closings that became effective, and tell every change of state in the
    same transaction; the caller holds the tally's lock. Gives the closings."""
    effective = await deliveries.take_effective(conn)
    told = await repository.standings(conn, tuple(BY_NUMBER))
    signs = newest(told, ((place, one) for place, one in _signs(seen, effective) if place[0] in BY_NUMBER))
    moved, changed = changes(_calendar(), told, signs)
    await repository.store(conn, moved)
    if changed:
        totals = await tally.totals(conn, sorted({change.place[0] for change in changed}))
        now = clock.now()
        await outbox.add(conn, [_message(change, totals[change.place[0]], now) for change in changed])
    return effective


async def standings(conn: AsyncConnection, feed: Feed) -> list[Row]:
    """How one feed stands now, for the city and in each banner."""
    return await listed(conn, [feed], PLACES)


async def listed(conn: AsyncConnection, feeds: Sequence[Feed], places: Collection[str]) -> list[Row]:
    """How feeds stand now: the state by the present day, also before its change was told on the bus."""
    numbers = [feed.number for feed in feeds]
    told, totals = await repository.standings(conn, numbers), await tally.totals(conn, numbers)
    pending = {(c.feed, place) for c in await deliveries.pending(conn) for place in _covered(c.division_code)}
    calendar = _calendar()
    now = told | changes(calendar, told, newest(told, ()))[0]
    return [
        _row(feed, code, now.get((feed.number, code)), calendar, totals[feed.number], pending)
        for feed in feeds
        for code in PLACES
        if code in places
    ]


async def measure(conn: AsyncConnection) -> None:
    """Set the gauges of freshness, of every feed and place."""
    for row in await listed(conn, list(BY_NUMBER.values()), PLACES):
        labels = (row.feed.name, row.division_code)
        metrics.FEED_OVERDUE.labels(*labels).set(row.state != "fresh")
        if row.age_days is not None:
            metrics.FEED_AGE_DAYS.labels(*labels).set(row.age_days)


def published(totals: Mapping[str, int], division_code: str) -> int:
    """Versions published for a banner; for the city those of all divisions and of none."""
    return sum(totals.values()) if division_code == CITY else totals.get(division_code, 0)


def _row(
    feed: Feed,
    code: str,
    standing: Standing | None,
    calendar: Calendar,
    totals: Mapping[str, int],
    pending: Collection[Place],
) -> Row:
    state: State = standing.state if standing else "never"
    age = calendar.age_days(feed.number, standing.last_at) if standing else None
    return Row(feed, code, state, standing, age, published(totals, code), (feed.number, code) in pending)


def _calendar() -> Calendar:
    limits = {number: Limits(feed.overdue_days, feed.age_days) for number, feed in BY_NUMBER.items()}
    return Calendar(limits, clock.today(), clock.business_date, clock.start_of_day)


def _signs(seen: Mapping[Place, datetime], closings: Iterable[Closing]) -> Iterator[tuple[Place, Signs]]:
    for (feed, code), instant in seen.items():
        for place in {code, CITY}.intersection(PLACES):
            yield (feed, place), Signs(instant, "record")
    for one in closings:
        for place in _covered(one.division_code):
            yield (one.feed, place), Signs(one.closed_at, "delivery")


def _covered(division_code: str) -> tuple[str, ...]:
    return PLACES if division_code == CITY else (division_code, CITY)


def _message(change: Change, totals: Mapping[str, int], now: datetime) -> Message:
    feed, code = BY_NUMBER[change.place[0]], change.place[1]
    event = FreshnessChangedV1(
        department=feed.department,
        kind=feed.kind,
        division_code=code,
        state=change.now.state,
        was=change.was,
        since=change.now.since,
        last_at=change.now.last_at,
        last_by=change.now.last_by,
        overdue_after_days=feed.overdue_days,
        published=published(totals, code),
        unplaced=totals.get(UNPLACED, 0),
        known_at=now,
    )
    return encode(event, event_id=str(ids.uuid7()), source=SOURCE, key=feed.department, time=now)
