"""Use case: make the projection again beside the one that stands, compare, and put it in its place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.screening.facts import service as facts
from services.screening.rebuild import repository, standing
from services.screening.rebuild.domain import COMPARED, MENDED, REPLACED, Outcome
from services.screening.rebuild.errors import RebuildBusyError
from services.screening.rebuild.replay import Replay
from services.screening.register import service as register
from services.screening.register.service import Touched
from services.screening.runs import execution
from services.screening.status import mending as statuses
from services.screening.warnings import repository as warnings_repository
from shared import clock
from shared.db import transaction
from shared.rebuild import repository as projection
from shared.rebuild.domain import PARTITIONS
from shared.rebuild.logs import Log
from shared.rebuild.service import Say, beside, paused

_PATIENCE_SECONDS = 60


async def rebuild(
    engine: AsyncEngine, logs: Sequence[Log], say: Say, now: Callable[[], datetime] = clock.now
) -> Outcome:
    """Rebuild the projection of the database of `engine` from `logs` and answer what differed.

    The worker may go on: its batches wait from the comparison to the end, everything else of it does not.
    RebuildBusyError while a run or another rebuild is at work. A kill leaves what stands as it was.
    """
    outcome = Outcome()
    async with beside(engine, "xianjie.screening.rebuild", outcome, _alone(engine), repository.begin) as shadow:
        replay = Replay(logs, now(), say)
        await replay.bulk(shadow)
        say("户情指标", replay.messages)
        async with transaction(shadow) as conn:
            await facts.refresh(conn, None, None, clock.today(), now())
        today = clock.today()
        async with paused(shadow, outcome) as conn:
            await _put_in_place(conn, replay, outcome, today, now)
    outcome.messages = replay.messages
    return outcome


async def _put_in_place(
    conn: AsyncConnection, replay: Replay, outcome: Outcome, today: date, now: Callable[[], datetime]
) -> None:
    absent = await projection.missing(conn, (*REPLACED, *MENDED))
    await warnings_repository.wait_for_batches(conn)
    await repository.hold_everybody(conn, absent)
    touched = await replay.rest(conn)
    await register.settle(conn)
    whole = set(absent).isdisjoint(REPLACED)
    if whole:  # what the next sweep would believe anyway is no difference
        async with projection.on_standing(conn):
            await register.settle(conn)
    known_at, day = now(), clock.today()
    await _refresh(conn, touched, known_at, whole=day != today)
    outcome.remade = [table for table in absent if table not in PARTITIONS]
    await repository.stand_in(conn, absent)
    outcome.differences = await projection.differences(conn, COMPARED, absent, day)
    changed = bool(outcome.differences) or not whole
    current = not changed and await repository.all_of(conn, day)
    await standing.mend(conn, outcome, day, known_at, current=current)
    said = await statuses.mend(conn, day, known_at)
    outcome.restored.statuses, outcome.unsaid = said.restored, said.undecided
    outcome.households = await repository.count_households(conn)
    if changed:
        await projection.replace_standing(conn, REPLACED)


async def _refresh(conn: AsyncConnection, touched: Sequence[Touched], known_at: datetime, *, whole: bool) -> None:
    """The facts of what came since, of everybody when the day has changed on the way."""
    if whole:
        await facts.refresh(conn, None, None, clock.today(), known_at)
    elif households := sorted({household for one in touched for household in one.households}):
        kinds = {kind for one in touched for kind in one.kinds}
        await facts.refresh(conn, households, kinds, clock.today(), known_at)


@asynccontextmanager
async def _alone(engine: AsyncEngine) -> AsyncIterator[None]:
    """No run, no sweep and no other rebuild until the end."""
    async with AsyncExitStack() as held:
        for name in ("rebuild", "run", "sweep"):
            deadline = time.monotonic() + (_PATIENCE_SECONDS if name == "sweep" else 0)
            while await held.enter_async_context(execution.alone(engine, name)) is None:
                if time.monotonic() > deadline:
                    raise RebuildBusyError("筛查批次或另一次重建正在进行：请等它结束，或先取消它，再重建。")
                await asyncio.sleep(1)
        yield
