"""Reading what the pass published, and the entrances to marking and the pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.definitions import service as definitions
from services.indicators.observations import service as observations
from services.indicators.observations.domain import Observation
from services.indicators.values import repository
from services.indicators.values.boards import board, boards
from services.indicators.values.domain import Stored
from services.indicators.values.errors import ValueNotFoundError
from services.indicators.values.marking import absorb, mark_everything, observed, reconciled
from services.indicators.values.passing import run_pass, running_values

__all__ = [
    "absorb",
    "at",
    "behind",
    "board",
    "boards",
    "current_of",
    "get",
    "listed",
    "mark_everything",
    "observed",
    "reconciled",
    "run_pass",
    "running_values",
    "using",
]


async def get(conn: AsyncConnection, value_id: UUID) -> Stored:
    """One value, also when a later one took its place; ValueNotFoundError."""
    found = await repository.find(conn, value_id)
    if found is None:
        raise ValueNotFoundError("没有这个指标数值，或者不在您的权限范围内。")
    return found


async def at(conn: AsyncConnection, place: tuple[int, str, str], known_at: datetime) -> Stored | None:
    """What was published of a place (number, division, period) and standing at `known_at`; None: nothing."""
    return await repository.at(conn, place, known_at)


async def current_of(
    conn: AsyncConnection, divisions: Sequence[str], numbers: Sequence[int], periods: Sequence[str] | None = None
) -> list[Stored]:
    """The current values of these divisions and indicators, of some periods or of every one, in that order."""
    return await repository.current_of(conn, divisions, numbers, periods)


async def behind(conn: AsyncConnection, stored: Stored) -> tuple[str | None, str | None, tuple[Observation, ...]]:
    """What a value was made of: the formula's name (None while its sources wait), the cohort's calculation
    (None: no households behind it) and the observations it used."""
    name = definitions.get(stored.value.code).formula.name
    used = await observations.by_ids(conn, stored.value.used)
    return name, name if name in cohort.CALCULATIONS or name in cohort.INCOMES else None, tuple(used)


async def using(conn: AsyncConnection, observation_id: UUID) -> list[Stored]:
    """The values that an observation is part of, current and replaced ones."""
    return await repository.using(conn, observation_id)


async def listed(
    conn: AsyncConnection,
    *,
    indicator: str | None,
    prefix: str,
    period: str | None,
    after: tuple[int, str, str] | None,
    limit: int,
) -> list[Stored]:
    """Current values of the divisions that begin with `prefix`; UnknownIndicatorError."""
    number = None if indicator is None else definitions.get(indicator).number
    return await repository.page(conn, number=number, prefix=prefix, period=period, after=after, limit=limit)
