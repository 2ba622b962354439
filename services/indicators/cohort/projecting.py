"""Keeping the projection: records as the bus brings them, without names and health data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import repository
from services.indicators.cohort.domain import CERTIFICATE, ENROLMENT, KINDS, Touched
from shared import clock
from shared.codes import divisions
from shared.events.codec import Delivery
from shared.versions import freshness
from shared.versions import service as versions
from shared.versions.freshness import Spoken

_FEEDS = {feed: kind for kind, feed in KINDS.items()}
_CITY = divisions.CITY[:6]
_Places = AbstractSet[tuple[int, str]]
_PLACES: _Places = frozenset((kind, d.code) for kind in KINDS for d in divisions.all_divisions() if d.level == "banner")


async def apply(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> list[Touched]:
    """Store the records that the cohort needs, without names, and say what they touch.

    Settlements and kinds that no calculation reads are passed over.
    """
    wanted = [_nameless(d) for d in deliveries if _feed(d) in _FEEDS]
    if not wanted:
        return []
    unheard = await _unheard(conn)
    applied = await versions.apply(conn, wanted)
    certificates = [d.event.meta.source_id for d in wanted if _FEEDS[_feed(d)] == CERTIFICATE]
    if certificates:
        await repository.drop_disability(conn, certificates)
    homes: dict[tuple[int, str], set[str]] = defaultdict(set)
    for household, rows in applied.causes.items():
        for row in rows:
            homes[row.kind, row.source_id].add(household)
    touched = await _touched(conn, wanted, homes, unheard)
    return touched + _spoken(applied.believed, unheard)


async def claim(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Keep what ingest says of the freshness of the cohort's feeds until `settle` believes it."""
    await freshness.claim(conn, deliveries, KINDS)


async def settle(conn: AsyncConnection) -> list[Touched]:
    """Believe what ingest said where its records are all here; what that touches."""
    unheard = await _unheard(conn)
    return _spoken(await freshness.settle(conn), unheard)


async def _unheard(conn: AsyncConnection) -> _Places:
    """Feeds and banners of which nothing was heard so far. The first sign ends 从未报送 on all days, also for other
    banners, where it was asked whether the feed is there at all."""
    return _PLACES - await repository.heard(conn, _PLACES)


async def _touched(
    conn: AsyncConnection,
    wanted: Sequence[Delivery],
    homes: Mapping[tuple[int, str], set[str]],
    unheard: _Places,
) -> list[Touched]:
    """What each record touches: the banners of its households at any time, and those that any version of it says: the
    banner's feed has spoken there, and a child of no household lives where the certificate says."""
    places = await repository.banners_of(conn, {household for found in homes.values() for household in found})
    said = await repository.divisions_of(conn, {_record(d) for d in wanted})
    nowhere: frozenset[str] = frozenset()
    touched = []
    for delivery in wanted:
        banners = set(said.get(_record(delivery), nowhere))
        for household in homes.get(_record(delivery), ()):
            banners |= places.get(household, nowhere)
        first = _place(delivery) in unheard
        codes = nowhere if first or _CITY in banners else frozenset(f"{banner}000000" for banner in banners)
        since = date.min if first else _since(delivery)
        touched.append(Touched(_feed(delivery), codes, since, delivery.event.meta.known_at))
    return touched


def _spoken(believed: Iterable[Spoken], unheard: _Places) -> list[Touched]:
    touched = []
    for one in believed:
        first = (one.kind, one.banner_code) in unheard
        banners = frozenset[str]() if first else frozenset({one.banner_code})
        since = date.min if first else _heard_from(one.kind, one.known_hour)
        touched.append(Touched(KINDS[one.kind], banners, since, one.known_hour))
    return touched


def _heard_from(kind: int, known_at: datetime) -> date:
    """The first day that shows the feed to have been there: of an enrolment, of its insurance year."""
    day = clock.business_date(known_at)
    return day.replace(month=1, day=1) if kind == ENROLMENT else day


def _place(delivery: Delivery) -> tuple[int, str] | None:
    """The feed and banner that a record is a sign of life of."""
    code = delivery.event.meta.division_code
    if code is None or divisions.get(code) is None:
        return None
    return _FEEDS[_feed(delivery)], divisions.banner_of(code)


def _feed(delivery: Delivery) -> str:
    return f"{delivery.event.meta.department}/{delivery.event.meta.kind}"


def _record(delivery: Delivery) -> tuple[int, str]:
    return _FEEDS[_feed(delivery)], delivery.event.meta.source_id


def _since(delivery: Delivery) -> date:
    """A first version matters from its own day, and as a sign that the feed is there from the day it was heard of; what
    replaces or withdraws another may matter always."""
    meta = delivery.event.meta
    if meta.outcome != "accepted" or meta.effective_on is None:
        return date.min
    since: date = min(meta.effective_on, _heard_from(_FEEDS[_feed(delivery)], meta.known_at))
    return since


def _nameless(delivery: Delivery) -> Delivery:
    """Without the sealed names of household members: indicators have no use for them (trust §1)."""
    members = delivery.event.data.get("members")
    if not members:
        return delivery
    bare = [{key: value for key, value in member.items() if key != "sealed"} for member in members]
    data = {**delivery.event.data, "members": bare}
    return delivery._replace(event=delivery.event.model_copy(update={"data": data}))
