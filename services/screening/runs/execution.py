"""Work on the run that is running: page after page, by whoever holds the run lock.

Page, cursor and tally are one transaction on the session that holds the lock, so a kill loses at most one page and
whoever comes next goes on: the worker of its own accord, or a person who starts the same run again. To cancel is
to write so in the row: the page under way cannot be committed any more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.screening.runs import judging, repository
from services.screening.runs.domain import MAX_ATTEMPTS, Run, Swept
from services.screening.runs.tally import Tally
from shared import clock, logging
from shared.codes import divisions
from shared.db import create_engine, transaction
from shared.messaging.loop import pause
from shared.versions import repository as versions

PAGE_HOUSEHOLDS = 1_000
"""Few enough that a batch waits little for a page's locks, and a cancellation for its end."""
Now = Callable[[], datetime]
"""The instant up to which everything that is known counts."""
# A process that was stopped in the middle of a page must not keep its locks.
_SESSION = {"plan_cache_mode": "force_custom_plan", "idle_in_transaction_session_timeout": "20s"}

log = logging.get()


class _EndedError(Exception):
    """Somebody ended the run while a page was under way; the page is rolled back."""


async def run(engine: AsyncEngine, stop: asyncio.Event, poll_seconds: float, now: Now = clock.now) -> None:
    """Work on whatever run is running until `stop`. A failure ends it: the worker starts again, and the
    run with it, a few times."""
    while not stop.is_set():
        await once(engine, now, stop)
        await pause(stop, poll_seconds)


async def once(
    engine: AsyncEngine, now: Now = clock.now, stop: asyncio.Event | None = None, at_once: int = PAGE_HOUSEHOLDS
) -> Run | None:
    """Work on the run that is running, if there is one and nobody else does, to its end or until `stop`; the run as
    it ended, None when it did not end here. A page has up to `at_once` households."""
    async with transaction(engine) as conn:
        if await repository.running(conn) is None:
            return None
    async with alone(engine, "run") as session:
        if session is None:
            return None
        async with session.begin():
            taken = await repository.take_up(session, MAX_ATTEMPTS, clock.now())
        if taken is None:
            return None
        if taken.state == "failed":
            log.error("run_failed", run_id=str(taken.run_id), attempts=taken.attempts)
            return taken
        return await _through(session, taken, now, stop, at_once)


@asynccontextmanager
async def alone(engine: AsyncEngine, name: str) -> AsyncIterator[AsyncConnection | None]:
    """A session of its own that holds the lock `name`, or None when somebody holds it. Work on this session only:
    if it dies, lock and work die together."""
    url = engine.url.render_as_string(hide_password=False)
    own = create_engine(url, name=f"xianjie.screening.{name}", pool_size=1, **_SESSION)
    try:
        async with own.connect() as conn:
            async with conn.begin():
                held = await repository.try_lock(conn, name)
            yield conn if held else None
    finally:
        await own.dispose()


async def _through(
    session: AsyncConnection, run: Run, now: Now, stop: asyncio.Event | None, at_once: int
) -> Run | None:
    log.info("run_taken_up", run_id=str(run.run_id), kind=run.kind, as_of=run.as_of.isoformat(), cursor=run.cursor)
    while stop is None or not stop.is_set():
        try:
            async with session.begin():
                after = await _advanced(session, run, now, at_once)
                if after is None:
                    return await _complete(session, run)
        except _EndedError:
            async with session.begin():
                return await repository.get(session, run.run_id, "")
        run = after
    return None


async def _advanced(session: AsyncConnection, run: Run, now: Now, at_once: int) -> Run | None:
    began = time.monotonic()
    after = await _step(session, run, now, at_once)
    if after is not None:
        seconds = time.monotonic() - began
        if not await repository.advance(session, run.run_id, after.cursor, after.tally, seconds):
            raise _EndedError
    return after


async def _step(session: AsyncConnection, run: Run, now: Now, at_once: int) -> Run | None:
    """The run one transaction further (not stored yet); None when no household is left."""
    half: str | None = run.tally["half"]
    prefix = divisions.prefix(run.division_code)
    page = await repository.candidates(session, prefix, run.cursor, half, at_once)
    if not page:
        return None
    await versions.lock_households(session, page)
    today, known_at = clock.today(), now()
    if half is not None:
        counted = await judging.bring_to_today(session, run, page, today, known_at)
        return _done(run, counted, page[-1])
    if run.as_of == today:
        return _done(run, await judging.judge_today(session, run, page, known_at), page[-1])
    counted = await judging.judge_past(session, run, page, known_at)
    return replace(run, tally={**counted, "half": page[-1]})


def _done(run: Run, counted: Tally, last: str) -> Run:
    half: str | None = run.tally["half"]
    return replace(run, cursor=last, tally={**counted, "half": None if half is None or last >= half else half})


async def _complete(session: AsyncConnection, run: Run) -> Run | None:
    for banner, state in (run.due or {}).items():
        swept = Swept(date.fromisoformat(state["as_of"]), frozenset(state["speaking"]), state["basis"], state["facts"])
        await repository.remember_swept(session, banner, swept)
    ended = await repository.end(session, run.run_id, "completed", None, clock.now())
    log.info("run_completed", run_id=str(run.run_id), households=run.tally["households"])
    return ended or await repository.get(session, run.run_id, "")
