"""What the typed columns of `record_version` mean, kind by kind; `extract` fills them.

Only what a fact or an indicator needs (个保法 art. 6); the rest stays on the bus. Money is integer fen.
A code is the 1-based place of the value in its code list, so a list may only grow at its end
(`tests/unit/versions` holds every code); house damage alone begins at 0, none.

kind: `starts_on` is the first day, `happened_on` the day of what happened, `ends_on` excluded unless said
 1 allowance   starts_on, ends_on, extra_on last day of the 渐退期, amount_fen a month, grade A B C,
               flag active; whom it covers in `covered`
 2 hardship    starts_on, ends_on, amount_fen, grade mode, status self-care, flag active
 3 margin      starts_on, ends_on, flag active; whom it covers in `covered`
 4 relief      happened_on paid, amount_fen, grade kind of relief
 5 disease     happened_on diagnosed, status of treatment
 6 chronic     happened_on last follow-up, grade disease, flag contracted
 7 enrolment   year, grade scheme, flag enrolled
 8 settlement  happened_on, amount_fen self-paid in catalogue, amount2_fen self-paid, grade setting
 9 appraisal   happened_on, grade A B C D
10 renovation  year of the plan, grade progress, flag and ends_on (that day) accepted, status solution
11 schooling   happened_on as of, grade stage, status, reason of absence, flag special school
12 aid         year in which the school year begins, grade stage, amount_fen aid, amount2_fen self-paid
13 certificate happened_on issued, grade 1 (worst) to 4, reason category, status
14 benefit     starts_on, ends_on, amount_fen a month, grade which benefit
15 disaster    happened_on, grade house damage, amount_fen loss, amount2_fen relief and payout,
               reason type of disaster
16 casualty    happened_on, status outcome, reason cause
17 household   in `household_state` and `member`
18 income      happened_on last day of the twelve months, amount_fen net, amount2_fen payout (NULL: not
               said), amount3_fen wage, amount4_fen operating less its cost, count members
19 assistance  starts_on, ends_on (the last day), grade measure, amount_fen
20 water       happened_on, flag all four standards met
21 linkage     starts_on, ends_on (the last day), flag tight
22 employment  starts_on, ends_on (the last day), grade kind of work, amount_fen wage a month
23 monitored   starts_on first of the month of identification, ends_on (the last day of the month of
               removal), grade kind, status, flag whole household without labour
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from shared.codes import lists

ALLOWANCE = 1
HARDSHIP = 2
MARGIN = 3
RELIEF = 4
MAJOR_DISEASE = 5
CHRONIC = 6
ENROLMENT = 7
SETTLEMENT = 8
APPRAISAL = 9
RENOVATION = 10
SCHOOLING = 11
AID = 12
CERTIFICATE = 13
BENEFIT = 14
DISASTER = 15
CASUALTY = 16
HOUSEHOLD = 17
INCOME = 18
ASSISTANCE = 19
WATER = 20
LINKAGE = 21
EMPLOYMENT = 22
MONITORED = 23

COVERING = (ALLOWANCE, MARGIN)
"""The kinds that name covered persons beside their subject."""


class Typed(NamedTuple):
    """The typed columns of one version, in the order of `rows.Row`; None where the kind has nothing to say.
    `counted` is the column `count`, a name that tuples have taken."""

    happened_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    extra_on: date | None = None
    amount_fen: int | None = None
    amount2_fen: int | None = None
    amount3_fen: int | None = None
    amount4_fen: int | None = None
    grade: int | None = None
    status: int | None = None
    reason: int | None = None
    flag: bool | None = None
    year: int | None = None
    counted: int | None = None


def _codes(list_name: str, first: int = 1) -> Mapping[str, int]:
    return MappingProxyType({value: place for place, value in enumerate(lists.get(list_name).values(), first)})


ALLOWANCE_CATEGORY = _codes("allowance_category")
HARDSHIP_MODE = _codes("hardship_mode")
SELF_CARE = _codes("self_care")
RELIEF_KIND = _codes("relief_kind")
TREATMENT = _codes("treatment_status")
CHRONIC_DISEASE = _codes("chronic_disease")
SCHEME = _codes("insurance_scheme")
SETTING = _codes("medical_setting")
DWELLING_GRADE = _codes("dwelling_grade")
PROGRESS = _codes("renovation_progress")
SOLUTION = _codes("renovation_solution")
STAGE = _codes("school_stage")
SCHOOLING_STATUS = _codes("schooling_status")
ABSENCE = _codes("absence_reason")
DISABILITY_CATEGORY = _codes("disability_category")
DISABILITY_GRADE = _codes("disability_grade")
CERTIFICATE_EVENT = _codes("certificate_event")
DISABILITY_BENEFIT = _codes("disability_benefit")
HOUSE_DAMAGE = _codes("house_damage", first=0)
DISASTER_TYPE = _codes("disaster_type")
CASUALTY_CAUSE = _codes("casualty_cause")
CASUALTY_OUTCOME = _codes("casualty_outcome")
MEASURE = _codes("assistance_measure")
WORK = _codes("employment_state")
MONITORED_KIND = _codes("monitored_kind")
MONITORING_STATE = _codes("monitoring_state")
