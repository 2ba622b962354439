"""What the register holds of households: whom others are told of, and all that their status follows from.

Each look-up stands behind OFFSET 0 or LIMIT, as in `facts/groups/_base_set.sql`: whatever the statistics of tables that
have just been filled say, the planner goes by index, a household at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.status.domain import HouseholdSaid, MeasureSaid, MemberSaid, MonitoringSaid, Said, Span
from shared.db import driver
from shared.versions.kinds import MEASURE, MONITORED_KIND, MONITORING_STATE

_MEASURES = MappingProxyType({code: name for name, code in MEASURE.items()})
_KINDS = MappingProxyType({code: name for name, code in MONITORED_KIND.items()})
_REMOVED = MONITORING_STATE["removed"]

# Most households were told of never and will never be: three looks into indexes each.
_CONCERNED = """
SELECT q.household_no FROM unnest($1::text[]) AS q (household_no)
WHERE coalesce(
    (SELECT true FROM household_told t WHERE t.household_no = q.household_no LIMIT 1),
    (SELECT true FROM record_version_23 v WHERE v.household_no = q.household_no LIMIT 1),
    (SELECT true
     FROM (SELECT v.source_id, v.version FROM record_version_17 v WHERE v.household_no = q.household_no OFFSET 0) v
     CROSS JOIN LATERAL (
        SELECT s.base_status FROM household_state s WHERE s.source_id = v.source_id AND s.version = v.version OFFSET 0
     ) s
     WHERE s.base_status = 'lifted' LIMIT 1),
    false)
"""
_VISIBLE = "v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on < v.holds_to"
_SPAN = "v.effective_on, v.version, v.source_id, v.holds_to"
_ASKED = "SELECT asked.household_no, {columns} FROM unnest($1::text[]) AS asked (household_no) CROSS JOIN LATERAL "
_HOUSEHOLDS = f"""
{_ASKED.format(columns=f"{_SPAN}, v.division_code, s.base_status")} (
    SELECT v.* FROM record_version_17 v WHERE v.household_no = asked.household_no AND {_VISIBLE} OFFSET 0
) v
CROSS JOIN LATERAL (
    SELECT s.base_status FROM household_state s WHERE s.source_id = v.source_id AND s.version = v.version OFFSET 0
) s
"""
_MEMBERS = f"""
SELECT c.household_no, {_SPAN}, p.person_key, p.household_no AS home
FROM (
    {_ASKED.format(columns="q.person_key")} (
        SELECT DISTINCT q.person_key FROM member q WHERE q.household_no = asked.household_no OFFSET 0
    ) q
    OFFSET 0
) c
CROSS JOIN LATERAL (SELECT p.* FROM member p WHERE p.person_key = c.person_key OFFSET 0) p
CROSS JOIN LATERAL (
    SELECT {_SPAN} FROM record_version_17 v
    WHERE v.kind = 17 AND v.source_id = p.source_id AND v.version = p.version AND {_VISIBLE} OFFSET 0
) v
"""


def _about(kind: int, columns: str) -> str:
    return f"""{_ASKED.format(columns=f"{_SPAN}, {columns}")} (
        SELECT v.* FROM record_version_{kind} v WHERE v.household_no = asked.household_no AND {_VISIBLE} OFFSET 0
    ) v"""


_MONITORING = _about(23, "v.status, v.grade, v.starts_on, v.ends_on")
_ASSISTANCE = _about(19, "v.grade, v.starts_on, v.ends_on")


async def concerned(conn: AsyncConnection, households: Sequence[str]) -> list[str]:
    """Those of the households that were told of, or that a record ever called lifted or monitored."""
    rows = await (await driver(conn)).fetch(_CONCERNED, list(households))
    return [row["household_no"] for row in rows]


async def said(conn: AsyncConnection, households: Sequence[str], known_at: datetime) -> dict[str, Said]:
    """All that is known of the households at an instant, of every day."""
    db = await driver(conn)
    found = {household_no: Said(household_no) for household_no in households}
    for one, row in _of(found, await db.fetch(_HOUSEHOLDS, households, known_at)):
        one.households.append(HouseholdSaid(_span(row), row["division_code"], row["base_status"]))
    for one, row in _of(found, await db.fetch(_MEMBERS, households, known_at)):
        one.members.append(MemberSaid(_span(row), row["person_key"], row["home"]))
    for one, row in _of(found, await db.fetch(_MONITORING, households, known_at)):
        kind, removed = _KINDS.get(row["grade"]), row["status"] == _REMOVED
        one.monitoring.append(MonitoringSaid(_span(row), removed, kind, row["starts_on"], row["ends_on"]))
    for one, row in _of(found, await db.fetch(_ASSISTANCE, households, known_at)):
        one.measures.append(MeasureSaid(_span(row), _MEASURES[row["grade"]], row["starts_on"], row["ends_on"]))
    return found


def _of(found: Mapping[str, Said], rows: Sequence[Any]) -> Iterator[tuple[Said, Any]]:
    return ((found[row["household_no"]], row) for row in rows)


def _span(row: Any) -> Span:
    return Span(row["effective_on"], row["version"], row["source_id"], row["holds_to"])
