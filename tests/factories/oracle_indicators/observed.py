"""What the indicators made of observed figures come to, in plain Python from the figures as they were sent and the
words of the definitions (indicators.md §1: ratios over sums, growth on a base, villages by their income)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from services.indicators.definitions.domain import Indicator, Input
from shared.codes import divisions

FIRST_YEAR = 2021
BANNERS = [place.code for place in divisions.all_divisions() if place.level == "banner"]
Made = tuple[Decimal, bool] | None
"""The exact number and whether it is a share of a whole in percent; None where a figure is missing."""


class Book:
    """Every figure that counts, by input, division and year."""

    def __init__(self, sent: Iterable[Mapping[str, Any]], inputs: Mapping[str, Input]) -> None:
        self._inputs = inputs
        self._said = {
            (one["input"], one["division_code"], one["period"]): Decimal(one["value"]) * _months(one["unit"])
            for one in sent
            if one["input"] != "official_value"
        }

    def figure(self, name: str, division: str, year: int) -> Decimal | None:
        """The division's own figure, the city's or region's where there is only that, or the sum of all banners."""
        place = divisions.CITY if self._inputs[name].levels == ("city",) else division
        own = self._said.get((name, place, str(year)))
        if own is None and place == divisions.CITY and self._inputs[name].additive:
            return self.summed(name, year)
        return own

    def own(self, name: str, division: str, year: int) -> Decimal | None:
        """Only what was sent for the division itself."""
        return self._said.get((name, division, str(year)))

    def summed(self, name: str, year: int) -> Decimal | None:
        """The sum of all banners; None if one of them is missing."""
        parts = [self._said.get((name, banner, str(year))) for banner in BANNERS]
        return None if None in parts else sum((part for part in parts if part is not None), Decimal(0))

    def villages(self, name: str, division: str, year: int) -> list[Decimal]:
        """What the villages of a division sent."""
        prefix = divisions.prefix(division)
        return [
            value
            for (input_, place, period), value in self._said.items()
            if (input_, period) == (name, str(year)) and place.startswith(prefix)
        ]


def _months(unit: str) -> int:
    return 12 if unit.endswith("·月") else 1


def value(book: Book, indicator: Indicator, division: str, year: int) -> Decimal | None:
    """The value as it is told, rounded; None where a figure is missing."""
    made = FORMULAS[indicator.formula.name or ""](book, indicator.formula.arguments, division, year)
    return None if made is None else rounded(*made, indicator.precision)


def rounded(number: Decimal, share: bool, precision: int) -> Decimal:
    """Half up; a share is neither whole nor nothing by rounding."""
    step = Decimal(1).scaleb(-precision)
    found = number.quantize(step, ROUND_HALF_UP)
    if share and 0 < number < 100:
        return min(max(found, step), 100 - step)
    return found


def _observed(book: Book, named: Mapping[str, str], division: str, year: int) -> Made:
    found = book.figure(named["value"], division, year)
    return None if found is None else (found, False)


def _ratio(book: Book, named: Mapping[str, str], division: str, year: int) -> Made:
    names = (named["numerator"], named["denominator"])
    above, below = (book.figure(name, division, year) for name in names)
    given = [book.own(name, division, year) is not None for name in names]
    if division == divisions.CITY and any(given) and not all(given):  # one survey over another says nothing
        sums = [book.summed(name, year) for name in names]
        above, below = (above, below) if None in sums else sums
    return None if above is None or not below else (above * 100 / below, True)


def _growth(book: Book, named: Mapping[str, str], division: str, year: int) -> Made:
    now = book.figure(named["value"], division, year)
    base = book.figure(named["value"], division, int(named["base"]))
    return None if now is None or not base else ((now / base - 1) * 100, False)


def _gap(book: Book, named: Mapping[str, str], division: str, year: int) -> Made:
    one, two = (book.figure(named[part], division, year) for part in ("minuend", "subtrahend"))
    return None if one is None or two is None else (one - two, False)


def _average_gap(book: Book, named: Mapping[str, str], division: str, year: int) -> Made:
    base = int(named["base"])
    if year <= base:
        return None
    rates = []
    for part in ("minuend", "subtrahend"):
        now, then = book.figure(named[part], division, year), book.figure(named[part], division, base)
        if now is None or not then:
            return None
        rates.append(((now / then) ** (Decimal(1) / (year - base)) - 1) * 100)
    return rates[0] - rates[1], False


def _bands(book: Book, named: Mapping[str, str], division: str, year: int) -> Made:
    incomes, villages = book.villages(named["income"], division, year), book.figure(named["villages"], division, year)
    if not incomes or not villages:
        return None
    return Decimal(sum(one >= Decimal(named["threshold"]) for one in incomes)) * 100 / villages, True


def _cumulative(book: Book, named: Mapping[str, str], division: str, year: int) -> Made:
    years = [book.figure(named["value"], division, one) for one in range(FIRST_YEAR, year + 1)]
    return None if None in years else (sum((one for one in years if one is not None), Decimal(0)), False)


def _allowance(book: Book, named: Mapping[str, str], division: str, year: int) -> Made:
    rural, urban = (book.figure(named[part], division, year) for part in ("rural_standard", "urban_standard"))
    return None if rural is None or not urban else (rural * 100 / urban, True)


FORMULAS = {
    "allowance_ratio": _allowance,
    "observed": _observed,
    "ratio": _ratio,
    "growth": _growth,
    "growth_gap": _gap,
    "average_growth_gap": _average_gap,
    "village_bands": _bands,
    "cumulative": _cumulative,
}
