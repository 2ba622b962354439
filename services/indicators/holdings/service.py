"""Keeping what the ledger tells, and answering what stands on a day as known at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.holdings import repository
from services.indicators.holdings.domain import CALCULATIONS, FEED, TITLE, About, Asset, Heard, Project, Standing, Word
from services.indicators.holdings.repository import AssetWord
from shared.codes import divisions
from shared.events.assets import AssetChangedV1, AssetDisposedV1, AssetRegisteredV1, RightConfirmedV1
from shared.events.base import Event
from shared.events.codec import Delivery
from shared.events.projects import ProjectChangedV1, ProjectRegisteredV1

__all__ = ["CALCULATIONS", "EVENTS", "FEED", "TITLE", "counts", "heard", "keep", "projects", "standing", "words"]

_PROJECTS = (ProjectRegisteredV1, ProjectChangedV1)
EVENTS: tuple[type[Event], ...] = (*_PROJECTS, AssetRegisteredV1, AssetChangedV1, RightConfirmedV1, AssetDisposedV1)
"""What the room keeps of the ledger's topic."""


async def keep(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> list[Heard]:
    """Store what was told, in any order and any number of times; what of it was news."""
    projects = [_project(one) for one in deliveries if isinstance(one.event, _PROJECTS)]
    assets = [word for one in deliveries if (word := _asset(one)) is not None]
    heard: list[Heard] = []
    if projects:
        new = await repository.add_projects(conn, projects)
        news = [(one.project_id, date(one.year, 1, 1), one.known_at) for one in projects if one.event_id in new]
        heard += await _heard(conn, "projects", news)
    if assets:
        new = await repository.add_assets(conn, assets)
        news = [(one.asset_id, one.holds_on, one.known_at) for one in assets if one.event_id in new]
        heard += await _heard(conn, "assets", news)
    return heard


async def _heard(conn: AsyncConnection, about: About, news: Sequence[tuple[str, date, datetime]]) -> list[Heard]:
    """What each word touches: everywhere that its project or asset was ever said to be."""
    places = await repository.places_of(conn, about, {key for key, _, _ in news})
    return [Heard(about, frozenset(map(_banner, places[key])), since, known_at) for key, since, known_at in news]


def _banner(code: str) -> str:
    """Where a division is looked for; what no register has may be anywhere."""
    return divisions.CITY if divisions.get(code) is None else divisions.banner_of(code)


def _project(delivery: Delivery) -> Project:
    event = delivery.event
    return Project(
        project_id=event.project_id,
        code=event.code,
        year=event.year,
        kind=event.kind,
        division_code=event.division_code,
        total=event.total,
        funds={share.source: share.amount for share in event.funds},
        event_id=delivery.event_id,
        known_at=delivery.time if isinstance(event, ProjectRegisteredV1) else event.known_at,
    )


def _asset(delivery: Delivery) -> AssetWord | None:
    """The word about an asset, None for a right other than ownership and for what is no asset."""
    event = delivery.event
    if isinstance(event, AssetRegisteredV1):
        return _word(delivery, "standing", event.acquired_on, holds=True, code=event.code)
    if isinstance(event, AssetChangedV1):
        return _word(delivery, "standing", event.holds_on, holds=event.standing, code=event.code)
    if isinstance(event, AssetDisposedV1):
        return _word(delivery, "standing", event.disposed_on, holds=False)
    if isinstance(event, RightConfirmedV1) and event.right == "ownership":
        return _word(delivery, "owned", event.holds_on, holds=bool(event.shares))
    return None


def _word(delivery: Delivery, aspect: str, holds_on: date, *, holds: bool, code: str | None = None) -> AssetWord:
    event = delivery.event
    return AssetWord(
        delivery.event_id, event.asset_id, aspect, holds_on, event.known_at, holds, event.division_code, code
    )


async def projects(conn: AsyncConnection, known_at: datetime) -> list[Project]:
    """Every project as known at an instant, by id."""
    return await repository.projects(conn, known_at)


async def counts(
    conn: AsyncConnection, days: Sequence[date], known_at: datetime
) -> Mapping[tuple[date, str], Standing]:
    """Assets by day and division, each counted in its own and all that it lies in; absent where there are none."""
    found: dict[tuple[date, str], Standing] = defaultdict(lambda: Standing(0, 0))
    for (day, code), standing in (await repository.counts(conn, days, known_at)).items():
        for place in _above(code):
            found[day, place] = found[day, place].plus(standing)
    return dict(found)


def _above(code: str) -> Iterable[str]:
    return dict.fromkeys((code, *(code[:digits].ljust(12, "0") for digits in (9, 6, 4))))


async def standing(conn: AsyncConnection, day: date, known_at: datetime, division_code: str) -> list[Asset]:
    """The assets of a division that stand on a day, by id."""
    return await repository.standing(conn, day, known_at, divisions.prefix(division_code))


async def words(
    conn: AsyncConnection, about: About, ids: Collection[str], earlier: datetime, later: datetime
) -> list[Word]:
    """What became known of these projects or assets after one instant and until another, in that order."""
    return await repository.words(conn, about, ids, earlier, later)


async def heard(conn: AsyncConnection, about: About, known_at: datetime) -> dict[str, datetime]:
    """When the ledger last told of projects or assets, by banner."""
    return await repository.heard(conn, about, known_at)
