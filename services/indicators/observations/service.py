"""Taking observations, all of a body or none; deciding on those that wait; what is in force."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Level
from services.indicators.observations import pairs, repository
from services.indicators.observations.checks import check, repeats
from services.indicators.observations.domain import STATES, Draft, Observation, Place, State
from services.indicators.observations.errors import (
    ObservationNotFoundError,
    ObservationsRefusedError,
    ObservationStateError,
    PeriodClosedError,
)
from services.indicators.observations.spots import Spot
from services.indicators.observations.taking import Standing, Taken, Taking, after
from shared import clock
from shared.codes import divisions
from shared.errors import FieldError

ClosedAt = Callable[[AsyncConnection, Collection[str]], Awaitable[Mapping[str, datetime]]]
"""Of some periods those that are closed, each with the instant since when."""


class Decision(NamedTuple):
    """What a second person decides: by whom, with which words, approved or sent back."""

    by: str
    note: str | None
    approved: bool


async def nothing_closed(_conn: AsyncConnection, _periods: Collection[str]) -> Mapping[str, datetime]:
    """The answer where no period is ever closed."""
    return {}


async def submit(
    conn: AsyncConnection,
    drafts: Sequence[Draft],
    submitted_by: str,
    spots: Sequence[Spot],
    closed_at: ClosedAt = nothing_closed,
) -> list[Taken]:
    """Store `drafts`; the answer has one entry for each, in order.

    A draft equal to what is in force or waits is a `duplicate` and stores nothing. Raises
    ObservationsRefusedError, AlreadyObservedError, AlreadyProposedError, NotInForceError,
    PeriodClosedError, each with every wrong place. `spots` say where each draft stood.
    """
    _check_all(drafts, spots)
    await repository.lock(conn)
    catalogue, periods = definitions.catalogue(), sorted({draft.period for draft in drafts})
    codes = {draft.input for draft in drafts}
    known = {*codes, *(other for code in codes for other in pairs.partners(catalogue, code))}
    standing = Standing.of(await repository.open_ones(conn, sorted(known), periods))
    _check_pairs(drafts, spots, standing.in_force)
    closed = await closed_at(conn, periods)
    taking = Taking(catalogue, standing, closed, submitted_by, clock.now())
    for draft, at in zip(drafts, spots, strict=True):
        taking.take(draft, at)
    taken = taking.settle()
    await repository.add(conn, [observation for observation, outcome in taken if outcome != "duplicate"])
    return taken


def _check_all(drafts: Sequence[Draft], spots: Sequence[Spot]) -> None:
    catalogue, today = definitions.catalogue(), clock.today()
    wrong: list[FieldError] = []
    for draft, at in zip(drafts, spots, strict=True):
        wrong += check(draft, catalogue, _level_of(draft.division_code), today, at)
    _refuse(wrong or repeats(drafts, spots))


def _check_pairs(drafts: Sequence[Draft], spots: Sequence[Spot], standing: Mapping[Place, Observation]) -> None:
    beside: dict[Place, Draft | Observation] = {**standing}
    beside.update(sent := {draft.place: draft for draft in drafts})
    wrong: list[FieldError] = []
    for draft, at in zip(drafts, spots, strict=True):
        wrong += pairs.faults(draft, definitions.catalogue(), beside, at, sent)
    _refuse(wrong)


def _refuse(wrong: Sequence[FieldError]) -> None:
    if wrong:
        raise ObservationsRefusedError(f"有 {len(wrong)} 处不符合要求，全部未保存。", errors=wrong)


def _level_of(code: str) -> Level | None:
    division = divisions.get(code)
    levels: dict[str, Level] = {"city": "city", "banner": "banner", "township": "township", "village": "village"}
    return None if division is None else levels[division.level]


async def decide(
    conn: AsyncConnection, observation_id: UUID, decision: Decision, closed_at: ClosedAt = nothing_closed
) -> Observation:
    """Approve a waiting observation, which is in force from now, or send it back; nobody decides on their own.

    Raises ObservationNotFoundError, ObservationStateError; on approval also PeriodClosedError when its
    period was closed since and it says no reason, and ObservationsRefusedError when it does not fit what
    has come into force since.
    """
    await repository.lock(conn)
    found = await get(conn, observation_id)
    _require_decidable(found, decision.by)
    decided: State = "approved" if decision.approved else "rejected"
    now = clock.now()
    in_force_from = await _force(conn, found, now, closed_at) if decision.approved else None
    made = replace(
        found,
        state=decided,
        checked_by=decision.by,
        checked_at=now,
        note=decision.note,
        in_force_from=in_force_from,
    )
    await repository.decide(conn, made)
    return made


async def _force(conn: AsyncConnection, found: Observation, now: datetime, closed_at: ClosedAt) -> datetime:
    """From when it is in force once approved."""
    if not found.restatement_reason and found.period in await closed_at(conn, [found.period]):
        raise PeriodClosedError(f"期间 {found.period} 在填报之后已经审定：请退回，写明重报原因后重新填报。")
    catalogue = definitions.catalogue()
    known = [found.input, *pairs.partners(catalogue, found.input)]
    standing = Standing.of(await repository.open_ones(conn, known, [found.period])).in_force
    _refuse(list(pairs.faults(found, catalogue, {**standing}, Spot(""))))
    replaced = standing.get(found.place)
    return now if replaced is None else after(now, replaced)


def _require_decidable(found: Observation, by: str) -> None:
    if found.state != "proposed":
        whom = f"（{found.checked_by}）" if found.checked_by else ""
        raise ObservationStateError(
            f"这个观测值{STATES[found.state]}{whom}，不能再审核。", extra={"state": found.state}
        )
    if found.submitted_by == by:
        raise ObservationStateError("填报人不能审核自己的填报，请另一人审核。", extra={"state": found.state})


async def get(conn: AsyncConnection, observation_id: UUID) -> Observation:
    """One observation; ObservationNotFoundError."""
    found = await by_ids(conn, [observation_id])
    if not found:
        raise ObservationNotFoundError("没有这个观测值，或者不在您的权限范围内。")
    return found[0]


async def by_ids(conn: AsyncConnection, ids: Collection[UUID]) -> list[Observation]:
    """Those of `ids` that there are, in force or not."""
    return await repository.by_ids(conn, ids)


async def listed(
    conn: AsyncConnection, wanted: repository.Wanted, prefix: str, after_id: UUID | None, limit: int
) -> list[Observation]:
    """Observations in a division and below, superseded and rejected ones included, newest first."""
    return await repository.page(conn, wanted, prefix, after_id, limit)


async def in_force(
    conn: AsyncConnection, inputs: Sequence[str], periods: Sequence[str], known_at: datetime
) -> list[Observation]:
    """What computations read: the observations of these inputs and periods in force as known at T."""
    return await repository.in_force(conn, inputs, periods, known_at)


async def official(
    conn: AsyncConnection,
    indicators: Sequence[str],
    divisions_asked: Sequence[str],
    periods: Sequence[str],
    known_at: datetime,
) -> list[Observation]:
    """The published figures of these indicators, divisions and periods in force as known at T."""
    return await repository.official(conn, indicators, divisions_asked, periods, known_at)
