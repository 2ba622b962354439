"""Statements of the room: sums over the ledger, as it is now or as it was at the end of a day."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver

# What each asset is worth, where, and in which state. $1 = prefix of divisions, $2 = day.
_NOW = """
SELECT asset_id, project_id, asset_class, division_code, original_value_fen AS fen, state
FROM asset WHERE starts_with(division_code, $1) AND $2::date IS NULL
"""
_THEN = """
SELECT asset_id, a.project_id, a.asset_class, t.code AS division_code, t.fen, coalesce(t.state, 'in_use') AS state
FROM (
    SELECT asset_id,
        (array_agg(fen ORDER BY holds_on DESC, entry_id DESC) FILTER (WHERE fen IS NOT NULL))[1] AS fen,
        (array_agg(code ORDER BY holds_on DESC, entry_id DESC) FILTER (WHERE code IS NOT NULL))[1] AS code,
        (array_agg(state ORDER BY holds_on DESC, entry_id DESC) FILTER (WHERE state IS NOT NULL))[1] AS state
    FROM said GROUP BY asset_id
) t
JOIN asset a USING (asset_id)
WHERE starts_with(t.code, $1)
"""
# What each standing entry says of the value, the place and the state of its asset: one pass, joined with nothing that
# a planner could take for small.
_SAID = """
said AS (
    SELECT e.asset_id, e.holds_on, e.entry_id, (b.body ->> 'original_value_fen')::bigint AS fen,
        b.body ->> 'division_code' AS code,
        CASE e.kind WHEN 'disposed' THEN 'disposed' WHEN 'state_changed' THEN b.body ->> 'state' END AS state
    FROM entry e CROSS JOIN LATERAL (SELECT e.body::jsonb AS body OFFSET 0) b
    WHERE e.kind IN ('asset_registered', 'asset_amended', 'state_changed', 'disposed') AND e.holds_on <= $2
        AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.takes_back = e.entry_id)
),
"""


def _with_base(day: date | None) -> str:
    return f"WITH base AS MATERIALIZED ({_NOW})" if day is None else f"WITH {_SAID} base AS MATERIALIZED ({_THEN})"


class Cell(NamedTuple):
    """Assets of one class, place, project year and state: how many and their original value (fen)."""

    asset_class: str
    place_code: str
    year: int
    state: str
    assets: int
    fen: int


async def cells(conn: AsyncConnection, prefix: str, day: date | None, digits: int) -> list[Cell]:
    """The finest sums of assets; every total is a sum of these. Places are told apart by so many digits of their code:
    6 banners, 9 townships, 12 villages."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_with_base(day)}
            SELECT b.asset_class, rpad(left(b.division_code, $3), 12, '0') AS place_code, p.year, b.state,
                count(*)::int AS assets, sum(b.fen)::bigint AS fen
            FROM base b JOIN project p USING (project_id) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
        prefix,
        day,
        digits,
    )
    return [Cell(**dict(row)) for row in rows]


class Sourced(NamedTuple):
    """Original value (fen) that a source of funds paid for, disposed assets apart."""

    source: str
    standing_fen: int
    disposed_fen: int


async def by_source(conn: AsyncConnection, prefix: str, day: date | None, owner: str = "") -> list[Sourced]:
    """Asset values by fund source: each asset's value divided as its project's funds are, to the fen; what division
    leaves over goes to the largest remainders. `prefix` is where the assets are, `owner` where their projects are."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_with_base(day)},
            divided AS (
                SELECT b.asset_id, b.state, f.source, b.fen,
                    div(b.fen::numeric * f.amount_fen, p.total_fen) AS whole,
                    mod(b.fen::numeric * f.amount_fen, p.total_fen) AS rest
                FROM base b JOIN project p USING (project_id) JOIN project_fund f USING (project_id)
                WHERE starts_with(p.division_code, $3)
            ),
            given AS (
                SELECT source, state, whole
                    + (row_number() OVER (PARTITION BY asset_id ORDER BY rest DESC, source)
                       <= fen - sum(whole) OVER (PARTITION BY asset_id))::int AS fen
                FROM divided
            )
            SELECT source,
                coalesce(sum(fen) FILTER (WHERE state <> 'disposed'), 0)::bigint AS standing_fen,
                coalesce(sum(fen) FILTER (WHERE state = 'disposed'), 0)::bigint AS disposed_fen
            FROM given GROUP BY source ORDER BY source""",
        prefix,
        day,
        owner,
    )
    return [Sourced(**dict(row)) for row in rows]


class Funded(NamedTuple):
    """Projects of one kind and year, and what one source gave to them (fen)."""

    kind: str
    year: int
    source: str
    projects: int
    fen: int


async def funds(conn: AsyncConnection, prefix: str) -> list[Funded]:
    """Funds of projects in a division by kind, year and source; `projects` counts those that have the source."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT p.kind, p.year, f.source, count(*)::int AS projects, sum(f.amount_fen)::bigint AS fen
           FROM project p JOIN project_fund f USING (project_id)
           WHERE starts_with(p.division_code, $1) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        prefix,
    )
    return [Funded(**dict(row)) for row in rows]


class Counted(NamedTuple):
    """Projects of one kind and year (fen)."""

    kind: str
    year: int
    projects: int
    fen: int


async def projects(conn: AsyncConnection, prefix: str) -> list[Counted]:
    """Projects in a division by kind and year."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT kind, year, count(*)::int AS projects, sum(total_fen)::bigint AS fen
           FROM project WHERE starts_with(division_code, $1) GROUP BY 1, 2 ORDER BY 1, 2""",
        prefix,
    )
    return [Counted(**dict(row)) for row in rows]
