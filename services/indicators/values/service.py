"""Reading what the pass published, and the entrances to marking and the pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Family
from services.indicators.observations import service as observations
from services.indicators.observations.domain import Observation
from services.indicators.values import repository
from services.indicators.values.boards import board, boards
from services.indicators.values.domain import Stored
from services.indicators.values.errors import TooManyValuesError, ValueNotFoundError
from services.indicators.values.marking import absorb, entered, mark_everything, observed, reconciled
from services.indicators.values.passing import run_pass, running_values
from shared import clock

__all__ = [
    "Asked",
    "absorb",
    "all_listed",
    "at",
    "behind",
    "board",
    "boards",
    "current_of",
    "entered",
    "get",
    "listed",
    "mark_everything",
    "observed",
    "officials",
    "reconciled",
    "run_pass",
    "running_values",
    "using",
]

MAX_IN_A_FILE = 50_000
Place = tuple[int, str, str]
"""Number, division, period."""


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


class Asked(NamedTuple):
    """Which values: of an indicator or of a family (None: of both), of the divisions that begin with `prefix`, of a
    period (None: of all), current (`known_at` None) or as they stood at an instant."""

    indicator: str | None
    family: Family | None
    prefix: str
    period: str | None
    known_at: datetime | None


async def listed(conn: AsyncConnection, asked: Asked, *, after: Place | None, limit: int) -> list[Stored]:
    """Values by number, division and period; UnknownIndicatorError."""
    catalogue = definitions.catalogue()
    indicators = catalogue.indicators if asked.family is None else catalogue.family(asked.family)
    if asked.indicator is not None:
        indicators = tuple(one for one in indicators if one is definitions.get(asked.indicator))
    return await repository.page(
        conn,
        numbers=[one.number for one in indicators],
        prefix=asked.prefix,
        period=asked.period,
        known_at=asked.known_at,
        after=after,
        limit=limit,
    )


async def all_listed(conn: AsyncConnection, asked: Asked) -> list[Stored]:
    """The same for a file; TooManyValuesError beyond 50,000."""
    found = await listed(conn, asked, after=None, limit=MAX_IN_A_FILE + 1)
    if len(found) > MAX_IN_A_FILE:
        raise TooManyValuesError(f"超过 {MAX_IN_A_FILE} 个数值，请用指标、区划或期间缩小范围。")
    return found


async def officials(conn: AsyncConnection, values: Sequence[Stored]) -> dict[Place, Observation]:
    """The published figures of the same indicators, divisions and periods, by place."""
    codes, places, periods = ({getattr(s.value, name) for s in values} for name in ("code", "division_code", "period"))
    figures = await observations.official(conn, sorted(codes), sorted(places), sorted(periods), clock.now())
    return {(definitions.get(o.indicator or "").number, o.division_code, o.period): o for o in figures}
