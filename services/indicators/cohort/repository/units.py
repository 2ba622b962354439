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
    STEADY_MONTHS,
    WATER,
)
from services.indicators.cohort.repository.people import COMPULSORY, NEWEST, VISIBLE, Asked, Base, people
from shared.versions import kinds

_OF_M, _OF_H = VISIBLE.format(day="m.day"), VISIBLE.format(day="h.day")
# Told by T of D or before, also what was withdrawn or changed since: it shows that the feed was there.
_TOLD = "v.known_at <= $2 AND v.effective_on <= {day}"
_TOLD_M, _TOLD_H = _TOLD.format(day="m.day"), _TOLD.format(day="h.day")
_PERSON = "m.day, m.division_code, m.household_no, m.person_key"
_HOUSE = "h.day, h.division_code, h.household_no, NULL::text AS person_key"


def _status(*names: str) -> str:
    return ", ".join(str(kinds.SCHOOLING_STATUS[name]) for name in names)


# Insured in either scheme counts once; the insurance year is D's calendar year, without grace.
_INSURED = f"""
, units AS (
SELECT {_PERSON}, coalesce(e.enrolled, false) AS covered, e.recorded, e.sourced, false AS doubtful, false AS undecided
FROM m
LEFT JOIN LATERAL (
    SELECT bool_or(v.flag) FILTER (WHERE {_OF_M}) AS enrolled,
        count(*) FILTER (WHERE {_OF_M}) > 0 AS recorded,
        count(*) > 0 AS sourced
    FROM record_version_7 v
    WHERE v.subject_key = m.person_key AND v.year = extract(year FROM m.day)::int AND {_TOLD_M}
) e ON true
WHERE NOT m.insurance_exempt
)
"""

# Houses carry their members along as an array; `able` is who is held as able to work.
_HOUSES = """
, house AS MATERIALIZED (
    SELECT m.day, m.household_no, m.division_code, array_agg(m.person_key) AS members,
        bool_or(m.labour IN ('ordinary', 'skilled')) AS able
    FROM m GROUP BY m.day, m.household_no, m.division_code
)
"""

# The newest appraisal of any member stands for the house (the head may have changed since); C and D
# count once a renovation, rebuilt or rented or public housing was accepted after it.
_HOUSED = f"""{_HOUSES}
, units AS (
    SELECT h.day, h.division_code, h.household_no, unnest(h.members) AS person_key,
        coalesce(a.grade < {kinds.DWELLING_GRADE["C"]} OR r.accepted, false) AS covered,
        a.grade IS NOT NULL AS recorded,
        s.sourced,
        coalesce(a.grade >= {kinds.DWELLING_GRADE["C"]} AND NOT r.accepted, false) AS doubtful,
        false AS undecided
    FROM house h
    LEFT JOIN LATERAL (
        SELECT v.grade, v.happened_on
        FROM record_version_9 v
        WHERE v.subject_key = ANY(h.members) AND v.happened_on <= h.day AND {_OF_H}
        ORDER BY v.happened_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) a ON true
    CROSS JOIN LATERAL (
        SELECT a.grade IS NOT NULL OR EXISTS (
            SELECT 1 FROM record_version_9 v WHERE v.subject_key = ANY(h.members) AND {_TOLD_H}
        ) AS sourced
    ) s
    CROSS JOIN LATERAL (
        SELECT a.grade >= {kinds.DWELLING_GRADE["C"]} AND EXISTS (
            SELECT 1 FROM record_version_10 v
            WHERE v.subject_key = ANY(h.members) AND v.flag AND v.ends_on BETWEEN a.happened_on AND h.day AND {_OF_H}
        ) AS accepted
    ) r
)
"""

# The schooling record with the greatest rank is the current one, of whichever school.
_AT_SCHOOL = f"""
    LEFT JOIN LATERAL (
        SELECT v.status, v.reason, v.grade FROM record_version_11 v
        WHERE v.subject_key = m.person_key AND {_OF_M}
        ORDER BY {NEWEST} LIMIT 1
    ) s ON true
    CROSS JOIN LATERAL (
        SELECT s.status IS NOT NULL OR EXISTS (
            SELECT 1 FROM record_version_11 v
            WHERE v.subject_key = m.person_key AND {_TOLD_M}
        ) AS sourced
    ) e
"""
_GUARANTEED = _status("enrolled", "enrolled_elsewhere", "returned", "home_teaching", "deferred", "graduated")
_SCHOOLED = f"""
, units AS (
    SELECT {_PERSON}, coalesce(s.status IN ({_GUARANTEED}), false) AS covered,
        s.status IS NOT NULL AS recorded, e.sourced, false AS doubtful, m.birth_on IS NULL AS undecided
    FROM m {_AT_SCHOOL}
    WHERE (m.birth_on IS NULL OR (m.birth_on > m.born_after AND m.birth_on <= m.born_by))
        AND (s.status IN ({_status("suspected_dropout", "dropped_out")})
            AND s.reason = {kinds.ABSENCE["physical"]}) IS NOT TRUE
)
"""

# Of a child of no known household only the school says the age; one of whom no school says anything is not counted.
_TAUGHT = _status("enrolled", "enrolled_elsewhere", "returned", "home_teaching")
_DISABLED = f"""
, units AS (
    SELECT {_PERSON}, coalesce(s.status IN ({_TAUGHT}), false) AS covered,
        s.status IS NOT NULL AS recorded, e.sourced, false AS doubtful, m.housed AND m.birth_on IS NULL AS undecided
    FROM m {_AT_SCHOOL}
    WHERE m.housed OR s.grade IN ({COMPULSORY})
)
"""

_WATERED = f"""{_HOUSES}
, units AS (
    SELECT h.day, h.division_code, h.household_no, unnest(h.members) AS person_key,
        coalesce(c.flag, false) AS covered, c.flag IS NOT NULL AS recorded, s.sourced,
        false AS doubtful, false AS undecided
    FROM house h
    LEFT JOIN LATERAL (
        SELECT v.flag FROM record_version_20 v
        WHERE v.household_no = h.household_no AND v.happened_on <= h.day AND {_OF_H}
        ORDER BY v.happened_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) c ON true
    CROSS JOIN LATERAL (
        SELECT c.flag IS NOT NULL OR EXISTS (
            SELECT 1 FROM record_version_20 v WHERE v.household_no = h.household_no AND {_TOLD_H}
        ) AS sourced
    ) s
)
"""

# 享受政策脱贫户、监测户: of the lifted the entitled ones. A last day still counts.
_LASTS = "v.starts_on <= h.day AND (v.ends_on IS NULL OR v.ends_on >= h.day)"
_LINKED = f"""
, units AS (
    SELECT {_HOUSE}, e.linked IS TRUE AS covered, e.recorded, e.sourced, false AS doubtful,
        NOT h.monitored AND h.policy_entitled IS NULL AS undecided
    FROM home h
    LEFT JOIN LATERAL (
        SELECT bool_or(v.flag AND {_LASTS}) FILTER (WHERE {_OF_H}) AS linked,
            count(*) FILTER (WHERE {_OF_H}) > 0 AS recorded,
            count(*) > 0 AS sourced
        FROM record_version_21 v
        WHERE v.household_no = h.household_no AND {_TOLD_H}
    ) e ON true
    WHERE h.monitored OR h.policy_entitled IS NOT FALSE
)
"""

# 搬迁安置点上有劳动能力的户: a household at a site, of whatever status, with a member able to work.
_EMPLOYED = f"""{_HOUSES}
, units AS (
    SELECT {_HOUSE}, e.steady IS TRUE AS covered, e.recorded, e.sourced, false AS doubtful, false AS undecided
    FROM house h
    LEFT JOIN LATERAL (
        SELECT bool_or(v.grade <> {kinds.WORK["seeking"]} AND {_LASTS}
                AND v.starts_on <= (h.day - interval '{STEADY_MONTHS} months')::date) FILTER (WHERE {_OF_H}) AS steady,
            count(*) FILTER (WHERE {_OF_H}) > 0 AS recorded,
            count(*) > 0 AS sourced
        FROM record_version_22 v
        WHERE v.subject_key = ANY(h.members) AND {_TOLD_H}
    ) e ON true
    WHERE h.able
)
"""
_EARNING = f"""{_HOUSES}
, units AS (
    SELECT {_HOUSE}, g.given IS TRUE OR l.linked IS TRUE AS covered, g.recorded OR l.recorded AS recorded, g.sourced,
        (g.given IS TRUE OR l.linked IS TRUE) IS FALSE AS doubtful, false AS undecided
    FROM house h
    LEFT JOIN LATERAL (
        SELECT bool_or(v.grade = {kinds.MEASURE["industry"]} AND {_LASTS}) FILTER (WHERE {_OF_H}) AS given,
            count(*) FILTER (WHERE {_OF_H}) > 0 AS recorded,
            count(*) > 0 AS sourced
        FROM record_version_19 v
        WHERE v.household_no = h.household_no AND {_TOLD_H}
    ) g ON true
    LEFT JOIN LATERAL (
        SELECT bool_or({_LASTS}) FILTER (WHERE {_OF_H}) AS linked, count(*) FILTER (WHERE {_OF_H}) > 0 AS recorded
        FROM record_version_21 v
        WHERE v.household_no = h.household_no AND {_TOLD_H}
    ) l ON true
    WHERE h.able
)
"""


# D is the last day of the year: reports of the twelve months to that day, and to the same day a year before.
def _report(alias: str, day: str) -> str:
    return f"""
    LEFT JOIN LATERAL (
        SELECT v.amount_fen AS net, v.count::bigint AS heads FROM record_version_18 v
        WHERE v.household_no = h.household_no AND v.happened_on = {day} AND {_OF_H}
        ORDER BY v.version DESC, v.source_id DESC LIMIT 1
    ) {alias} ON true"""


_INCOMES = f"""
, units AS (
    SELECT {_HOUSE}, n.net IS NOT NULL AND b.net IS NOT NULL AS covered, n.net IS NOT NULL AS recorded, s.sourced,
        false AS doubtful, false AS undecided, n.net AS net_fen, n.heads, b.net AS net_before_fen,
        b.heads AS heads_before
    FROM home h {_report("n", "h.day")} {_report("b", "(h.day - interval '1 year')::date")}
    CROSS JOIN LATERAL (
        SELECT n.net IS NOT NULL OR EXISTS (
            SELECT 1 FROM record_version_18 v WHERE v.household_no = h.household_no AND {_TOLD_H}
        ) AS sourced
    ) s
    WHERE h.lifted
)
"""


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


INCOMES = Calculation("cohort", _INCOMES, INCOME, households=(HOUSEHOLD, INCOME))
COVERAGES: Mapping[str, Calculation] = MappingProxyType(
    {
        "insured_members": Calculation("cohort", _INSURED, ENROLMENT, persons=(ENROLMENT,)),
        "housed_members": Calculation("cohort", _HOUSED, APPRAISAL, RENOVATION, members=(APPRAISAL, RENOVATION)),
        "schooled_members": Calculation("cohort", _SCHOOLED, SCHOOLING, persons=(SCHOOLING,)),
        "watered_members": Calculation("cohort", _WATERED, WATER, households=(HOUSEHOLD, MONITORED, WATER)),
        "linked_households": Calculation("cohort", _LINKED, LINKAGE, households=(HOUSEHOLD, MONITORED, LINKAGE)),
        "enrolled_disabled": Calculation(
            "children",
            _DISABLED,
            SCHOOLING,
            roll=CERTIFICATE,
            persons=(SCHOOLING, CERTIFICATE),
            households=(HOUSEHOLD,),
        ),
        "employed_resettled": Calculation(
            "sites", _EMPLOYED, EMPLOYMENT, members=(EMPLOYMENT,), households=(HOUSEHOLD,)
        ),
        "earning_resettled": Calculation(
            "sites", _EARNING, ASSISTANCE, LINKAGE, households=(HOUSEHOLD, ASSISTANCE, LINKAGE)
        ),
    }
)
ALL: Mapping[str, Calculation] = MappingProxyType({**COVERAGES, "income_growth_gap": INCOMES, "income_ratio": INCOMES})
