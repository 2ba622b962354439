"""The formulas over the ledger's projects and assets. What decides is pure; one statement looks up everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort.domain import Source
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator, Plan
from services.indicators.definitions.periods import as_of, year_of
from services.indicators.holdings import service as holdings
from services.indicators.holdings.domain import Asked, Calculation, Project, Standing, counted
from services.indicators.values.domain import Frame
from services.indicators.values.figures import said
from services.indicators.values.formulas import Made
from shared.codes import divisions

LEDGERS: Mapping[str, Calculation] = holdings.CALCULATIONS
_SCALE = {"亿元": Decimal(100_000_000)}
"""Money is summed in yuan, so that the projects behind a number add up to it, and divided once."""

Told = tuple[Made, tuple[Source, ...]]


async def entered(
    conn: AsyncConnection, indicator: Indicator, periods: Sequence[str], frame: Frame
) -> dict[tuple[str, str], Told]:
    """What the ledger gives by (division, period), as known at the frame's instant, and how old it is."""
    calculation, plan = LEDGERS[indicator.formula.name or ""], definitions.catalogue().plan
    heard = await holdings.heard(conn, calculation.about, frame.known_at)
    sources = {code: (source_of(heard, code),) for code in frame.codes}
    if calculation.about == "assets":
        days = {period: as_of(period, frame.day) for period in periods}
        counts = await holdings.counts(conn, sorted(set(days.values())), frame.known_at)
        return {
            (code, period): (confirmed(counts.get((day, code)), day), sources[code])
            for code in frame.codes
            for period, day in days.items()
        }
    projects = await holdings.projects(conn, frame.known_at)
    return {
        (code, period): (of_projects(indicator, plan, projects, code, period), sources[code])
        for code in frame.codes
        for period in periods
    }


def confirmed(standing: Standing | None, day: date) -> Made:
    """Assets whose ownership is confirmed ÷ assets that stand × 100."""
    if standing is None:
        return Made(reason=f"截至 {day.isoformat()} 台账没有登记在册的资产")
    owned, assets = Decimal(standing.owned), Decimal(standing.assets)
    return Made(owned * 100 / assets, owned, assets, ratio=True)


def asked_of(indicator: Indicator, plan: Plan, division_code: str, period: str) -> Asked:
    """Which projects a value is made of."""
    year, arguments = year_of(period), indicator.formula.arguments
    calculation = LEDGERS[indicator.formula.name or ""]
    years = range(plan.first_year, min(year, plan.last_year) + 1) if calculation.in_all else range(year, year + 1)
    kinds, sources = (frozenset(arguments.get(name, "").split()) for name in ("kinds", "sources"))
    return Asked(division_code, years, kinds, sources)


def of_projects(indicator: Indicator, plan: Plan, projects: Sequence[Project], division_code: str, period: str) -> Made:
    """Projects, or their money, of the period's year or of the plan's years up to it. A year of which the ledger has no
    project at all is said: it is not known to be none."""
    calculation = LEDGERS[indicator.formula.name or ""]
    asked = asked_of(indicator, plan, division_code, period)
    reason = _missing(projects, asked, period)
    if reason is not None:
        return Made(reason=reason)
    found = counted(calculation, projects, asked)
    above = sum((one.amount for one in found if one.chosen), Decimal(0))
    if not calculation.share:
        return Made(above / _SCALE.get(indicator.unit, Decimal(1)), above)
    below = sum((one.amount for one in found), Decimal(0))
    if not below:
        return Made(reason=f"{said(period)}登记的项目没有财政衔接资金，无法计算")
    return Made(above * 100 / below, above, below, ratio=True)


def _missing(projects: Sequence[Project], asked: Asked, period: str) -> str | None:
    """Why there is no number: the years without any project."""
    prefix = divisions.prefix(asked.division_code)
    there = {project.year for project in projects if project.division_code.startswith(prefix)}
    lacking = [f"{year}年" for year in asked.years if year not in there]
    if not asked.years:
        return f"{said(period)}早于规划首年，没有累计数"
    return f"台账没有登记{'、'.join(lacking)}的项目，无法计算" if lacking else None


def source_of(heard: Mapping[str, datetime], division_code: str) -> Source:
    """How old the ledger's word is in a division: its banner's; of the city the newest, and the oldest of any banner
    that was heard of."""
    if division_code == divisions.CITY:
        instants = list(heard.values())
    else:
        instants = [heard[banner] for banner in (divisions.banner_of(division_code),) if banner in heard]
    return Source(holdings.FEED, max(instants, default=None), min(instants, default=None))
