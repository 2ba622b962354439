"""Which feeds have spoken where: arrivals of records, and what ingest says of closed periods.

A record is a sign of life of its feed for the banner of its own division code, and for no banner when it
has none; this is ingest's law, and needs nothing that may arrive later. Ingest's word (a closed period,
an unchanged export) travels beside the records, so it is kept as a claim until as many versions have been
applied here as ingest had published when it spoke. Then it is an arrival like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.codes import divisions
from shared.events.codec import Delivery
from shared.events.reconciliation import FeedReconciledV1
from shared.feeds import catalogue
from shared.versions import repository
from shared.versions.models import UNPLACED
from shared.versions.rows import Row


class Claim(NamedTuple):
    """Ingest says that a feed spoke for a banner; to be believed once `published` versions of the banner
    and `unplaced` ones without a banner are applied."""

    kind: int
    banner_code: str
    last_hour: datetime
    published: int
    unplaced: int


class Spoken(NamedTuple):
    """A feed spoke for a banner in this hour."""

    kind: int
    banner_code: str
    known_hour: datetime


async def applied(conn: AsyncConnection, new: Sequence[Row]) -> list[Spoken]:
    """Count versions that were stored for the first time, note that their feeds spoke, and believe the
    claims of these feeds that this completes; the claims that were believed."""
    if not new:
        return []
    came = Counter((row.kind, row.division_code, row.known_at) for row in new)
    spoken: set[Spoken] = set()
    counted: Counter[tuple[int, str]] = Counter()
    for (kind, division_code, known_at), versions in came.items():
        place = _place(division_code)
        counted[kind, place] += versions
        if place != UNPLACED:
            spoken.add(Spoken(kind, place, _hour(known_at)))
    if spoken:
        await repository.add_arrivals(conn, spoken)
    await repository.count_applied(conn, counted)
    return await settle(conn, {row.kind for row in new})


async def claim(conn: AsyncConnection, deliveries: Iterable[Delivery], kinds: Collection[int] | None = None) -> None:
    """Keep what ingest's manifests and changes of freshness say of `kinds` (None: all).

    Nothing is believed here: `applied` and `settle` do that, when the records are there.
    """
    found = {one for delivery in deliveries for one in _claims(delivery) if kinds is None or one.kind in kinds}
    if found:
        await repository.add_claims(conn, sorted(found))


async def settle(conn: AsyncConnection, kinds: Collection[int] | None = None) -> list[Spoken]:
    """Believe the claims (of `kinds`) whose records are all applied and committed; what was not known.

    Two batches that complete a claim together do not see each other's count, and a claim may come
    after its records: so a worker settles every now and then, besides after each batch.
    """
    return [Spoken(*one) for one in await repository.settle_claims(conn, None if kinds is None else sorted(kinds))]


def _claims(delivery: Delivery) -> Iterator[Claim]:
    event = delivery.event
    feed = catalogue.FEEDS.get((event.department, event.kind))
    if feed is None:  # of a later release
        return
    if isinstance(event, FeedReconciledV1):
        said = [(one.division_code, one.last_at, one.published) for one in event.divisions]
        unplaced = event.unplaced_total
    else:
        said = [(event.division_code, event.last_at, event.published)]
        unplaced = event.unplaced
    for code, last_at, published in said:
        place = divisions.get(code)
        if last_at is not None and place is not None and place.level == "banner":
            yield Claim(feed.number, code, _hour(last_at), published, unplaced)


def _place(division_code: str | None) -> str:
    """The banner of a code, or UNPLACED: what ingest's tally counts by."""
    known = division_code is not None and divisions.get(division_code) is not None
    return divisions.banner_of(division_code) if division_code and known else UNPLACED


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
