"""Whom a calculation is about at (D, T): $1 = days (date[]), $2 = T (timestamptz), and what the scope asks for.

Each base ends with `home` (a row a day and household) and `m` (a row a day and person). What a household or person
needs is looked up row by row behind LATERAL: joining two of these lists costs the planner's guess of one row, and that
was half a minute for 17,000 persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

from services.indicators.cohort.domain import CERTIFICATE, HOUSEHOLD, MONITORED
from services.indicators.definitions import service as definitions
from shared.codes import divisions
from shared.codes.school_calendar import YEAR_BEGINS
from shared.versions import kinds

Base = Literal["cohort", "sites", "children"]
Asked = Literal["all", "banners", "touched"]

VISIBLE = "v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= {day} AND {day} < v.holds_to"
TOLD = "v.known_at <= $2 AND v.effective_on <= {day}"
"""Told by T of D or before, also what was withdrawn or changed since: it shows that the feed was there."""
NEWEST = "v.effective_on DESC, v.version DESC, v.source_id DESC"
GRACE_DAYS = int(definitions.get("medical_insurance").formula.arguments["grace_days"])
"""So many days of January an enrolment of the year before still counts for whom nothing is said of the new year."""
COMPULSORY = f"{kinds.STAGE['primary']}, {kinds.STAGE['junior']}"
_LAST_AGE, _FIRST_AGE = 15, 6
"""Compulsory age (义务教育) is six, but not yet fifteen, on the day before the school year begins: nine years."""


def insurance_years(day: str, grace_days: int = GRACE_DAYS) -> str:
    """Which enrolments `v` speak for a day: those of its calendar year, and in the grace also of the year before."""
    this = f"v.year = extract(year FROM {day})::int"
    if not grace_days:
        return this
    january = f"{day} < make_date(extract(year FROM {day})::int, 1, 1) + {grace_days}"
    return f"({this} OR v.year = extract(year FROM {day})::int - 1 AND {january})"


class Scope(NamedTuple):
    """Which rows are counted or listed: all, those of some banners (six digits each), or those of some households
    and, for children of no household, persons."""

    asked: Asked
    keys: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()

    def arguments(self, base: Base, days: Sequence[date], known_at: datetime) -> list[object]:
        """$1 and on."""
        keys = [] if self.asked == "all" else [list(self.keys)]
        persons = [list(self.persons)] if self.asked == "touched" and base == "children" else []
        return [list(days), known_at, *keys, *persons]


EVERYTHING = Scope("all")

_YEAR = "extract(year FROM q.day)::int"
_DAYS = f"""
WITH d AS MATERIALIZED (
    SELECT s.day, make_date(s.school_year - {_LAST_AGE}, 8, 31) AS born_after,
        make_date(s.school_year - {_FIRST_AGE}, 8, 31) AS born_by
    FROM (
        SELECT q.day, {_YEAR} - (q.day < make_date({_YEAR}, {YEAR_BEGINS[0]}, {YEAR_BEGINS[1]}))::int AS school_year
        FROM (SELECT DISTINCT unnest($1::date[]) AS day) q
    ) s
)
"""

# Only households that were ever what is asked for are read: a twentieth of all.
_EVER = f"""
    SELECT v.household_no
    FROM household_state s
    JOIN record_version_17 v ON v.kind = {HOUSEHOLD} AND v.source_id = s.source_id AND v.version = s.version
    WHERE s.{{what}}{{there}}
"""
_CANDIDATES = {
    "cohort": _EVER.replace("{what}", "base_status = 'lifted'")
    + f"    UNION SELECT v.household_no FROM record_version_23 v WHERE v.kind = {MONITORED}",
    "sites": _EVER.replace("{what}", "resettlement = 'site'"),
}
_ANY_OF = {
    "cohort": "(h.base_status = 'lifted' OR w.monitored IS TRUE)",
    "sites": "h.resettlement = 'site'",
}

# A household is the visible household version with the greatest (effective_on, version, source_id) (screening §1); it
# is monitored by the newest of what the national system says of it, unless that is its removal.
_HOMES = f"""
, candidate AS MATERIALIZED (SELECT DISTINCT c.household_no FROM ({{candidates}}) c WHERE c.household_no IS NOT NULL),
home AS MATERIALIZED (
    SELECT d.day, c.household_no, h.division_code, h.base_status = 'lifted' AS lifted,
        w.monitored IS TRUE AS monitored, h.policy_entitled, d.born_after, d.born_by
    FROM candidate c
    CROSS JOIN d
    CROSS JOIN LATERAL (
        SELECT v.division_code, s.base_status, s.policy_entitled, s.resettlement
        FROM (
            SELECT v.division_code, v.source_id, v.version FROM record_version_17 v
            WHERE v.household_no = c.household_no AND {VISIBLE.format(day="d.day")}
            ORDER BY {NEWEST} LIMIT 1
        ) v
        CROSS JOIN LATERAL (
            SELECT s.* FROM household_state s WHERE s.source_id = v.source_id AND s.version = v.version OFFSET 0
        ) s
    ) h
    LEFT JOIN LATERAL (
        SELECT v.status IS DISTINCT FROM {kinds.MONITORING_STATE["removed"]} AS monitored
        FROM record_version_23 v
        WHERE v.household_no = c.household_no AND {VISIBLE.format(day="d.day")}
        ORDER BY {NEWEST} LIMIT 1
    ) w ON true
    WHERE {{any_of}}{{here}}
)
"""

# A person belongs to the visible household version naming them with the greatest rank, of whichever household.
_BELONGING = f"""
        SELECT p.household_no, p.insurance_exempt, p.labour, p.birth_on
        FROM (SELECT p.* FROM member p WHERE p.person_key = {{person}} OFFSET 0) p
        CROSS JOIN LATERAL (
            SELECT v.effective_on FROM record_version_17 v
            WHERE v.kind = {HOUSEHOLD} AND v.source_id = p.source_id AND v.version = p.version
                AND {VISIBLE.format(day="{day}")}
            OFFSET 0
        ) v
        ORDER BY v.effective_on DESC, p.version DESC, p.source_id DESC
        LIMIT 1
"""
# The same found from the household's side, which need not look at all that was ever said of a person: the best visible
# naming in the household counts unless another household has a better one.
_MEMBERS = f"""
, naming AS MATERIALIZED (
    SELECT DISTINCT ON (h.day, h.household_no, p.person_key)
        h.day, h.household_no, h.division_code, h.born_after, h.born_by,
        p.person_key, p.insurance_exempt, p.labour, p.birth_on, v.effective_on, v.version, v.source_id
    FROM home h
    CROSS JOIN LATERAL (
        SELECT v.source_id, v.version, v.effective_on FROM record_version_17 v
        WHERE v.household_no = h.household_no AND {VISIBLE.format(day="h.day")}
        OFFSET 0
    ) v
    CROSS JOIN LATERAL (
        SELECT p.* FROM member p WHERE p.source_id = v.source_id AND p.version = v.version OFFSET 0
    ) p
    ORDER BY h.day, h.household_no, p.person_key, {NEWEST}
),
m AS MATERIALIZED (
    SELECT n.* FROM naming n
    WHERE NOT EXISTS (
        SELECT 1
        FROM (
            SELECT o.source_id, o.version FROM member o
            WHERE o.person_key = n.person_key AND o.household_no <> n.household_no OFFSET 0
        ) o
        CROSS JOIN LATERAL (
            SELECT v.effective_on FROM record_version_17 v
            WHERE v.kind = {HOUSEHOLD} AND v.source_id = o.source_id AND v.version = o.version
                AND {VISIBLE.format(day="n.day")}
            OFFSET 0
        ) v
        WHERE (v.effective_on, o.version, o.source_id) > (n.effective_on, n.version, n.source_id)
    )
)
"""

# Who has a certificate in force, of whatever household; a cancellation takes back the record it is in, not the
# certificate that replaced it under another number. Who is of no household lives where the certificate says. Most who
# have one are grown up, by all that was ever said of them, and are not looked at any further.
_CHILDREN = f"""
, certified AS MATERIALIZED (
    SELECT DISTINCT ON (d.day, v.subject_key)
        d.day, v.subject_key AS person_key, v.division_code, d.born_after, d.born_by
    FROM record_version_13 v
    JOIN d ON {VISIBLE.format(day="d.day")}
    WHERE v.kind = {CERTIFICATE} AND v.status <> {kinds.CERTIFICATE_EVENT["cancelled"]}{{of_persons}} AND (
        EXISTS (
            SELECT 1 FROM member p WHERE p.person_key = v.subject_key
                AND (p.birth_on IS NULL OR (p.birth_on > d.born_after AND p.birth_on <= d.born_by))
        ) OR EXISTS (
            SELECT 1 FROM record_version_11 s WHERE s.subject_key = v.subject_key AND s.grade IN ({COMPULSORY})
        )
    )
    ORDER BY d.day, v.subject_key, {NEWEST}
),
m AS MATERIALIZED (
    SELECT c.day, c.person_key, coalesce(b.household_no, '') AS household_no,
        coalesce(h.division_code, c.division_code, '{divisions.CITY}') AS division_code,
        b.household_no IS NOT NULL AS housed, b.birth_on, c.born_after, c.born_by
    FROM certified c
    LEFT JOIN LATERAL ({_BELONGING.format(person="c.person_key", day="c.day")}) b ON true
    LEFT JOIN LATERAL (
        SELECT v.division_code FROM record_version_17 v
        WHERE v.household_no = b.household_no AND {VISIBLE.format(day="c.day")}
        ORDER BY {NEWEST} LIMIT 1
    ) h ON true
    WHERE (b.birth_on IS NULL OR (b.birth_on > c.born_after AND b.birth_on <= c.born_by)){{here}}
),
home AS MATERIALIZED (
    SELECT DISTINCT m.day, m.household_no FROM m WHERE m.household_no <> ''
)
"""
_CHILDREN_OF = """
        AND (v.subject_key = ANY($4::text[])
            OR v.subject_key IN (SELECT p.person_key FROM member p WHERE p.household_no = ANY($3::text[])))"""
_CHILDREN_IN = " AND left(coalesce(h.division_code, c.division_code), 6) = ANY($3::text[])"


def people(base: Base, asked: Asked) -> str:
    """The list of the base's households and persons, up to a place for the next `, name AS (…)`."""
    if base == "children":
        of_persons = _CHILDREN_OF if asked == "touched" else ""
        return _DAYS + _CHILDREN.format(of_persons=of_persons, here=_CHILDREN_IN if asked == "banners" else "")
    here = " AND left(h.division_code, 6) = ANY($3::text[])" if asked == "banners" else ""
    there = " AND left(v.division_code, 6) = ANY($3::text[])" if asked == "banners" else ""
    candidates = _CANDIDATES[base].replace("{there}", there)
    if asked == "touched":
        candidates = "SELECT unnest($3::text[]) AS household_no"
    return _DAYS + _HOMES.format(candidates=candidates, any_of=_ANY_OF[base], here=here) + _MEMBERS
