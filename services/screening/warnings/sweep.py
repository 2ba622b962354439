"""Bring whole banners up to date: when a day began, and when a feed fell silent or spoke again.

Both change verdicts of households that no record touched: windows move, and a first enrolment list
of a banner turns "unknown" into "uninsured" for those it leaves out. So the live path's result does
not depend on the order in which feeds and households arrive.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.screening.facts import service as facts
from services.screening.facts.domain import SILENCE_KINDS
from services.screening.register.service import Touched
from services.screening.warnings import repository, service
from services.screening.warnings.domain import Swept
from shared import clock, logging
from shared.codes import divisions
from shared.db import transaction
from shared.messaging.loop import pause
from shared.versions import repository as versions

PAGE_HOUSEHOLDS = 2_000

log = logging.get()


async def announce(conn: AsyncConnection) -> None:
    """Say that this transaction judges households by the feeds that have spoken so far.

    A sweep waits for all who said so before it looks: whoever judged before a feed's first record
    was committed is then visible to it, and whoever begins later sees that record.
    """
    await repository.share_sweep_lock(conn)


Now = Callable[[], datetime]
"""The instant up to which everything that is known counts."""


async def run(engine: AsyncEngine, stop: asyncio.Event, poll_seconds: float, now: Now = clock.now) -> None:
    """Sweep whenever something is due, until `stop`. A failure ends it: the worker starts again."""
    while not stop.is_set():
        await once(engine, now, stop)
        await pause(stop, poll_seconds)


async def once(engine: AsyncEngine, now: Now = clock.now, stop: asyncio.Event | None = None) -> int:
    """Sweep the banners that are due; how many were done. Two sweepers disturb each other as little
    as a sweep and a batch do: each page holds its households' locks, and twice changes nothing."""
    as_of, known_at = clock.today(), now()
    async with transaction(engine) as conn:
        before = await repository.swept(conn)
        arrivals = await facts.data_ages(conn, known_at)
    banners = sorted({banner for banner, _ in arrivals})
    due = [(banner, Swept(as_of, _speaking(arrivals, banner, known_at))) for banner in banners]
    due = [(banner, state) for banner, state in due if before.get(banner) != state]
    if due:
        async with transaction(engine) as conn:
            await repository.wait_for_sharers(conn)
    for count, (banner, state) in enumerate(due):
        new_day = banner not in before or before[banner].as_of != as_of
        async for page in _pages(engine, banner, stop):
            async with transaction(engine) as conn:
                await versions.lock_households(conn, page)
                if new_day:
                    await facts.refresh(conn, page, None, as_of, now())
                await service.reconcile(conn, Touched(page, set(), {}), as_of, now())
        if stop is not None and stop.is_set():
            return count
        async with transaction(engine) as conn:
            await repository.remember_swept(conn, banner, state)
        log.info("banner_swept", banner=banner, as_of=as_of.isoformat(), new_day=new_day)
    return len(due)


async def _pages(engine: AsyncEngine, banner: str, stop: asyncio.Event | None) -> AsyncIterator[list[str]]:
    """The banner's households by number, a page at a time, until `stop`."""
    after = ""
    while stop is None or not stop.is_set():
        async with transaction(engine) as conn:
            page = await repository.households_in(conn, divisions.prefix(banner), after, PAGE_HOUSEHOLDS)
        if not page:
            return
        yield page
        after = page[-1]


def _speaking(arrivals: Mapping[tuple[str, int], datetime], banner: str, known_at: datetime) -> frozenset[str]:
    ages = facts.data_age(dict(arrivals), banner, SILENCE_KINDS, known_at)
    return frozenset(f"{age.department}/{age.kind}" for age in ages if not age.overdue)
