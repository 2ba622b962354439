"""From the data of a record on the bus to its typed columns (see `kinds` for what each means)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.versions import kinds
from shared.versions.extract import benefits, households, persons
from shared.versions.extract.values import Data
from shared.versions.kinds import Typed

EXTRACT: Mapping[int, Callable[[Data], Typed]] = MappingProxyType(
    {
        kinds.ALLOWANCE: benefits.allowance,
        kinds.HARDSHIP: benefits.hardship,
        kinds.MARGIN: benefits.margin,
        kinds.RELIEF: benefits.relief,
        kinds.MAJOR_DISEASE: persons.disease,
        kinds.CHRONIC: persons.chronic,
        kinds.ENROLMENT: persons.enrolment,
        kinds.SETTLEMENT: persons.settlement,
        kinds.APPRAISAL: households.appraisal,
        kinds.RENOVATION: households.renovation,
        kinds.SCHOOLING: persons.schooling,
        kinds.AID: persons.aid,
        kinds.CERTIFICATE: persons.certificate,
        kinds.BENEFIT: benefits.benefit,
        kinds.DISASTER: households.disaster,
        kinds.CASUALTY: persons.casualty,
        kinds.HOUSEHOLD: households.household,
        kinds.INCOME: households.income,
        kinds.ASSISTANCE: households.assistance,
        kinds.WATER: households.water,
        kinds.LINKAGE: households.linkage,
        kinds.EMPLOYMENT: persons.employment,
        kinds.MONITORED: households.monitored,
    }
)


def typed(kind: int, data: Data) -> Typed:
    """The typed columns of a version of that kind; KeyError when a field is missing that the kind requires."""
    return EXTRACT[kind](data)


def covered(kind: int, data: Data) -> list[str]:
    """The keys of the persons whom an allowance or a margin household's benefit covers; none for other kinds."""
    return list(data["covered_members"]) if kind in kinds.COVERING else []
