"""Marking what changed: appended beside the change itself, so that a pass can come later. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.definitions.periods import start_of
from services.indicators.holdings import service as holdings
from services.indicators.observations.domain import Observation
from services.indicators.values import repository
from services.indicators.values.domain import NewMark
from shared import clock
from shared.codes import divisions
from shared.events.codec import Delivery


async def absorb(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Apply a batch of records to the projection and mark the indicators it feeds."""
    await mark_touched(conn, await cohort.apply(conn, deliveries))


async def reconciled(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Keep what ingest's manifests and changes of freshness say; a pass believes it when the records are here."""
    await cohort.claim(conn, deliveries)


async def mark_touched(conn: AsyncConnection, touched: Sequence[cohort.Touched]) -> None:
    """Mark the indicators whose feeds were touched, in the banners that were."""
    marks: dict[tuple[int, str], NewMark] = {}
    for one in touched:
        for indicator in definitions.catalogue().fed_by_feed(one.feed):
            for code in one.banners or [divisions.CITY]:
                mark = NewMark(indicator.number, code, one.since, None, one.known_at)
                marks[mark[:2]] = _wider(marks.get(mark[:2]), mark)
    await repository.add_marks(conn, marks.values())


async def entered(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Keep what the ledger told and mark the indicators over its projects or its assets, where they are and were."""
    by_name = {i.number: holdings.CALCULATIONS.get(i.formula.name or "") for i in definitions.catalogue().indicators}
    marks: dict[tuple[int, str], NewMark] = {}
    for one in await holdings.keep(conn, deliveries):
        for number, calculation in by_name.items():
            if calculation is not None and calculation.about == one.about:
                for code in one.banners:
                    mark = NewMark(number, code, one.since, None, one.known_at)
                    marks[mark[:2]] = _wider(marks.get(mark[:2]), mark)
    await repository.add_marks(conn, marks.values())


def _wider(one: NewMark | None, other: NewMark) -> NewMark:
    if one is None:
        return other
    return other._replace(since=min(one.since, other.since), known_at=max(one.known_at, other.known_at))


async def observed(conn: AsyncConnection, taken: Iterable[Observation]) -> None:
    """Mark the indicators that observations feed which came into force; a figure that later periods are
    compared with changes those too, so the mark has no end. Published figures are only shown beside."""
    fed_by = definitions.catalogue().fed_by_input
    marks = {
        (indicator.number, divisions.banner_of(one.division_code), start_of(one.period), _since_when(one))
        for one in taken
        for indicator in fed_by(one.input)
        if _concerns(indicator, one.division_code)
    }
    await repository.add_marks(conn, [NewMark(*mark[:3], None, mark[3]) for mark in sorted(marks)])


def _since_when(one: Observation) -> datetime:
    return one.in_force_from or one.known_at


def _concerns(indicator: Indicator, code: str) -> bool:
    """Whether an observation of a division can change a value of the indicator."""
    return code == divisions.CITY or not indicator.divisions or divisions.banner_of(code) in indicator.divisions


async def mark_everything(conn: AsyncConnection, since: date = date.min) -> None:
    """Mark every indicator everywhere, from a day on."""
    now = clock.now()
    indicators = definitions.catalogue().indicators
    await repository.add_marks(conn, [NewMark(i.number, divisions.CITY, since, None, now) for i in indicators])
