"""The board (指标表): a family of indicators for divisions as of a day, each row a number or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Family, Indicator
from services.indicators.definitions.periods import period_of
from services.indicators.observations import service as observations
from services.indicators.observations.domain import Observation
from services.indicators.values import repository
from services.indicators.values.computation import CONNECTED, compute, level_of
from services.indicators.values.domain import Board, Frame, Row, Value
from services.indicators.values.status import readings_of
from shared import clock
from shared.codes import divisions
from shared.http.errors import DivisionNotFoundError, FutureDayError

Found = dict[tuple[int, str], tuple[Value, UUID | None]]
"""Values by (number, division), each with its id if it was published."""


async def board(conn: AsyncConnection, division_code: str, day: date | None, family: Family = "main") -> Board:
    """A family for one division: see `boards`."""
    return (await boards(conn, [division_code], day, family))[division_code]


async def boards(
    conn: AsyncConnection, division_codes: Sequence[str], day: date | None, family: Family = "main"
) -> dict[str, Board]:
    """专栏1 (or the plan's other targets) for divisions as of `day` (today when None), as known now, by their codes.

    Today's rows are the published ones; an earlier day is computed on request by the same
    definitions and not stored. Raises DivisionNotFoundError, FutureDayError.
    """
    if any(level_of(code) is None for code in division_codes):
        raise DivisionNotFoundError("没有这个行政区划代码。")
    today = clock.today()
    when = day or today
    if when > today:
        raise FutureDayError("截至日期不能晚于今天。")
    period, indicators = period_of(when, "year"), definitions.catalogue().family(family)
    codes = sorted({whose(indicator, code) for indicator in indicators for code in division_codes})
    if when == today:
        found = await _published(conn, indicators, period, codes)
    else:
        found = await _on_the_spot(conn, indicators, period, when, codes)
    official = await _official(conn, indicators, period, codes)
    return {
        code: Board(code, family, period, when, [_row(one, code, found, official, today) for one in indicators])
        for code in division_codes
    }


def whose(indicator: Indicator, division_code: str) -> str:
    """The division whose value stands in a board's row: what the plan sets for one banner only stands in the table
    of whatever the banner lies in, since 专栏1 is the city's."""
    level, only = level_of(division_code), indicator.divisions
    covered = level is not None and indicator.covers(division_code, level)
    alone = len(only) == 1 and divisions.is_within(only[0], division_code)
    return only[0] if alone and not covered else division_code


async def _published(
    conn: AsyncConnection, indicators: Sequence[Indicator], period: str, division_codes: Sequence[str]
) -> Found:
    numbers = [indicator.number for indicator in indicators]
    current = await repository.current(conn, numbers, [period], division_codes)
    return {(s.value.number, s.value.division_code): (s.value, s.value_id) for s in current}


async def _on_the_spot(
    conn: AsyncConnection, indicators: Sequence[Indicator], period: str, when: date, division_codes: Sequence[str]
) -> Found:
    found: Found = {}
    levels = {code: level_of(code) for code in division_codes}
    for indicator in indicators:
        codes = [code for code, level in levels.items() if level and indicator.covers(code, level)]
        if codes and indicator.formula.name in CONNECTED:
            frame = Frame(when, clock.today(), clock.now(), codes)
            for value in await compute(conn, indicator, [period], frame):
                found[value.number, value.division_code] = value, None
    return found


async def _official(
    conn: AsyncConnection, indicators: Sequence[Indicator], period: str, division_codes: Sequence[str]
) -> dict[tuple[str, str], Observation]:
    """The newest published figure of each indicator and division, of the board's year or an earlier one of the plan."""
    years = [f"{year:04d}" for year in range(definitions.catalogue().plan.first_year - 1, int(period) + 1)]
    codes = [indicator.code for indicator in indicators]
    figures = await observations.official(conn, codes, list(division_codes), years, clock.now())
    return {(o.indicator or "", o.division_code): o for o in sorted(figures, key=lambda o: o.period)}


def _row(
    indicator: Indicator, code: str, found: Found, official: Mapping[tuple[str, str], Observation], today: date
) -> Row:
    place = whose(indicator, code)
    value, value_id = found.get((indicator.number, place)) or (None, None)
    readings = [] if value is None else readings_of(indicator, definitions.catalogue().plan, value, today)
    return Row(
        indicator,
        value,
        why_nothing(indicator, place),
        value_id,
        official.get((indicator.code, place)),
        tuple(readings),
        None if place == code else place,
    )


def why_nothing(indicator: Indicator, division_code: str) -> str:
    """Why a division has no value of an indicator."""
    level = level_of(division_code)
    if indicator.waiting or indicator.formula.name not in CONNECTED:
        return indicator.waiting or "公式尚未接入，暂无数值"
    if level is None or not indicator.covers(division_code, level):
        return "本指标不按这一级行政区划计算"
    return "本嘎查村尚未填报" if level == "village" else "尚未计算，请稍候"
