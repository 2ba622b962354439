"""A page of households: which, what is computed of them for the run's day, and whom the run is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import FACTS, SILENCE_KINDS
from services.screening.facts.repository import Relation
from shared.db import driver

_WITHIN = """
h.household_no > $2 AND ($3::text IS NULL OR h.household_no <= $3) AND ($1 = '%' OR EXISTS (
    SELECT FROM record_version v WHERE v.kind = 17 AND v.household_no = h.household_no AND v.division_code LIKE $1
))
"""
_CANDIDATES = f"SELECT h.household_no FROM household h WHERE {_WITHIN} ORDER BY h.household_no LIMIT $4"
_COUNT = f"SELECT count(*) FROM household h WHERE {_WITHIN}"
_FIRST = """
SELECT min(effective_on) FROM record_version
WHERE kind = 17 AND NOT retracted AND division_code LIKE $1 AND visible_from <= $2 AND $2 < visible_to
"""
_FACTS = ["household_no", "division_code", *FACTS]
_SILENT = [f"silent_{kind}" for kind in SILENCE_KINDS]
_FROZEN = f"SELECT {', '.join(_FACTS + _SILENT)} FROM run_page"
_FREEZE = f"""
CREATE TEMPORARY TABLE run_page ON COMMIT DROP AS
SELECT {", ".join(_FACTS)}, {", ".join(f"NULL::boolean AS {column}" for column in _SILENT)}
FROM household_facts LIMIT 0
"""
NAMED: Final = {
    "rural": "substr(f.division_code, 10, 3) >= '200'",
    "recorded": """EXISTS (
        SELECT FROM record_version v WHERE v.kind = 23 AND v.household_no = f.household_no
            AND v.visible_from <= {known} AND {known} < v.visible_to AND v.effective_on <= {day}::date
            AND {day}::date < v.holds_to
    )""",
}
"""Conditions that no fact says. rural: a village committee's suffix (a community's is below, shared.codes.divisions);
recorded: ever entered in the national system, the risk removed since or not."""


async def candidates(
    conn: AsyncConnection, division_prefix: str, after: str, until: str | None, limit: int
) -> list[str]:
    """Households that any version ever placed in the divisions, by number, from after `after` up to `until`."""
    rows = await (await driver(conn)).fetch(_CANDIDATES, f"{division_prefix}%", after, until, limit)
    return [row["household_no"] for row in rows]


async def count_candidates(conn: AsyncConnection, division_prefix: str) -> int:
    """How many `candidates` there are in all."""
    return int(await (await driver(conn)).fetchval(_COUNT, f"{division_prefix}%", "", None))


async def first_day(conn: AsyncConnection, division_prefix: str, known_at: datetime) -> date | None:
    """The first day of which a household of the divisions is recorded, by what is known; None when none is."""
    found: date | None = await (await driver(conn)).fetchval(_FIRST, f"{division_prefix}%", known_at)
    return found


async def freeze(conn: AsyncConnection, relation: Relation) -> Relation:
    """The rows of a relation kept for this transaction, so that facts of a past day are computed once."""
    sql, arguments = relation
    raw = await driver(conn)
    await raw.execute(_FREEZE)
    columns = ", ".join(_FACTS + _SILENT)
    await raw.execute(f"INSERT INTO run_page ({columns}) SELECT {columns} FROM ({sql}) q", *arguments)
    return _FROZEN, []


async def chosen(
    conn: AsyncConnection,
    relation: Relation,
    division_prefix: str,
    groups: Sequence[str],
    as_of: date,
    known_at: datetime,
) -> list[tuple[str, list[bool | None]]]:
    """Each household of the relation in the divisions with what each of `groups` (conditions on `f`) says of it."""
    sql, arguments = relation
    place = len(arguments)
    day, known = f"${place + 2}", f"${place + 3}"
    conditions = ", ".join(f"({group.format(day=day, known=known)})" for group in groups)
    statement = f"""
        SELECT f.household_no, ARRAY[{conditions}]::boolean[] AS groups FROM ({sql}) f
        WHERE f.division_code LIKE ${place + 1} AND {day}::date IS NOT NULL AND {known}::timestamptz IS NOT NULL
    """
    rows = await (await driver(conn)).fetch(statement, *arguments, f"{division_prefix}%", as_of, known_at)
    return [(row["household_no"], list(row["groups"])) for row in rows]
