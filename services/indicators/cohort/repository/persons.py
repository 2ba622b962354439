"""Who of the persons has what an indicator asks for: insured, at school. No record is never a yes."""

from __future__ import annotations

from services.indicators.cohort.repository.people import COMPULSORY, NEWEST, TOLD, VISIBLE, insurance_years
from shared.versions import kinds

_VISIBLE, _TOLD = VISIBLE.format(day="m.day"), TOLD.format(day="m.day")
_PERSON = "m.day, m.division_code, m.household_no, m.person_key"


def _status(*names: str) -> str:
    return ", ".join(str(kinds.SCHOOLING_STATUS[name]) for name in names)


def insured(grace_days: int) -> str:
    """Insured in either scheme counts once. In January's first `grace_days` days the year before speaks for whom
    nothing is said of the new one."""
    this_year = "v.year = extract(year FROM m.day)::int"
    return f"""
, units AS (
SELECT {_PERSON}, coalesce(e.enrolled, e.enrolled_before, false) AS covered, e.recorded, e.sourced,
    false AS doubtful, false AS undecided
FROM m
LEFT JOIN LATERAL (
    SELECT bool_or(v.flag) FILTER (WHERE {this_year} AND {_VISIBLE}) AS enrolled,
        bool_or(v.flag) FILTER (WHERE {_VISIBLE}) AS enrolled_before,
        count(*) FILTER (WHERE {_VISIBLE}) > 0 AS recorded,
        count(*) > 0 AS sourced
    FROM record_version_7 v
    WHERE v.subject_key = m.person_key AND {insurance_years("m.day", grace_days)} AND {_TOLD}
) e ON true
WHERE NOT m.insurance_exempt
)
"""


# The schooling record with the greatest rank is the current one, of whichever school.
_AT_SCHOOL = f"""
    LEFT JOIN LATERAL (
        SELECT v.status, v.reason, v.grade FROM record_version_11 v
        WHERE v.subject_key = m.person_key AND {_VISIBLE}
        ORDER BY {NEWEST} LIMIT 1
    ) s ON true
    CROSS JOIN LATERAL (
        SELECT s.status IS NOT NULL OR EXISTS (
            SELECT 1 FROM record_version_11 v
            WHERE v.subject_key = m.person_key AND {_TOLD}
        ) AS sourced
    ) e
"""
_GUARANTEED = _status("enrolled", "enrolled_elsewhere", "returned", "home_teaching", "deferred", "graduated")
SCHOOLED = f"""
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
DISABLED = f"""
, units AS (
    SELECT {_PERSON}, coalesce(s.status IN ({_TAUGHT}), false) AS covered,
        s.status IS NOT NULL AS recorded, e.sourced, false AS doubtful, m.housed AND m.birth_on IS NULL AS undecided
    FROM m {_AT_SCHOOL}
    WHERE m.housed OR s.grade IN ({COMPULSORY})
)
"""
