"""Use cases: start a run, cancel one, show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.runs import repository, tally
from services.screening.runs.domain import KINDS, NIGHT, STATES, Run, Wanted
from services.screening.runs.errors import NothingKnownError, RunBusyError, RunEndedError, RunNotFoundError
from shared import clock, ids
from shared.codes import divisions
from shared.http.errors import FutureDayError

REST = timedelta(hours=1)
"""How long the night leaves whoever cancelled it in peace."""
SHOWN_TIME = "%Y-%m-%d %H:%M"


async def start(conn: AsyncConnection, wanted: Wanted, by: str, *, due: Mapping[str, Any] | None = None) -> Run:
    """A new run for whoever takes it up; `due` makes it the run of a night.

    FutureDayError for a day that has not come; NothingKnownError for a past one of which no household is recorded;
    RunBusyError, which says who runs, while another is running.
    """
    if wanted.as_of > clock.today():
        raise FutureDayError(f"截至日期 {wanted.as_of.isoformat()} 尚未到来，不能筛查将来的情况。")
    if wanted.as_of < clock.today():
        await _refuse_unrecorded(conn, wanted)
    run = Run(
        run_id=ids.uuid7(),
        kind=wanted.kind,
        as_of=wanted.as_of,
        division_code=wanted.division_code,
        known_at=clock.now(),
        nightly=due is not None,
        state="running",
        cursor="",
        attempts=0,
        tally=tally.empty(await repository.count_candidates(conn, divisions.prefix(wanted.division_code))),
        due=None if due is None else dict(due),
        worked_seconds=0.0,
        started_by=by,
        started_at=clock.now(),
        ended_by=None,
        finished_at=None,
    )
    if await repository.add_unless_running(conn, run):
        return run
    raise busy(await repository.running(conn))


async def _refuse_unrecorded(conn: AsyncConnection, wanted: Wanted) -> None:
    first = await repository.first_day(conn, divisions.prefix(wanted.division_code), clock.now())
    if first is not None and first <= wanted.as_of:
        return
    place = divisions.path(wanted.division_code)
    begun = "底册里还没有任何农牧户" if first is None else f"底册从 {first.isoformat()} 起才有农牧户的记载"
    raise NothingKnownError(f"{place}{begun}，{wanted.as_of.isoformat()} 的情况无从筛查。")


def busy(other: Run | None) -> RunBusyError:
    """Who runs, in words and as members of the problem."""
    if other is None:  # it ended between the two questions
        return RunBusyError("另一个批次刚刚结束，请再试一次。")
    begun = other.started_at.astimezone(clock.SHANGHAI).strftime(SHOWN_TIME)
    text = (
        f"{other.started_by} 于 {begun} 启动的{KINDS[other.kind]}（截至 {other.as_of.isoformat()}，"
        f"{divisions.path(other.division_code)}）正在运行；同一时间只能运行一个批次，请等它结束，或先取消它。"
    )
    extra = {"run_id": str(other.run_id), "started_by": other.started_by, "started_at": other.started_at.isoformat()}
    return RunBusyError(text, extra=extra)


async def cancel(conn: AsyncConnection, run_id: UUID, scope: str, by: str) -> Run:
    """End a running run; the page under way is not stored. RunNotFoundError; RunEndedError when it has ended."""
    found = await get(conn, run_id, scope)
    ended = await repository.end(conn, run_id, "cancelled", by, clock.now())
    if ended is None:
        now = await get(conn, run_id, scope) if found.state == "running" else found
        raise RunEndedError(f"这个批次{STATES[now.state]}，不能取消。", extra={"state": now.state})
    return ended


async def get(conn: AsyncConnection, run_id: UUID, scope: str) -> Run:
    """One run; RunNotFoundError when there is none within `scope` (a division prefix)."""
    found = await repository.get(conn, run_id, scope)
    if found is None:
        raise RunNotFoundError("没有这个批次，或它的范围不在您的管辖之内。")
    return found


async def page(conn: AsyncConnection, scope: str, after: tuple[datetime, UUID] | None, limit: int) -> list[Run]:
    """The newest runs within `scope`."""
    return await repository.page(conn, scope, after, limit)


async def start_nightly(conn: AsyncConnection, as_of: date, due: Mapping[str, Any]) -> Run:
    """The run of a new day over everybody. RunBusyError while another is running, and for an hour after somebody
    cancelled it or it failed: it comes after."""
    if await repository.night_rests(conn, clock.now() - REST):
        raise RunBusyError("夜间筛查刚被取消或没能完成，一小时内不再自动开始。")
    return await start(conn, Wanted("live-day", as_of, divisions.CITY), NIGHT, due=due)
