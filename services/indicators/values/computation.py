"""From a definition to its values: for every division it covers and every period asked for.

Nothing is carried over from another period and nothing is filled in: what cannot be computed is a
value without a number and with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.cohort.domain import Coverage, Source
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator, Level
from services.indicators.definitions.periods import as_of, end_of, previous, year_of
from services.indicators.observations import service as observations
from services.indicators.observations.domain import Observation
from services.indicators.values.counting import coverages
from services.indicators.values.domain import Frame, Value
from services.indicators.values.figures import Figures
from services.indicators.values.formulas import FORMULAS, Asked, Made, periods_needed
from services.indicators.values.incomes import INCOMES
from services.indicators.values.ledgers import LEDGERS, entered
from services.indicators.values.status import rounded, status_of
from shared.codes import divisions

_STEP = Decimal("0.0001")
"""Means and growth rates are shown to a ten-thousandth: of a yuan a hundredth of a fen."""

CONNECTED = frozenset({*FORMULAS, *INCOMES, *LEDGERS, *cohort.CALCULATIONS})
"""The calculations there are; a definition that names none has no value yet."""


class Found(NamedTuple):
    """What a calculation found for one division and period, and how old its sources are."""

    made: Made
    sources: tuple[Source, ...]


class Term(NamedTuple):
    """A period as it is valued: as of which day and as known when, and whether it has ended."""

    period: str
    year: int
    day: date
    known_at: datetime
    closed: bool


Places = dict[tuple[str, str], Found]
"""By (division, period)."""


def covered_divisions(indicator: Indicator) -> Sequence[str]:
    """The codes of all divisions the indicator has a value for."""
    return _covered_divisions(indicator.levels, indicator.divisions)


@cache
def _covered_divisions(levels: Collection[str], only: Collection[str]) -> Sequence[str]:
    return tuple(d.code for d in divisions.all_divisions() if d.level in levels and (not only or d.code in only))


def level_of(code: str) -> Level | None:
    """The level of a division; None when there is none of this code."""
    found = divisions.get(code)
    levels: dict[str, Level] = {"city": "city", "banner": "banner", "township": "township", "village": "village"}
    return None if found is None else levels[found.level]


@cache
def banners() -> Mapping[str, str]:
    """The parts of the city: code → name."""
    return {d.code: d.name for d in divisions.all_divisions() if d.level == "banner"}


async def compute(conn: AsyncConnection, indicator: Indicator, periods: Sequence[str], frame: Frame) -> list[Value]:
    """The values of `periods` as of `frame.day` (an ended period: as of its end) and as known at T.

    One statement that counts or looks up, whatever the number of divisions and periods. What must rise is
    computed for the periods before as well. A village without an observation has no value.
    """
    wanted = list(dict.fromkeys([*periods, *(previous(p) for p in periods if indicator.comparison == "rising")]))
    name = indicator.formula.name
    if name in cohort.CALCULATIONS:
        found = await _covered(conn, indicator, wanted, frame)
    elif name in INCOMES:
        found = await _earned(conn, indicator, wanted, frame)
    elif name in LEDGERS:
        told = await entered(conn, indicator, wanted, frame)
        found = {place: Found(made, sources) for place, (made, sources) in told.items()}
    elif name in FORMULAS:
        found = await _observed(conn, indicator, wanted, frame)
    else:
        waiting = Found(Made(reason=indicator.waiting or "公式尚未接入，暂无数值"), ())
        found = {(code, period): waiting for code in frame.codes for period in periods}
    terms = {period: _term(period, frame) for period in periods}
    return [
        _value(indicator, place[0], terms[place[1]], one, _before(indicator, place, found))
        for place, one in found.items()
        if place[1] in terms
    ]


def _term(period: str, frame: Frame) -> Term:
    day = as_of(period, frame.day)
    return Term(period, year_of(period), day, frame.known_at, day == end_of(period) and day < frame.today)


async def _covered(conn: AsyncConnection, indicator: Indicator, periods: Sequence[str], frame: Frame) -> Places:
    name = indicator.formula.name or ""
    days = {period: as_of(period, frame.day) for period in periods}
    found = await coverages(conn, name, sorted(set(days.values())), frame)
    told = {place: _coverage(indicator, coverage) for place, coverage in found.items()}
    return {(code, period): told[day, code] for code in frame.codes for period, day in days.items()}


def _coverage(indicator: Indicator, coverage: Coverage) -> Found:
    sources = coverage.sources
    said = [indicator.scope] if indicator.scope else []
    said += coverage.gaps if coverage.denominator else ()
    basis = "；".join(said) or None
    denominator = Decimal(coverage.denominator) if coverage.denominator else None
    if coverage.reason is not None or denominator is None:
        return Found(Made(None, None, denominator, coverage.reason, basis), sources)
    numerator = Decimal(coverage.numerator)
    beside = {name: Decimal(getattr(coverage, name)) for name in ("unrecorded", "households", "households_covered")}
    if coverage.undecided:
        beside["undecided"] = Decimal(coverage.undecided)
    return Found(Made(numerator * 100 / denominator, numerator, denominator, None, basis, beside, ratio=True), sources)


async def _earned(conn: AsyncConnection, indicator: Indicator, periods: Sequence[str], frame: Frame) -> Places:
    name, plan = indicator.formula.name or "", definitions.catalogue().plan
    means = await cohort.income(conn, sorted({year_of(p) for p in periods}), frame.known_at, frame.codes)
    figures = await _figures(conn, indicator, periods, frame)
    found: Places = {}
    for code in frame.codes:
        for period in periods:
            mean = means[year_of(period), code]
            made = INCOMES[name](Asked(code, period, indicator.formula.arguments, plan.first_year), mean, figures)
            observed = observed_sources(indicator, made, figures, (code, period))
            found[code, period] = Found(made, (*mean.sources, *observed))
    return found


async def _figures(conn: AsyncConnection, indicator: Indicator, periods: Sequence[str], frame: Frame) -> Figures:
    """The observations in force that the formula can ask for."""
    name, arguments = indicator.formula.name or "", indicator.formula.arguments
    first_year = definitions.catalogue().plan.first_year
    needed = sorted({one for p in periods for one in periods_needed(name, p, arguments, first_year)})
    inputs = {entry.code: entry for entry in indicator.inputs}
    standing = await observations.in_force(conn, list(inputs), needed, frame.known_at)
    return Figures(inputs, standing, banners())


async def _observed(conn: AsyncConnection, indicator: Indicator, periods: Sequence[str], frame: Frame) -> Places:
    name, arguments = indicator.formula.name or "", indicator.formula.arguments
    figures, plan = await _figures(conn, indicator, periods, frame), definitions.catalogue().plan
    found: Places = {}
    for code in (code for code in frame.codes if level_of(code) != "village" or code in figures.places):
        for period in periods:
            made = FORMULAS[name](Asked(code, period, arguments, plan.first_year), figures)
            if made.value is not None or level_of(code) != "village":
                found[code, period] = Found(made, observed_sources(indicator, made, figures, (code, period)))
    return found


def observed_sources(indicator: Indicator, made: Made, figures: Figures, place: tuple[str, str]) -> tuple[Source, ...]:
    """How old the observations are, one source a department that keeps them: those a value used; where a department's
    were not used (another source is missing), those in force for (division, period)."""
    departments: dict[str, list[str]] = {}
    for entry in indicator.inputs:
        departments.setdefault(f"{entry.department}/observation", []).append(entry.code)
    return tuple(_observed_source(feed, codes, made, figures, place) for feed, codes in departments.items())


def _observed_source(feed: str, codes: Collection[str], made: Made, figures: Figures, place: tuple[str, str]) -> Source:
    found: list[Observation | None] = [one for one in made.used if one.input in codes]
    found = found or [one for code in codes for one in figures.standing(code, *place)]
    known = [one.in_force_from or one.known_at for one in found if one is not None]
    return Source(feed, max(known, default=None), min(known) if known and None not in found else None)


def _before(indicator: Indicator, place: tuple[str, str], found: Places) -> Decimal | None:
    """The number of the period before, to rise above."""
    if indicator.comparison != "rising":
        return None
    one = found.get((place[0], previous(place[1])))
    return None if one is None else _number(indicator, one.made)


def _number(indicator: Indicator, made: Made) -> Decimal | None:
    """The published number: a ratio's from the numerator and denominator published with it."""
    if made.value is None:
        return None
    above, below = shown(made.numerator), shown(made.denominator)
    exact = above * 100 / below if made.ratio and above is not None and below else made.value
    return rounded(exact, indicator.precision, ratio=made.ratio)


def shown(number: Decimal | None) -> Decimal | None:
    """To a ten-thousandth at most, without an exponent: 9E+3 is 9000."""
    if number is None:
        return None
    short = number.quantize(_STEP, ROUND_HALF_UP).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _value(indicator: Indicator, code: str, term: Term, found: Found, before: Decimal | None) -> Value:
    made, number, plan = found.made, _number(indicator, found.made), definitions.catalogue().plan
    return Value(
        number=indicator.number,
        code=indicator.code,
        division_code=code,
        period=term.period,
        as_of=term.day,
        known_at=term.known_at,
        value=number,
        numerator=shown(made.numerator),
        denominator=shown(made.denominator),
        unit=indicator.unit,
        status=status_of(indicator, plan, number, term.year, closed=term.closed, previous=before),
        reason=made.reason,
        basis=made.basis,
        beside=_beside(made.beside),
        sources=found.sources,
        formula_version=indicator.formula.version,
        used=_used(made),
    )


def _beside(numbers: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {name: short for name, number in numbers.items() if (short := shown(number)) is not None}


def _used(made: Made) -> tuple[UUID, ...]:
    return tuple(sorted({one.observation_id for one in made.used})) if made.used else ()


def marked_codes(indicator: Indicator, marked: Iterable[str]) -> Sequence[str]:
    """The divisions of an indicator that marks of these banners (the city: everywhere) concern: the banners,
    what lies in them, and the city."""
    places = set(marked)
    codes = covered_divisions(indicator)
    if divisions.CITY in places:
        return codes
    return [code for code in codes if code == divisions.CITY or divisions.banner_of(code) in places]
