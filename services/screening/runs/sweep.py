"""Keep whole banners up to date: a new day, a feed that falls silent or speaks again, new rules or parameters.

All change verdicts of households that no record touched: windows move, and a first enrolment list
of a banner turns "unknown" into "uninsured" for those it leaves out. So the live path's result does
not depend on the order in which feeds and households arrive. A new day is a run over everybody, with a
report; the rest is done banner by banner.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.screening.facts import service as facts
from services.screening.facts.domain import SILENCE_KINDS
from services.screening.register import service as register
from services.screening.register.service import Touched
from services.screening.runs import basis, execution, repository, service
from services.screening.runs.domain import Swept
from services.screening.runs.errors import RunBusyError
from services.screening.runs.execution import Now
from services.screening.warnings import repository as warnings_repository
from services.screening.warnings import service as warnings
from shared import clock, logging
from shared.codes import divisions
from shared.db import transaction
from shared.messaging.loop import pause
from shared.versions import repository as versions

PAGE_HOUSEHOLDS = 4_000

log = logging.get()


async def run(engine: AsyncEngine, stop: asyncio.Event, poll_seconds: float, now: Now = clock.now) -> None:
    """Sweep whenever something is due, until `stop`. A failure ends it: the worker starts again."""
    while not stop.is_set():
        await once(engine, now, stop)
        await pause(stop, poll_seconds)


async def once(engine: AsyncEngine, now: Now = clock.now, stop: asyncio.Event | None = None) -> int:
    """Do what is due, if nobody else does; how many banners were brought up to date. A new day's run is started and,
    unless somebody works on it already, gone through; a run that people started is left to `execution`.
    Two at once would disturb each other little, as a sweep and a batch do: a page holds its households' locks."""
    if not await due(engine, now):
        return 0
    async with execution.alone(engine, "sweep") as session:
        if session is None:
            return 0
        before, states = await _compared(engine, now)
        behind = {banner: state for banner, state in states.items() if before.get(banner) != state}
        if behind:
            async with session.begin():
                await warnings_repository.wait_for_batches(session)
        count = 0
        for banner, state in behind.items():
            if _new_day_only(before.get(banner), state):
                continue
            if not await _sweep(session, banner, before.get(banner), state, now, stop):
                return count
            count += 1
    night = {banner: state for banner, state in behind.items() if _new_day_only(before.get(banner), state)}
    return count + (await _night(engine, night, now, stop) if night else 0)


async def due(engine: AsyncEngine, now: Now = clock.now) -> int:
    """How many banners are to be brought up to date."""
    before, states = await _compared(engine, now)
    return sum(before.get(banner) != state for banner, state in states.items())


def _new_day_only(before: Swept | None, state: Swept) -> bool:
    """Whether a run of the day will do: it computes the rows that are of another day, and no others."""
    return before is not None and before.as_of != state.as_of and before.facts_basis == state.facts_basis


async def _compared(engine: AsyncEngine, now: Now) -> tuple[dict[str, Swept], dict[str, Swept]]:
    """What each banner was brought to, and what it would be brought to now."""
    as_of, known_at = clock.today(), now()
    async with transaction(engine) as conn:
        await register.settle(conn)
        before = await repository.swept(conn)
        arrivals = await facts.data_ages(conn, known_at)
        grounds = await basis.grounds(conn, as_of, known_at)
    banners = sorted({banner for banner, _ in arrivals})
    return before, {
        banner: Swept(as_of, _speaking(arrivals, banner, known_at), grounds.basis(banner), grounds.facts_basis(banner))
        for banner in banners
    }


async def _night(engine: AsyncEngine, night: Mapping[str, Swept], now: Now, stop: asyncio.Event | None) -> int:
    """The run of a new day: how many banners it brought to it here and now."""
    as_of = max(state.as_of for state in night.values())
    due = {
        banner: {"as_of": s.as_of.isoformat(), "speaking": sorted(s.speaking), "basis": s.basis, "facts": s.facts_basis}
        for banner, s in night.items()
    }
    try:
        async with transaction(engine) as conn:
            started = await service.start_nightly(conn, as_of, due)
    except RunBusyError:
        return 0
    ended = await execution.once(engine, now, stop)
    return len(night) if ended is not None and ended.run_id == started.run_id and ended.state == "completed" else 0


async def _sweep(
    session: AsyncConnection, banner: str, before: Swept | None, state: Swept, now: Now, stop: asyncio.Event | None
) -> bool:
    """Bring a banner to `state`; False when stopped on the way."""
    facts_too = before is None or before.facts_basis != state.facts_basis
    async for page in _pages(session, banner, stop):
        async with session.begin():
            await versions.lock_households(session, page)
            await facts.refresh(session, page, None if facts_too else set(), state.as_of, now())
            await warnings.reconcile(session, Touched(page, set(), {}), state.as_of, now())
    if stop is not None and stop.is_set():
        return False
    async with session.begin():
        await repository.remember_swept(session, banner, state)
    log.info("banner_swept", banner=banner, as_of=state.as_of.isoformat(), facts=facts_too)
    return True


async def _pages(session: AsyncConnection, banner: str, stop: asyncio.Event | None) -> AsyncIterator[list[str]]:
    """The banner's households by number, a page at a time, until `stop`."""
    after = ""
    while stop is None or not stop.is_set():
        async with session.begin():
            page = await repository.households_in(session, divisions.prefix(banner), after, PAGE_HOUSEHOLDS)
        if not page:
            return
        yield page
        after = page[-1]


def _speaking(arrivals: Mapping[tuple[str, int], datetime], banner: str, known_at: datetime) -> frozenset[str]:
    ages = facts.data_age(dict(arrivals), banner, SILENCE_KINDS, known_at)
    return frozenset(f"{age.department}/{age.kind}" for age in ages if not age.overdue)
