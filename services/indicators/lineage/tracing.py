"""From a record or an observation to every value that it is behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.cohort.domain import KINDS, UnitOfRecord
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.lineage import repository
from services.indicators.lineage.domain import Touch, above, shares
from services.indicators.lineage.errors import RecordNotFoundError
from services.indicators.observations.domain import OFFICIAL, Observation
from services.indicators.values import service as values
from services.indicators.values.domain import Stored
from services.indicators.values.figures import Figures
from shared import clock
from shared.codes import divisions
from shared.feeds import catalogue

_NUMBERS = {feed: kind for kind, feed in KINDS.items()}
_Counts = Mapping[tuple[str, date, str], int]
"""Units by calculation, day and division."""


async def of_record(conn: AsyncConnection, department: str, kind: str, source_id: str, scope: str) -> list[Touch]:
    """Every current value inside `scope` (a division's prefix) that a record is evidence for, by place.

    Units are judged on each value's own day, by what is known now. Raises UnknownFeedError, RecordNotFoundError.
    """
    catalogue.get(department, kind)
    number = _NUMBERS.get(f"{department}/{kind}")
    found = [] if number is None else await repository.versions_of(conn, number, source_id)
    if not found:
        raise RecordNotFoundError("指标所用的数据里没有这条记录，或者不在您的权限范围内。")
    names = {*cohort.CALCULATIONS, *cohort.INCOMES}
    indicators = {i.number: i for i in definitions.catalogue().indicators if i.formula.name in names}
    days = await _days(conn, list(indicators))
    units = await cohort.units_of_record(conn, department, kind, source_id, days, clock.now())
    places = {code for unit in units for code in above(unit.division_code)}
    own = {version.division_code for version in found if version.division_code is not None}
    if not any(code.startswith(scope) for code in places | own):
        raise RecordNotFoundError("指标所用的数据里没有这条记录，或者不在您的权限范围内。")
    stored = await values.current_of(conn, sorted(code for code in places if code.startswith(scope)), list(indicators))
    newest = found[0].known_at
    whole, covered = _count(units), _count(unit for unit in units if unit.covered)
    touched: list[Touch] = []
    for one in stored:
        indicator = indicators[one.value.number]
        name = indicator.formula.name or ""
        day = one.value.as_of
        # incomes are those of a whole year, told of its last day
        at = name, date(day.year, 12, 31) if name in cohort.INCOMES else day, one.value.division_code
        if whole[at]:
            later = newest > one.value.known_at
            touched.append(Touch(one, indicator.title, None, covered[at], whole[at], later))
    return sorted(touched, key=lambda touch: touch.place)


async def _days(conn: AsyncConnection, numbers: list[int]) -> list[date]:
    """The days of all current values: a township's are its banner's, which is computed with it."""
    codes = [division.code for division in divisions.all_divisions() if division.level in ("city", "banner")]
    return sorted({one.value.as_of for one in await values.current_of(conn, codes, numbers)})


def _count(units: Iterable[UnitOfRecord]) -> Counter[tuple[str, date, str]]:
    return Counter((unit.name, unit.day, code) for unit in units for code in above(unit.division_code))


async def of_observation(conn: AsyncConnection, observation: Observation, scope: str) -> list[Touch]:
    """Every value inside `scope` that used an observation, current or replaced, by place. An official figure is
    shown beside the value of its indicator, and used by none."""
    if observation.input == OFFICIAL:
        indicator = definitions.get(str(observation.indicator))
        stored = await values.current_of(conn, [observation.division_code], [indicator.number], [observation.period])
        return [Touch(one, indicator.title, "official", 0, 0, later=False) for one in stored]
    used = await values.using(conn, observation.observation_id)
    indicators = definitions.catalogue().by_number()
    found = [
        _of_share(indicators[one.value.number], one, observation)
        for one in used
        if one.value.division_code.startswith(scope)
    ]
    return sorted(found, key=lambda touch: touch.place)


def _of_share(indicator: Indicator, stored: Stored, observation: Observation) -> Touch:
    amount = Figures(definitions.catalogue().inputs, (), {}).amount(observation)
    part = shares(indicator, stored.value, [(observation, amount)])[0].part
    counted = int(part in ("denominator", "missing"))
    return Touch(stored, indicator.title, part, int(part == "numerator"), counted, later=False)
