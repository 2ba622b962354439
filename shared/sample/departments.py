"""Which department writes which of its files of the families' lives, in the order of sending."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from random import Random
from types import MappingProxyType

from shared.sample import (
    bills,
    disability,
    disasters,
    dwellings,
    illness,
    livelihood,
    registers,
    relief,
    schools,
    water,
)
from shared.sample.domain import Item
from shared.sample.lives import Life

Writer = Callable[[Sequence[Life], Random, date], Iterator[Item]]
WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "rural-revitalization/household": registers.households,
        "rural-revitalization/monitored-household": registers.monitored,
        "medical-insurance/enrolment": registers.enrolments,
        "civil-affairs/minimum-living-allowance": relief.minimum_living,
        "civil-affairs/extreme-hardship-support": relief.extreme_hardship,
        "civil-affairs/low-income-margin": relief.margin,
        "civil-affairs/temporary-relief": relief.temporary,
        "disabled-federation/certificate": disability.certificates,
        "disabled-federation/benefit": disability.benefits,
        "health/major-disease": illness.major_disease,
        "health/chronic-care": illness.chronic_care,
        "education/schooling": schools.schooling,
        "education/student-aid": schools.student_aid,
        "housing/dwelling-appraisal": dwellings.appraisals,
        "housing/dwelling-renovation": dwellings.renovations,
        "emergency/disaster-loss": disasters.losses,
        "emergency/casualty": disasters.casualties,
        "rural-revitalization/income": livelihood.incomes,
        "rural-revitalization/assistance": livelihood.measures,
        "rural-revitalization/drinking-water": water.checks,
        "rural-revitalization/interest-linkage": livelihood.linkages,
        "rural-revitalization/employment": livelihood.employments,
        "medical-insurance/settlement": bills.bills,
    }
)
"""Households first: what other departments say of persons is then placed at once."""
