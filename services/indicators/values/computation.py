"""From a definition to its values: for every division it covers and every period asked for.

Nothing is carried over from another period and nothing is filled in: what cannot be computed is a
value without a number and with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.cohort.domain import Coverage
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator, Level
from services.indicators.definitions.periods import as_of, end_of
from services.indicators.observations import service as observations
from services.indicators.observations.domain import Allowance, allowance
from services.indicators.values.domain import Source, Value, percentage, status_of
from shared.codes import divisions

_STEP = Decimal("0.0001")
"""A weighted mean of standards is kept to a hundredth of a fen."""


CONNECTED = frozenset({"allowance_ratio", *cohort.CALCULATIONS})
"""The calculations there are; a definition that names another one has no value yet."""


class Frame(NamedTuple):
    """When and where: `day` as of which, `today` to know what has closed, `known_at` T, for `codes`."""

    day: date
    today: date
    known_at: datetime
    codes: Sequence[str]


class _Parts(NamedTuple):
    """What a calculation found for one division and period."""

    numerator: Decimal | None
    denominator: Decimal | None
    reason: str | None
    basis: str | None
    beside: Mapping[str, Decimal]
    sources: tuple[Source, ...]
    used: tuple[UUID, ...] = ()


def covered_divisions(indicator: Indicator) -> list[str]:
    """The codes of all divisions the indicator has a value for."""
    levels: Collection[str] = indicator.levels
    return [
        d.code
        for d in divisions.all_divisions()
        if d.level in levels and (not indicator.divisions or d.code in indicator.divisions)
    ]


def level_of(code: str) -> Level | None:
    """The level of a division; None when there is none of this code."""
    found = divisions.get(code)
    levels: dict[str, Level] = {"city": "city", "banner": "banner", "township": "township", "village": "village"}
    return None if found is None else levels[found.level]


async def compute(conn: AsyncConnection, indicator: Indicator, periods: Sequence[str], frame: Frame) -> list[Value]:
    """The values of `periods` as of `frame.day` (an ended period: as of its end) and as known at T.

    One counting statement, whatever the number of divisions and periods.
    """
    name = indicator.formula.name
    if name is None or name not in CONNECTED:
        found = {(code, period): _waiting(indicator) for code in frame.codes for period in periods}
    elif name in cohort.CALCULATIONS:
        found = await _covered(conn, indicator, name, periods, frame)
    else:
        found = await _observed(conn, indicator, periods, frame)
    return [_value(indicator, code, period, parts, frame) for (code, period), parts in found.items()]


def _waiting(indicator: Indicator) -> _Parts:
    return _Parts(None, None, indicator.waiting or "公式尚未接入，暂无数值", None, {}, ())


async def _covered(
    conn: AsyncConnection, indicator: Indicator, name: str, periods: Sequence[str], frame: Frame
) -> dict[tuple[str, str], _Parts]:
    days = {period: as_of(period, frame.day) for period in periods}
    coverages = await cohort.coverage(conn, name, sorted(set(days.values())), frame.known_at, frame.codes)
    return {
        (code, period): _coverage_parts(indicator, coverages[day, code])
        for code in frame.codes
        for period, day in days.items()
    }


def _coverage_parts(indicator: Indicator, coverage: Coverage) -> _Parts:
    sources = tuple(Source(s.feed, s.newest_known_at, s.stalest_known_at) for s in coverage.sources)
    said = [indicator.scope] if indicator.scope else []
    if coverage.unheard and coverage.denominator:
        names = "、".join(divisions.path(code) for code in coverage.unheard)
        said.append(f"未含从未报送户与成员数据的{names}")
    denominator = Decimal(coverage.denominator) if coverage.denominator else None
    if coverage.reason is not None:
        return _Parts(None, denominator, coverage.reason, "；".join(said) or None, {}, sources)
    beside = {
        "unrecorded": Decimal(coverage.unrecorded),
        "households": Decimal(coverage.households),
        "households_covered": Decimal(coverage.households_covered),
    }
    return _Parts(Decimal(coverage.numerator), denominator, None, "；".join(said) or None, beside, sources)


async def _observed(
    conn: AsyncConnection, indicator: Indicator, periods: Sequence[str], frame: Frame
) -> dict[tuple[str, str], _Parts]:
    inputs = [entry.code for entry in indicator.inputs]
    standing = await observations.in_force(conn, inputs, periods, frame.known_at)
    banners = {d.code: d.name for d in divisions.all_divisions() if d.level == "banner"}
    found: dict[tuple[str, str], _Parts] = {}
    for period in periods:
        of_period = [o for o in standing if o.period == period]
        for code in frame.codes:
            parts = {} if code in banners else banners
            found[code, period] = _allowance_parts(indicator, allowance(of_period, code, parts), period)
    return found


def _allowance_parts(indicator: Indicator, pair: Allowance, period: str) -> _Parts:
    newest = max((o.known_at for o in pair.used), default=None)
    oldest = min((o.known_at for o in pair.used), default=None)
    sources, used = (Source(indicator.sources[0], newest, oldest),), tuple(o.observation_id for o in pair.used)
    if pair.rural is None or pair.urban is None:
        return _Parts(None, None, f"{period}年{pair.reason}", None, {}, sources, used)
    rural, urban = (side.quantize(_STEP, ROUND_HALF_UP).normalize() for side in (pair.rural, pair.urban))
    return _Parts(_plain(rural), _plain(urban), None, pair.basis, {}, sources, used)


def _plain(number: Decimal) -> Decimal:
    """Without an exponent: 9E+3 is 9000."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _value(indicator: Indicator, code: str, period: str, parts: _Parts, frame: Frame) -> Value:
    number = None
    if parts.numerator is not None and parts.denominator:
        number = percentage(parts.numerator, parts.denominator, indicator.precision)
    day = as_of(period, frame.day)
    closed = day == end_of(period) and day < frame.today
    plan = definitions.catalogue().plan
    return Value(
        number=indicator.number,
        code=indicator.code,
        division_code=code,
        period=period,
        as_of=day,
        known_at=frame.known_at,
        value=number,
        numerator=parts.numerator,
        denominator=parts.denominator,
        unit=indicator.unit,
        status=status_of(indicator, plan, number, int(period[:4]), closed=closed),
        reason=parts.reason,
        basis=parts.basis,
        beside=dict(parts.beside),
        sources=parts.sources,
        formula_version=indicator.formula.version,
        used=parts.used,
    )
