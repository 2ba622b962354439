"""What closing and restating ask of values: what still waits, what has no number, where a value belongs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.closing.domain import Missing, Readiness
from services.indicators.definitions import periods
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.values import repository
from services.indicators.values.computation import compute, covered_divisions, level_of
from services.indicators.values.domain import Frame, Mark, Stored, Value
from services.indicators.values.errors import ValueNotFoundError
from shared import clock
from shared.http.permissions import Principal

NEVER_PUBLISHED = "早于计算的范围，没有发布过数值"


async def readiness(conn: AsyncConnection, period: str) -> Readiness:
    """How many marks still concern an ended period, and when its newest standing value was published.

    A day that no pass has begun counts as one: its beginning marks the periods that ended since the last.
    """
    today, digest = clock.today(), definitions.catalogue().digest
    begun = await repository.day_before(conn, today + timedelta(days=1), digest) == today
    waiting = sum(concerns(mark, periods.end_of(period)) for mark in await repository.marks(conn))
    newest = max((stored.published_at for stored in await _standing(conn, period)), default=None)
    return Readiness(waiting + (not begun), newest)


def concerns(mark: Mark, end: date) -> bool:
    """Whether the pass will look at a period that ended on `end` because of a mark."""
    return mark.since <= end and (mark.until is None or end <= mark.until)


async def missing(conn: AsyncConnection, period: str) -> list[Missing]:
    """The indicators without a number in an ended period, of city and banners, and of what lies below and was told to
    have none; by number, then reason. What was never published is asked again for its reason."""
    of_place = {(s.value.number, s.value.division_code): s.value for s in await _standing(conn, period)}
    granularity = periods.granularity_of(period)
    found: list[Missing] = []
    for indicator in definitions.catalogue().indicators:
        if granularity in indicator.periods:
            told = {code: value for (number, code), value in of_place.items() if number == indicator.number}
            found += await _missing(conn, indicator, period, told)
    return found


async def _missing(
    conn: AsyncConnection, indicator: Indicator, period: str, told: Mapping[str, Value]
) -> list[Missing]:
    codes = covered_divisions(indicator)
    untold = [code for code in codes if code not in told and level_of(code) in ("city", "banner")]
    empty = [value for value in told.values() if value.value is None]
    if untold:
        today = clock.today()
        empty += await compute(conn, indicator, [period], Frame(today, today, clock.now(), untold))
    without: dict[str, list[str]] = defaultdict(list)
    for value in sorted(empty, key=lambda value: codes.index(value.division_code)):
        without[(value.reason if value.value is None else None) or NEVER_PUBLISHED].append(value.division_code)
    return [
        Missing(indicator.number, indicator.code, indicator.title, reason, tuple(here))
        for reason, here in sorted(without.items())
    ]


async def _standing(conn: AsyncConnection, period: str) -> Sequence[Stored]:
    numbers = [indicator.number for indicator in definitions.catalogue().indicators]
    return await repository.current(conn, numbers, [period])


async def place_of(conn: AsyncConnection, principal: Principal, value_id: UUID) -> tuple[int, str, str]:
    """The place (number, division, period) of a value, standing or replaced, in the caller's scope;
    ValueNotFoundError."""
    found = await repository.find(conn, value_id)
    if found is None or not principal.may_division(found.value.division_code):
        raise ValueNotFoundError("没有这个指标数值，或者不在您的权限范围内。")
    return found.value.place
