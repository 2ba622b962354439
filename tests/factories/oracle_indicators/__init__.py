"""What the computed indicators come to, in plain Python from the records and the words of the design.

Deliberately naive, and written from indicators.md §1–2 and feeds.md, not from the SQL: who is counted (the units), who
of them has what the indicator asks for, and where each lives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from shared.codes import divisions
from shared.events.codec import Delivery
from tests.factories.oracle.known import Known
from tests.factories.oracle_indicators import dwelling, insurance, linkage, resettled, schooling, water
from tests.factories.oracle_indicators.income import Mean, means
from tests.factories.oracle_indicators.people import Town, Unit

__all__ = ["CALCULATIONS", "Counts", "Mean", "Town", "Unit", "counts", "income", "places", "town"]

Counts = dict[str, tuple[int, int]]
"""Division → numerator and denominator; a division without units is not in it."""

CALCULATIONS: Mapping[str, Callable[[Town], list[Unit]]] = {
    "insured_members": insurance.insured,
    "housed_members": dwelling.housed,
    "schooled_members": schooling.schooled,
    "watered_members": water.watered,
    "linked_households": linkage.linked,
    "enrolled_disabled": schooling.enrolled_disabled,
    "employed_resettled": resettled.employed,
    "earning_resettled": resettled.earning,
}


def town(deliveries: Iterable[Delivery], day: date, known: datetime) -> Town:
    """Everybody on a day, as known at an instant."""
    return Town(Known(deliveries, known).on(day))


def counts(units: Iterable[Unit]) -> Counts:
    """How many of the units are covered, for every division that any lives in."""
    all_units, covered = Counter[str](), Counter[str]()
    for unit in units:
        for place in places(unit.division):
            all_units[place] += 1
            covered[place] += unit.covered
    return {place: (covered[place], all_units[place]) for place in all_units}


def income(deliveries: Iterable[Delivery], year: int, day: date, known: datetime) -> dict[str, Mean]:
    """Division → net income per head of `year` and of the year before, of the households lifted on `day`."""
    return means(town(deliveries, day, known), year, places)


def places(division: str) -> list[str]:
    """City, banner and township of a place; the ones that it has."""
    found = [divisions.CITY, divisions.banner_of(division), divisions.township_of(division)]
    return list(dict.fromkeys(place for place in found if place))
