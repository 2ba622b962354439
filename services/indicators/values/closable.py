"""What closing and restating ask of values: what still waits, what has no number, where a value belongs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.closing.domain import Missing, Readiness
from services.indicators.definitions import periods
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.values import repository
from services.indicators.values.computation import covered_divisions, level_of
from services.indicators.values.domain import Mark, Stored
from services.indicators.values.errors import ValueNotFoundError
from shared import clock
from shared.http.permissions import Principal

NEVER_PUBLISHED = "本期间没有数据来源，没有数值"


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
    """The indicators without a number in an ended period, of city and banners, and of the townships that were
    told to have none; by number, then reason. Ended periods that never had a source have no values at all."""
    of_place = {(s.value.number, s.value.division_code): s for s in await _standing(conn, period)}
    granularity = periods.granularity_of(period)
    found: list[Missing] = []
    for indicator in definitions.catalogue().indicators:
        if granularity not in indicator.periods:
            continue
        without: dict[str, list[str]] = defaultdict(list)
        for code in covered_divisions(indicator):
            stored = of_place.get((indicator.number, code))
            if stored is None and level_of(code) not in ("city", "banner"):
                continue
            if stored is None or stored.value.value is None:
                without[_why(indicator, stored)].append(code)
        found += [
            Missing(indicator.number, indicator.code, indicator.title, reason, tuple(codes))
            for reason, codes in sorted(without.items())
        ]
    return found


def _why(indicator: Indicator, stored: Stored | None) -> str:
    if stored is not None and stored.value.reason:
        return stored.value.reason
    return indicator.waiting or NEVER_PUBLISHED


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
