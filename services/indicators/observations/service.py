"""Taking observations: all of a body or none, each either new, a named correction, or known already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Level
from services.indicators.observations import repository
from services.indicators.observations.domain import Draft, Observation, Outcome, check
from services.indicators.observations.errors import (
    AlreadyObservedError,
    NotInForceError,
    ObservationNotFoundError,
    ObservationsRefusedError,
)
from shared import clock
from shared.codes import divisions
from shared.errors import FieldError
from shared.ids import uuid7
from shared.versions.domain import FAR_INSTANT

Taken = tuple[Observation, Outcome]


async def submit(
    conn: AsyncConnection, drafts: Sequence[Draft], submitted_by: str, pointers: Sequence[str]
) -> list[Taken]:
    """Store `drafts`; the answer has one entry for each, in order.

    A draft equal to what is in force is a `duplicate` and stores nothing. Raises
    ObservationsRefusedError (with every wrong place), AlreadyObservedError, NotInForceError.
    `pointers` say where each draft stood in the body.
    """
    _check_all(drafts, pointers)
    await repository.lock(conn)
    inputs, periods = [sorted({getattr(d, name) for d in drafts}) for name in ("input", "period")]
    now = clock.now()
    standing = {o.place: o for o in await repository.in_force(conn, inputs, periods, FAR_INSTANT)}
    taken: list[Taken] = []
    for draft, at in zip(drafts, pointers, strict=True):
        entry = _take(draft, standing.get(draft.place), submitted_by, now, at)
        standing[draft.place] = entry[0]
        taken.append(entry)
    await repository.add(conn, [observation for observation, outcome in taken if outcome != "duplicate"])
    return taken


def _check_all(drafts: Sequence[Draft], pointers: Sequence[str]) -> None:
    inputs = definitions.catalogue().inputs
    today = clock.today()
    wrong: list[FieldError] = []
    for draft, at in zip(drafts, pointers, strict=True):
        wrong += check(draft, inputs, _level_of(draft.division_code), today, at)
    if wrong:
        raise ObservationsRefusedError(f"有 {len(wrong)} 处不符合要求，全部未保存。", errors=wrong)


def _level_of(code: str) -> Level | None:
    division = divisions.get(code)
    levels: dict[str, Level] = {"city": "city", "banner": "banner", "township": "township", "village": "village"}
    return None if division is None else levels[division.level]


def _take(draft: Draft, standing: Observation | None, submitted_by: str, now: datetime, at: str) -> Taken:
    if standing is not None and draft.says_the_same(standing):
        return standing, "duplicate"
    if standing is not None and draft.supersedes is None:
        raise AlreadyObservedError(
            "同一观测项、区划和期间已有观测值；要更正，请在 supersedes 中写明它的编号。",
            errors=[_conflict(f"{at}/supersedes", "already_observed", "已有现行观测值")],
            extra={"observation_id": str(standing.observation_id)},
        )
    if draft.supersedes is not None and (standing is None or draft.supersedes != standing.observation_id):
        raise NotInForceError(
            "supersedes 指向的不是这一观测项、区划和期间的现行观测值。",
            errors=[_conflict(f"{at}/supersedes", "superseded_not_in_force", "不是现行观测值")],
            extra={"observation_id": None if standing is None else str(standing.observation_id)},
        )
    observation = Observation(
        observation_id=uuid7(),
        input=draft.input,
        division_code=draft.division_code,
        period=draft.period,
        value=draft.value,
        unit=draft.unit,
        document=draft.document,
        document_on=draft.document_on,
        supersedes=draft.supersedes,
        submitted_by=submitted_by,
        known_at=now if standing is None else max(now, standing.known_at),
        in_force_from=now if standing is None else max(now, standing.known_at),
    )
    return observation, "accepted" if standing is None else "corrected"


def _conflict(pointer: str, code: str, message: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, message=message, value_masked=None)


async def get(conn: AsyncConnection, observation_id: UUID) -> Observation:
    """One observation; ObservationNotFoundError."""
    found = await repository.find(conn, observation_id)
    if found is None:
        raise ObservationNotFoundError("没有这个观测值，或者不在您的权限范围内。")
    return found


async def listed(
    conn: AsyncConnection, *, input_code: str | None, period: str | None, prefix: str, after: UUID | None, limit: int
) -> list[Observation]:
    """Observations in a division and below, superseded ones included, newest first."""
    return await repository.page(conn, input_code=input_code, period=period, prefix=prefix, after=after, limit=limit)


async def in_force(
    conn: AsyncConnection, inputs: Sequence[str], periods: Sequence[str], known_at: datetime
) -> list[Observation]:
    """What computations read: the observations of these inputs and periods in force as known at T."""
    return await repository.in_force(conn, inputs, periods, known_at)


async def official(
    conn: AsyncConnection,
    indicators: Sequence[str],
    divisions: Sequence[str],
    periods: Sequence[str],
    known_at: datetime,
) -> list[Observation]:
    """The published figures of these indicators, divisions and periods in force as known at T."""
    return await repository.official(conn, indicators, divisions, periods, known_at)
