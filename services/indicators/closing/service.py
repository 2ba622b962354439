"""Closing periods: one person proposes, another approves or sends back; and which periods are closed.

What the pass knows is handed in (`State`, `Gaps`): it stands above this room.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.closing import repository
from services.indicators.closing.domain import STATES, Closing, ClosingState, Missing, Readiness
from services.indicators.closing.errors import (
    ClosingNotFoundError,
    ClosingStateError,
    PeriodInvalidError,
    PeriodUnsettledError,
)
from services.indicators.definitions import periods
from services.indicators.definitions import service as definitions
from shared import clock
from shared.codes import divisions
from shared.errors import FieldError
from shared.http.permissions import Principal
from shared.ids import uuid7

State = Callable[[AsyncConnection, str], Awaitable[Readiness]]
"""How far the pass is with a period."""
Gaps = Callable[[AsyncConnection, str], Awaitable[list[Missing]]]
"""What is not computable in a period."""

RETRY_SECONDS = 5
"""A pass over everything takes less (performance.md, row 10)."""


async def closed_at(conn: AsyncConnection, periods: Collection[str]) -> Mapping[str, datetime]:
    """The closed ones of `periods`, each with the instant of its approval: the value of a place that was
    current then is its closed value."""
    return await repository.closed_at(conn, periods)


async def propose(
    conn: AsyncConnection, principal: Principal, period: str, note: str | None, state_of: State
) -> Closing:
    """A new proposal. A period is closed for the whole city, by one whose scope it is (NotFoundError).

    PeriodInvalidError, ClosingStateError (closed or proposed already), PeriodUnsettledError.
    """
    principal.require_division(divisions.CITY)
    _check(period)
    wanted = Closing(
        closing_id=uuid7(),
        period=period,
        state="proposed",
        note=note,
        proposed_by=principal.sub,
        proposed_at=clock.now(),
    )
    if await repository.add(conn, wanted) is None:
        raise _taken(period, await repository.standing(conn, period))
    await _settled(conn, period, state_of)
    return wanted


async def approve(conn: AsyncConnection, principal: Principal, closing_id: UUID, state_of: State) -> Closing:
    """Close the period from now on; no pass is half-way then.

    ClosingNotFoundError, ClosingStateError (decided, or the caller's own), PeriodUnsettledError.
    """
    there = await _decidable(conn, principal, closing_id)
    if not await repository.hold_passes(conn):
        raise _unsettled(there.period, "正在计算")
    ready = await _settled(conn, there.period, state_of)
    # Not before the values that stand: another machine's clock may be ahead of ours.
    now = max(clock.now(), *([ready.newest_at] if ready.newest_at else []), there.proposed_at)
    decided = replace(there, state="approved", decided_by=principal.sub, decided_at=now)
    await repository.decide(conn, decided)
    return decided


async def reject(conn: AsyncConnection, principal: Principal, closing_id: UUID, reason: str) -> Closing:
    """Send it back with the reason; the period may be proposed again. Refusals as of `approve`."""
    there = await _decidable(conn, principal, closing_id)
    now = max(clock.now(), there.proposed_at)
    decided = replace(there, state="rejected", decided_by=principal.sub, decided_at=now, reason=reason)
    await repository.decide(conn, decided)
    return decided


async def get(conn: AsyncConnection, closing_id: UUID) -> Closing:
    """One closing. ClosingNotFoundError."""
    found = await repository.find(conn, closing_id)
    if found is None:
        raise ClosingNotFoundError("没有这次审定。")
    return found


async def listed(
    conn: AsyncConnection, *, period: str | None, state: ClosingState | None, after: UUID | None, limit: int
) -> list[Closing]:
    """Closings, the newest first."""
    return await repository.page(conn, period=period, state=state, after=after, limit=limit)


def _check(period: str) -> None:
    first = definitions.catalogue().plan.first_year
    if periods.granularity_of(period) is None:
        raise _invalid("no_period", f"“{period}”不是期间，应为年 2025、季度 2025-Q1 或月 2025-03。")
    if periods.year_of(period) < first:
        raise _invalid("before_the_plan", f"规划从 {first} 年开始，没有更早的期间。")
    if periods.end_of(period) >= clock.today():
        raise _invalid("not_ended", f"期间 {period} 到 {periods.end_of(period)} 才结束，结束以后才能审定。")


async def _decidable(conn: AsyncConnection, principal: Principal, closing_id: UUID) -> Closing:
    principal.require_division(divisions.CITY)
    there = await repository.find(conn, closing_id, lock=True)
    if there is None:
        raise ClosingNotFoundError("没有这次审定。")
    if there.state != "proposed":
        said = f"期间 {there.period} 的这次提请{STATES[there.state]}（{there.decided_by}），不能再审定。"
        raise ClosingStateError(said, extra={"state": there.state})
    if there.proposed_by == principal.sub:
        raise ClosingStateError("提请人不能审定自己的提请，请另一人审定。", extra={"state": there.state})
    return there


async def _settled(conn: AsyncConnection, period: str, state_of: State) -> Readiness:
    ready = await state_of(conn, period)
    if ready.waiting:
        raise _unsettled(period, f"还有 {ready.waiting} 处待计算", waiting=ready.waiting)
    return ready


def _unsettled(period: str, why: str, *, waiting: int | None = None) -> PeriodUnsettledError:
    return PeriodUnsettledError(
        f"期间 {period} {why}，请稍后再试。",
        headers={"Retry-After": str(RETRY_SECONDS)},
        extra={} if waiting is None else {"waiting": waiting},
    )


def _taken(period: str, there: Closing | None) -> ClosingStateError:
    if there is None:  # sent back between the two questions
        return ClosingStateError(f"期间 {period} 的提请刚刚被退回，请重新提请。")
    who = there.decided_by or there.proposed_by
    extra = {"state": there.state, "closing_id": str(there.closing_id)}
    return ClosingStateError(f"期间 {period} {STATES[there.state]}（{who}），不能再提请审定。", extra=extra)


def _invalid(code: str, message: str) -> PeriodInvalidError:
    error = FieldError(pointer="/path/period", code=code, message=message.rstrip("。"), value_masked=None)
    return PeriodInvalidError(message, errors=[error])
