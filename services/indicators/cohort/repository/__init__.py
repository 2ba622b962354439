"""Every SQL statement of the room."""

from services.indicators.cohort.repository.counting import arrivals, counts, incomes
from services.indicators.cohort.repository.listing import Evidence, Slice, evidence, page, units
from services.indicators.cohort.repository.people import EVERYTHING, Scope
from services.indicators.cohort.repository.touching import (
    Reached,
    banners_of,
    divisions_of,
    drop_disability,
    heard,
    known_between,
    of_record,
)
from services.indicators.cohort.repository.units import ALL, COVERAGES, INCOMES, Calculation

__all__ = [
    "ALL",
    "COVERAGES",
    "EVERYTHING",
    "INCOMES",
    "Calculation",
    "Evidence",
    "Reached",
    "Scope",
    "Slice",
    "arrivals",
    "banners_of",
    "counts",
    "divisions_of",
    "drop_disability",
    "evidence",
    "heard",
    "incomes",
    "known_between",
    "of_record",
    "page",
    "units",
]
