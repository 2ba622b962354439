"""The worker's part: tell what days change without a record, and tell of everybody once, in small steps.

Two workers at once do each other no harm: a step holds its households' locks, as a batch does, and who comes second
finds nothing left to tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.status import repository, service
from services.screening.status.domain import DEFINITION
from shared import clock, logging
from shared.db import transaction
from shared.messaging.loop import pause
from shared.versions import repository as versions

STEP_HOUSEHOLDS = 1_000
BREATH_SECONDS = 0.02
Now = Callable[[], datetime]

log = logging.get()


async def run(engine: AsyncEngine, stop: asyncio.Event, poll_seconds: float, now: Now = clock.now) -> None:
    """Look until `stop`. A failure ends it: the worker starts again, and goes on where it was."""
    while not stop.is_set():
        more = await days(engine, now) + await walk(engine, now)
        await pause(stop, BREATH_SECONDS if more else poll_seconds)


async def settle(engine: AsyncEngine, now: Now = clock.now) -> None:
    """All there is to do now."""
    while await days(engine, now) + await walk(engine, now):
        pass


async def days(engine: AsyncEngine, now: Now, at_once: int = STEP_HOUSEHOLDS) -> int:
    """A step over those whose status may have changed with the days; how many households it had."""
    today = clock.today()
    async with transaction(engine) as conn:
        page = await repository.due(conn, today, at_once)
        if page:
            await versions.lock_households(conn, page)
            told = await service.tell(conn, page, today, now())
            log.info("statuses_changed_with_the_day", households=len(page), told=told)
    return len(page)


async def walk(engine: AsyncEngine, now: Now, at_once: int = STEP_HOUSEHOLDS) -> int:
    """A step over everybody, once since a status was defined as it is; how many households it had."""
    async with transaction(engine) as conn:
        since = await repository.walked_to(conn, DEFINITION)
        if since is None:
            return 0
        page = await repository.households_after(conn, since, at_once)
        await versions.lock_households(conn, page)
        told = await service.tell(conn, page, clock.today(), now())
        await repository.advance(conn, DEFINITION, since, page[-1] if page else None)
    log.info("statuses_walked", households=len(page), told=told)
    return len(page)
