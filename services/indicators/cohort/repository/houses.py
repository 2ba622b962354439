"""Which households have what an indicator asks for, some told person by person. No record is never a yes."""

from __future__ import annotations

from services.indicators.cohort.domain import STEADY_MONTHS
from services.indicators.cohort.repository.people import TOLD, VISIBLE
from shared.versions import kinds

_VISIBLE, _TOLD = VISIBLE.format(day="h.day"), TOLD.format(day="h.day")
_HOUSE = "h.day, h.division_code, h.household_no, NULL::text AS person_key"

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
HOUSED = f"""{_HOUSES}
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
        WHERE v.subject_key = ANY(h.members) AND v.happened_on <= h.day AND {_VISIBLE}
        ORDER BY v.happened_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) a ON true
    CROSS JOIN LATERAL (
        SELECT a.grade IS NOT NULL OR EXISTS (
            SELECT 1 FROM record_version_9 v WHERE v.subject_key = ANY(h.members) AND {_TOLD}
        ) AS sourced
    ) s
    CROSS JOIN LATERAL (
        SELECT a.grade >= {kinds.DWELLING_GRADE["C"]} AND EXISTS (
            SELECT 1 FROM record_version_10 v
            WHERE v.subject_key = ANY(h.members) AND v.flag AND v.ends_on BETWEEN a.happened_on AND h.day AND {_VISIBLE}
        ) AS accepted
    ) r
)
"""

WATERED = f"""{_HOUSES}
, units AS (
    SELECT h.day, h.division_code, h.household_no, unnest(h.members) AS person_key,
        coalesce(c.flag, false) AS covered, c.flag IS NOT NULL AS recorded, s.sourced,
        false AS doubtful, false AS undecided
    FROM house h
    LEFT JOIN LATERAL (
        SELECT v.flag FROM record_version_20 v
        WHERE v.household_no = h.household_no AND v.happened_on <= h.day AND {_VISIBLE}
        ORDER BY v.happened_on DESC, v.version DESC, v.source_id DESC
        LIMIT 1
    ) c ON true
    CROSS JOIN LATERAL (
        SELECT c.flag IS NOT NULL OR EXISTS (
            SELECT 1 FROM record_version_20 v WHERE v.household_no = h.household_no AND {_TOLD}
        ) AS sourced
    ) s
)
"""

# 享受政策脱贫户、监测户: of the lifted the entitled ones. A last day still counts.
_LASTS = "v.starts_on <= h.day AND (v.ends_on IS NULL OR v.ends_on >= h.day)"
LINKED = f"""
, units AS (
    SELECT {_HOUSE}, e.linked IS TRUE AS covered, e.recorded, e.sourced, false AS doubtful,
        NOT h.monitored AND h.policy_entitled IS NULL AS undecided
    FROM home h
    LEFT JOIN LATERAL (
        SELECT bool_or(v.flag AND {_LASTS}) FILTER (WHERE {_VISIBLE}) AS linked,
            count(*) FILTER (WHERE {_VISIBLE}) > 0 AS recorded,
            count(*) > 0 AS sourced
        FROM record_version_21 v
        WHERE v.household_no = h.household_no AND {_TOLD}
    ) e ON true
    WHERE h.monitored OR h.policy_entitled IS NOT FALSE
)
"""

# 搬迁安置点上有劳动能力的户: a household at a site, of whatever status, with a member able to work.
EMPLOYED = f"""{_HOUSES}
, units AS (
    SELECT {_HOUSE}, e.steady IS TRUE AS covered, e.recorded, e.sourced, false AS doubtful, false AS undecided
    FROM house h
    LEFT JOIN LATERAL (
        SELECT bool_or(v.grade <> {kinds.WORK["seeking"]} AND {_LASTS}
                AND v.starts_on <= (h.day - interval '{STEADY_MONTHS} months')::date)
                FILTER (WHERE {_VISIBLE}) AS steady,
            count(*) FILTER (WHERE {_VISIBLE}) > 0 AS recorded,
            count(*) > 0 AS sourced
        FROM record_version_22 v
        WHERE v.subject_key = ANY(h.members) AND {_TOLD}
    ) e ON true
    WHERE h.able
)
"""
EARNING = f"""{_HOUSES}
, units AS (
    SELECT {_HOUSE}, g.given IS TRUE OR l.linked IS TRUE AS covered, g.recorded OR l.recorded AS recorded, g.sourced,
        (g.given IS TRUE OR l.linked IS TRUE) IS FALSE AS doubtful, false AS undecided
    FROM house h
    LEFT JOIN LATERAL (
        SELECT bool_or(v.grade = {kinds.MEASURE["industry"]} AND {_LASTS}) FILTER (WHERE {_VISIBLE}) AS given,
            count(*) FILTER (WHERE {_VISIBLE}) > 0 AS recorded,
            count(*) > 0 AS sourced
        FROM record_version_19 v
        WHERE v.household_no = h.household_no AND {_TOLD}
    ) g ON true
    LEFT JOIN LATERAL (
        SELECT bool_or({_LASTS}) FILTER (WHERE {_VISIBLE}) AS linked, count(*) FILTER (WHERE {_VISIBLE}) > 0 AS recorded
        FROM record_version_21 v
        WHERE v.household_no = h.household_no AND {_TOLD}
    ) l ON true
    WHERE h.able
)
"""


# D is the last day of the year: reports of the twelve months to that day, and to the same day a year before.
def _report(alias: str, day: str) -> str:
    return f"""
    LEFT JOIN LATERAL (
        SELECT v.amount_fen AS net, v.count::bigint AS heads FROM record_version_18 v
        WHERE v.household_no = h.household_no AND v.happened_on = {day} AND {_VISIBLE}
        ORDER BY v.version DESC, v.source_id DESC LIMIT 1
    ) {alias} ON true"""


EARNED = f"""
, units AS (
    SELECT {_HOUSE}, n.net IS NOT NULL AND b.net IS NOT NULL AS covered, n.net IS NOT NULL AS recorded, s.sourced,
        false AS doubtful, false AS undecided, n.net AS net_fen, n.heads, b.net AS net_before_fen,
        b.heads AS heads_before
    FROM home h {_report("n", "h.day")} {_report("b", "(h.day - interval '1 year')::date")}
    CROSS JOIN LATERAL (
        SELECT n.net IS NOT NULL OR EXISTS (
            SELECT 1 FROM record_version_18 v WHERE v.household_no = h.household_no AND {_TOLD}
        ) AS sourced
    ) s
    WHERE h.lifted
)
"""
