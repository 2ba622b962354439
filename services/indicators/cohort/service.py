"""Keeping the projection, and asking it who is covered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import repository
from services.indicators.cohort.domain import APPRAISAL, ENROLMENT, KINDS, RENOVATION, Count, Coverage, Judge
from shared import clock
from shared.codes import divisions
from shared.events.codec import Delivery
from shared.versions import freshness
from shared.versions import service as versions
from shared.versions.freshness import Spoken

_FEEDS = {feed: kind for kind, feed in KINDS.items()}


class Touched(NamedTuple):
    """What a batch may have changed: the feed, and the first day for which it can matter."""

    feed: str
    since: date
    known_at: datetime


class Calculation(NamedTuple):
    """A coverage by name: the count, and the feeds that have a say in it."""

    counted: Callable[[AsyncConnection, Sequence[date], datetime], Awaitable[list[Count]]]
    main: int
    further: int | None


CALCULATIONS: Mapping[str, Calculation] = {
    "insured_members": Calculation(repository.insured, ENROLMENT, None),
    "housed_members": Calculation(repository.housed, APPRAISAL, RENOVATION),
}


async def apply(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> list[Touched]:
    """Store the records that the cohort needs, without names, and say what they touch.

    Settlements and kinds of later releases are passed over.
    """
    wanted = [_nameless(d) for d in deliveries if _feed(d) in _FEEDS]
    if not wanted:
        return []
    believed = (await versions.apply(conn, wanted)).believed
    return [Touched(_feed(d), _since(d), d.event.meta.known_at) for d in wanted] + _spoken(believed)


async def claim(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Keep what ingest says of the freshness of the cohort's feeds until `settle` believes it."""
    await freshness.claim(conn, deliveries, KINDS)


async def settle(conn: AsyncConnection) -> list[Touched]:
    """Believe what ingest said where its records are all here; what that touches."""
    return _spoken(await freshness.settle(conn))


def _spoken(believed: Iterable[Spoken]) -> list[Touched]:
    return [Touched(KINDS[one.kind], clock.business_date(one.known_hour), one.known_hour) for one in believed]


async def coverage(
    conn: AsyncConnection, name: str, days: Sequence[date], known_at: datetime, division_codes: Sequence[str]
) -> dict[tuple[date, str], Coverage]:
    """Coverage by (day, division) as known at T, by one counting statement; KeyError for an unknown `name`."""
    calculation = CALCULATIONS[name]
    banners = {d.code: d.name for d in divisions.all_divisions() if d.level == "banner"}
    judge = Judge(
        await calculation.counted(conn, days, known_at),
        await repository.arrivals(conn, known_at),
        banners,
        main=calculation.main,
        further=calculation.further,
    )
    return {
        (day, code): judge.coverage(day, code, _banners_of(code, banners))
        for day in set(days)
        for code in division_codes
    }


def _banners_of(code: str, banners: Mapping[str, str]) -> list[str]:
    banner = divisions.banner_of(code)
    return [banner] if banner in banners else list(banners)


def _feed(delivery: Delivery) -> str:
    return f"{delivery.event.meta.department}/{delivery.event.meta.kind}"


def _since(delivery: Delivery) -> date:
    """A first version matters from its own day; what replaces or withdraws another may matter always."""
    meta = delivery.event.meta
    if meta.outcome != "accepted" or meta.effective_on is None:
        return date.min
    since: date = meta.effective_on
    return since


def _nameless(delivery: Delivery) -> Delivery:
    """Without the sealed names of household members: indicators have no use for them (trust §1)."""
    members = delivery.event.data.get("members")
    if not members:
        return delivery
    bare = [{key: value for key, value in member.items() if key != "sealed"} for member in members]
    data = {**delivery.event.data, "members": bare}
    return delivery._replace(event=delivery.event.model_copy(update={"data": data}))
