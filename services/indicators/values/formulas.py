"""The formulas over observed figures, by the names that the definitions use. Pure.

Every formula answers the exact number, unrounded, in the indicator's unit, or the reason why there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from services.indicators.observations.domain import Observation, allowance
from services.indicators.values.figures import Figure, Figures, said
from shared.codes import divisions
from shared.numbers import plain

HUNDRED = Decimal(100)
BANDS = {"villages_over_100k": Decimal(10), "villages_over_200k": Decimal(20), "villages_over_500k": Decimal(50)}
"""The plan's bands of a village's operating income, in units of 10,000 yuan; a band begins at its number."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a formula found. `ratio`: the value is a part of a whole in percent."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reason: str | None = None
    basis: str | None = None
    beside: Mapping[str, Decimal] = field(default_factory=dict)
    used: tuple[Observation, ...] = ()
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """For which division and period, with which arguments; `first_year` is the plan's first."""

    division: str
    period: str
    arguments: Mapping[str, str]
    first_year: int

    @property
    def year(self) -> int:
        """The year the period lies in."""
        return int(self.period[:4])


Formula = Callable[[Asked, Figures], Made]


def observed(asked: Asked, figures: Figures) -> Made:
    """One figure as it is."""
    one = figures.figure(asked.arguments["value"], asked.division, asked.period)
    return Made(one.value, one.value, None, one.reason, one.basis, used=one.used)


def ratio(asked: Asked, figures: Figures) -> Made:
    """Numerator ÷ denominator × 100. The city's own pair where both were observed, else sums of banners on
    both sides: a city's numerator over a sum of banners would compare two surveys."""
    names = asked.arguments["numerator"], asked.arguments["denominator"]
    parts = [figures.figure(name, asked.division, asked.period) for name in names]
    summed = all(figures.inputs[name].additive for name in names)
    given = sum(figures.own(name, asked.division, asked.period) is not None for name in names)
    if asked.division == divisions.CITY and summed and given == 1:
        parts = [figures.total(name, asked.period) for name in names]
    reason = _reasons(*parts)
    above, below = (part.value for part in parts)
    if reason is None and below == 0:
        reason = f"{said(asked.period)}{figures.inputs[names[1]].title}为 0，无法计算"
    if reason is not None or above is None or not below:
        return Made(None, above, below, reason)
    basis = next((part.basis for part in parts if part.basis), None)
    return Made(above * 100 / below, above, below, None, basis, used=parts[0].used + parts[1].used, ratio=True)


def growth(asked: Asked, figures: Figures) -> Made:
    """The year's figure ÷ the base year's − 1, in percent; those two beside it."""
    name, base = asked.arguments["value"], asked.arguments["base"]
    now, then = figures.figure(name, asked.division, asked.period), figures.figure(name, asked.division, base)
    reason = _reasons(now, then)
    if reason is not None or now.value is None or not then.value:
        return Made(None, now.value, then.value, reason or f"{said(base)}{figures.inputs[name].title}为 0，无法计算")
    number = (now.value / then.value - 1) * 100
    return Made(number, now.value, then.value, None, f"以{said(base)}为基期", used=now.used + then.used)


def growth_gap(asked: Asked, figures: Figures) -> Made:
    """One observed growth rate minus another, in percentage points; the subtrahend is shown beside."""
    name, other = asked.arguments["minuend"], asked.arguments["subtrahend"]
    one = figures.figure(name, asked.division, asked.period)
    two = figures.figure(other, asked.division, asked.period)
    reason = _reasons(one, two)
    if reason is not None or one.value is None or two.value is None:
        return Made(None, one.value, None, reason)
    return Made(one.value - two.value, one.value, None, None, None, {other: two.value}, one.used + two.used)


def average_growth_gap(asked: Asked, figures: Figures) -> Made:
    """((Yn ÷ Y0)^(1/n) − 1) × 100 of the minuend minus that of the subtrahend, n years after the base."""
    base, years = asked.arguments["base"], asked.year - int(asked.arguments["base"])
    if years < 1:
        return Made(reason=f"{said(asked.period)}不晚于基期{said(base)}，没有年均增速")
    names = asked.arguments["minuend"], asked.arguments["subtrahend"]
    parts = [figures.figure(name, asked.division, when) for name in names for when in (asked.period, base)]
    reason = _reasons(*parts)
    if reason is not None:
        return Made(reason=reason)
    one, two = _average(parts[0], parts[1], years), _average(parts[2], parts[3], years)
    used = tuple(observation for part in parts for observation in part.used)
    return Made(one - two, one, None, None, f"以{said(base)}为基期，{years} 年平均", {names[1]: two}, used)


def _average(now: Figure, then: Figure, years: int) -> Decimal:
    share = (now.value or Decimal(0)) / (then.value or Decimal(1))
    return ((share ** (Decimal(1) / years)) - 1) * 100


def allowance_ratio(asked: Asked, figures: Figures) -> Made:
    """Rural ÷ urban minimum-living standard × 100; the city's own pair, else weighted by the persons covered."""
    parts = figures.banners if asked.division == divisions.CITY else {}
    pair = allowance(figures.of_period(asked.arguments.values(), asked.period), asked.division, parts)
    if pair.rural is None or pair.urban is None:
        return Made(None, None, None, f"{said(asked.period)}{pair.reason}", used=pair.used)
    return Made(pair.rural * 100 / pair.urban, pair.rural, pair.urban, None, pair.basis, used=pair.used, ratio=True)


def village_bands(asked: Asked, figures: Figures) -> Made:
    """Villages whose operating income reaches the threshold ÷ villages × 100, with all bands beside.

    A village that did not report counts as not reaching it and is counted beside as `unrecorded`.
    """
    income, threshold = asked.arguments["income"], Decimal(asked.arguments["threshold"])
    reported = figures.within(income, asked.division, asked.period)
    incomes = [figures.amount(one) for one in reported]
    whole = _villages(asked, figures)
    if not reported:
        return Made(None, None, whole.value, f"{said(asked.period)}{figures.inputs[income].title}尚未填报")
    if whole.value is None:
        return Made(reason=whole.reason)
    if len(reported) > whole.value:
        reason = f"{said(asked.period)}有 {len(reported)} 个嘎查村填报了收入，多于嘎查村总数 {plain(whole.value)} 个"
        return Made(None, None, whole.value, reason)
    reached = Decimal(sum(one >= threshold for one in incomes))
    beside = {name: Decimal(sum(one >= limit for one in incomes)) for name, limit in BANDS.items()}
    beside["unrecorded"] = whole.value - len(reported)
    if _level(asked.division) == "village":
        beside["operating_income"] = incomes[0]
    said_of = [whole.basis] if whole.basis else []
    if beside["unrecorded"]:
        said_of.append(f"{plain(beside['unrecorded'])} 个嘎查村尚未填报，按未达到计")
    used = tuple(reported) + whole.used
    return Made(reached * 100 / whole.value, reached, whole.value, None, "；".join(said_of) or None, beside, used, True)


def _villages(asked: Asked, figures: Figures) -> Figure:
    """How many villages a division has: as observed, else, of a township, as in the code list."""
    level = _level(asked.division)
    given = figures.figure(asked.arguments["villages"], asked.division, asked.period)
    if level in ("city", "banner") or (level == "township" and given.value is not None):
        return given
    inside = _rural_villages().get(divisions.prefix(asked.division))
    if inside is None:
        return Figure(None, "该区划没有嘎查村", None, ())
    return Figure(Decimal(inside), None, None if level == "village" else "嘎查村总数取自行政区划代码表", ())


@cache
def _rural_villages() -> Counter[str]:
    """How many villages the code list has, by the prefix of a township or of the village itself."""
    rural = [one.code for one in divisions.all_divisions() if one.rural]
    return Counter([code[:9] for code in rural] + rural)


def _level(code: str) -> str | None:
    place = divisions.get(code)
    return None if place is None else place.level


def cumulative(asked: Asked, figures: Figures) -> Made:
    """The sum of the years from the plan's first on; a year that is missing is said, not skipped."""
    name = asked.arguments["value"]
    years = [f"{year:04d}" for year in range(asked.first_year, asked.year + 1)]
    parts = [figures.figure(name, asked.division, year) for year in years]
    reason = "；".join(part.reason for part in parts if part.reason) or None
    if not parts:
        reason = f"{said(asked.period)}早于规划首年，没有累计数"
    if reason is not None:
        return Made(reason=reason)
    number = sum((part.value for part in parts if part.value is not None), Decimal(0))
    used = tuple(observation for part in parts for observation in part.used)
    return Made(number, number, None, None, f"{asked.first_year} 年起逐年累计", used=used)


def _reasons(*parts: Figure) -> str | None:
    """All that is missing, each once."""
    return "；".join(dict.fromkeys(part.reason for part in parts if part.reason)) or None


FORMULAS: Mapping[str, Formula] = {
    "allowance_ratio": allowance_ratio,
    "average_growth_gap": average_growth_gap,
    "cumulative": cumulative,
    "growth": growth,
    "growth_gap": growth_gap,
    "observed": observed,
    "ratio": ratio,
    "village_bands": village_bands,
}


def periods_needed(name: str, period: str, arguments: Mapping[str, str], first_year: int) -> list[str]:
    """The periods whose observations a formula reads for `period`, its own first."""
    year = period[:4]
    needed = [period, year]
    if "base" in arguments:
        needed.append(arguments["base"])
    if name == "cumulative":
        needed += [f"{one:04d}" for one in range(first_year, int(year))]
    return list(dict.fromkeys(needed))
