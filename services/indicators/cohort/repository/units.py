"""Who of them has what an indicator asks for.

Every calculation is a list of units first (`units`: one row a person or household, with its division, its household
and whether it counts in the numerator) and a count of that list second, so that the households behind a number are
listed by the very query that counted them. No record is never a yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from services.indicators.cohort.domain import (
    APPRAISAL,
    ASSISTANCE,
    CERTIFICATE,
    EMPLOYMENT,
    ENROLMENT,
    HOUSEHOLD,
    INCOME,
    LINKAGE,
    MONITORED,
    RENOVATION,
    SCHOOLING,
    WATER,
)
from services.indicators.cohort.repository import houses, persons
from services.indicators.cohort.repository.people import GRACE_DAYS, Asked, Base, people


class Calculation(NamedTuple):
    """A list of units by name. `main` is the feed that says who is covered, `further` one that is asked only about
    doubtful units, `roll` the one that the units are taken from; records of persons speak for the person only
    (`persons`) or for the household (`members`), the others are the household's own (`households`)."""

    base: Base
    sql: str
    main: int
    further: int | None = None
    roll: int = HOUSEHOLD
    persons: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    households: tuple[int, ...] = (HOUSEHOLD, MONITORED)

    @property
    def kinds(self) -> frozenset[int]:
        """All feeds that have a say."""
        return frozenset({*self.persons, *self.members, *self.households})

    def statement(self, asked: Asked) -> str:
        """`home`, `m` and `units`, for a scope; the caller adds the SELECT."""
        return people(self.base, asked) + self.sql


INCOMES = Calculation("cohort", houses.EARNED, INCOME, households=(HOUSEHOLD, INCOME))
COVERAGES: Mapping[str, Calculation] = MappingProxyType(
    {
        "insured_members": Calculation("cohort", persons.insured(GRACE_DAYS), ENROLMENT, persons=(ENROLMENT,)),
        "housed_members": Calculation("cohort", houses.HOUSED, APPRAISAL, RENOVATION, members=(APPRAISAL, RENOVATION)),
        "schooled_members": Calculation("cohort", persons.SCHOOLED, SCHOOLING, persons=(SCHOOLING,)),
        "watered_members": Calculation("cohort", houses.WATERED, WATER, households=(HOUSEHOLD, MONITORED, WATER)),
        "linked_households": Calculation("cohort", houses.LINKED, LINKAGE, households=(HOUSEHOLD, MONITORED, LINKAGE)),
        "enrolled_disabled": Calculation(
            "children",
            persons.DISABLED,
            SCHOOLING,
            roll=CERTIFICATE,
            persons=(SCHOOLING, CERTIFICATE),
            households=(HOUSEHOLD,),
        ),
        "employed_resettled": Calculation(
            "sites", houses.EMPLOYED, EMPLOYMENT, members=(EMPLOYMENT,), households=(HOUSEHOLD,)
        ),
        "earning_resettled": Calculation(
            "sites", houses.EARNING, ASSISTANCE, LINKAGE, households=(HOUSEHOLD, ASSISTANCE, LINKAGE)
        ),
    }
)
ALL: Mapping[str, Calculation] = MappingProxyType({**COVERAGES, "income_growth_gap": INCOMES, "income_ratio": INCOMES})
