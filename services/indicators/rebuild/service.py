"""Use case: make the projection again beside the one that stands, compare, and put it in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.indicators.cohort import service as cohort
from services.indicators.rebuild import repository, standing
from services.indicators.rebuild.domain import COMPARED, PROJECTION, Outcome
from services.indicators.rebuild.errors import RebuildBusyError
from services.indicators.rebuild.replay import Replay
from shared import clock
from shared.db import create_engine, transaction
from shared.rebuild import repository as projection
from shared.rebuild.logs import Log
from shared.rebuild.service import Say, beside, paused


async def rebuild(
    engine: AsyncEngine, logs: Sequence[Log], say: Say, now: Callable[[], datetime] = clock.now
) -> Outcome:
    """Rebuild the projection of the database of `engine` from `logs`, mend the values by what was told of them, and
    answer what differed.

    Observations, closings, restatements and assessments are what people wrote: they stay. The worker may go on; its
    batches and passes wait from the comparison to the end. RebuildBusyError while another rebuild is at work. A kill
    leaves what stands as it was.
    """
    outcome = Outcome()
    async with beside(engine, "xianjie.indicators.rebuild", outcome, _alone(engine), repository.begin) as shadow:
        replay = Replay(logs, now(), say)
        await replay.bulk(shadow)
        async with transaction(shadow) as conn:
            await repository.analyse(conn)
        say("指标数值", replay.messages)
        async with paused(shadow, outcome) as conn:
            await _put_in_place(conn, replay, outcome, now)
    outcome.messages = replay.messages
    return outcome


async def _put_in_place(conn: AsyncConnection, replay: Replay, outcome: Outcome, now: Callable[[], datetime]) -> None:
    outcome.remade = await projection.missing(conn, PROJECTION)
    await repository.hold(conn)
    await replay.rest(conn)
    await cohort.settle(conn)
    if not outcome.remade:  # what the next pass would believe anyway is no difference
        async with projection.on_standing(conn):
            await cohort.settle(conn)
    outcome.differences = await projection.differences(conn, COMPARED, outcome.remade, clock.today())
    outcome.households = await repository.count_households(conn)
    changed = bool(outcome.differences or outcome.remade)
    if changed:
        await projection.replace_standing(conn, PROJECTION)
    async with projection.on_standing(conn):
        await repository.forget_counts(conn)
        await standing.mend(conn, outcome, now(), changed=changed)


@asynccontextmanager
async def _alone(engine: AsyncEngine) -> AsyncIterator[None]:
    """No other rebuild until the end: the lock is a session's of its own."""
    url = engine.url.render_as_string(hide_password=False)
    own = create_engine(url, name="xianjie.indicators.rebuild.lock", pool_size=1)
    try:
        async with own.connect() as conn:
            async with conn.begin():
                held = await repository.try_alone(conn)
            if not held:
                raise RebuildBusyError("另一次重建正在进行：请等它结束，再重建。")
            yield
    finally:
        await own.dispose()
