"""Every statement about parameter values.

All go through the driver, inside the caller's transaction: they are array statements.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.parameters.domain import ParameterValue, scope_prefix
from services.screening.parameters.shipped import definitions
from shared.db import driver

_COLUMNS = "name, division_code, valid_from, valid_to, version, value, document, status, known_at"

_ADD = f"""
INSERT INTO parameter ({_COLUMNS}, prefix)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
WHERE $8 <> 'demo' OR NOT EXISTS (
    SELECT FROM parameter WHERE name = $1 AND division_code = $2 AND status = 'demo' AND valid_from <= $3
)
ON CONFLICT (name, division_code, valid_from, version) DO NOTHING
"""

_VISIBLE = """
SELECT DISTINCT ON (name, division_code, valid_from)
    name, division_code, prefix, valid_from, valid_to, version, value, document, status, known_at
FROM parameter
WHERE known_at <= {known_at}::timestamptz{named}
ORDER BY name, division_code, valid_from, version DESC
"""

_IN_FORCE = f"""
SELECT d.code AS asked_for, best.*
FROM unnest($1::text[]) AS d(code)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (v.name) v.*
    FROM ({_VISIBLE.format(known_at="$4", named=" AND name = ANY($2::text[])")}) v
    WHERE v.valid_from <= $3 AND (v.valid_to IS NULL OR $3 <= v.valid_to) AND starts_with(d.code, v.prefix)
    ORDER BY v.name, (v.status = 'adopted') DESC, length(v.prefix) DESC, v.valid_from DESC
) best
"""

_LISTED = f"""
SELECT * FROM ({_VISIBLE.format(known_at="$1", named="")}) v
WHERE starts_with(v.prefix, $2) OR starts_with($2, v.prefix)
ORDER BY name, division_code, valid_from
"""


def relation_sql(names: tuple[str, ...], divisions_sql: str, day: str, known: str) -> str:
    """A query of one row a division: `division_code`, and a numeric column a name with the most local value in
    force on `day` as known at `known` (as `in_force` says), NULL when there is none; money is in fen.

    `divisions_sql` is a query with a column `division_code` (repeats and NULL allowed), `day` and
    `known` are parameters of the caller's statement ("$1"). KeyError for a name that is not declared.
    """
    if not names:
        return f"SELECT DISTINCT d.division_code FROM ({divisions_sql}) d"
    quoted = ", ".join(f"'{definitions()[name].name}'" for name in names)
    picked = ", ".join(f"max(b.value) FILTER (WHERE b.name = '{name}') AS {name}" for name in names)
    known_values = _VISIBLE.format(known_at=known, named=f" AND name IN ({quoted}) AND valid_from <= {day}::date")
    return f"""
WITH known AS MATERIALIZED ({known_values})
SELECT d.division_code, {picked}
FROM (SELECT DISTINCT q.division_code FROM ({divisions_sql}) q) d
LEFT JOIN LATERAL (
    SELECT DISTINCT ON (v.name) v.name, v.value
    FROM known v
    WHERE (v.valid_to IS NULL OR {day}::date <= v.valid_to) AND starts_with(d.division_code, v.prefix)
    ORDER BY v.name, (v.status = 'adopted') DESC, length(v.prefix) DESC, v.valid_from DESC
) b ON true
GROUP BY d.division_code
"""


async def add(conn: AsyncConnection, values: Sequence[ParameterValue]) -> None:
    """Add the values that are not there; a demo one only where no demo one holds as early."""
    await (await driver(conn)).executemany(
        _ADD,
        [
            (
                value.name,
                value.division_code,
                value.valid_from,
                value.valid_to,
                value.version,
                value.value,
                value.document,
                value.status,
                value.known_at,
                scope_prefix(value.division_code),
            )
            for value in values
        ],
    )


async def in_force(
    conn: AsyncConnection, names: Collection[str], division_codes: Collection[str], as_of: date, known_at: datetime
) -> dict[str, dict[str, ParameterValue]]:
    """Per division and name the most local value in force on `as_of` as known at `known_at`; an example
    (`demo`) only where none is adopted.

    A name that has none is left out: never the neighbour's, never last year's.
    """
    found: dict[str, dict[str, ParameterValue]] = {code: {} for code in division_codes}
    rows = await (await driver(conn)).fetch(_IN_FORCE, list(found), list(names), as_of, known_at)
    for row in rows:
        found[row["asked_for"]][row["name"]] = _parameter(row)
    return found


async def known(conn: AsyncConnection, scope: str, known_at: datetime) -> list[ParameterValue]:
    """Every value known at `known_at` that touches the divisions of the prefix `scope` ('' is all)."""
    rows = await (await driver(conn)).fetch(_LISTED, known_at, scope)
    return [_parameter(row) for row in rows]


def _parameter(row: Any) -> ParameterValue:
    definition = definitions()[row["name"]]
    return ParameterValue(
        name=row["name"],
        division_code=row["division_code"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        version=row["version"],
        value=row["value"],
        type=definition.type,
        unit=definition.unit,
        document=row["document"],
        status=row["status"],
        known_at=row["known_at"],
    )
