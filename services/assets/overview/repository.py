"""Statements of the room: sums over the ledger, as it is now or as it was at the end of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver

# What each asset is worth, where, and in which state. $1 = prefix of divisions, $2 = day.
_NOW = """
SELECT asset_id, project_id, asset_class, division_code, original_value_fen AS fen, state
FROM asset WHERE starts_with(division_code, $1) AND $2::date IS NULL
"""
# Few assets change after a day: the others are what they are now, and only those few are told from their entries.
_THEN = """
SELECT asset_id, project_id, asset_class, division_code, original_value_fen AS fen, state
FROM asset WHERE starts_with(division_code, $1) AND acquired_on <= $2 AND asset_id NOT IN (SELECT asset_id FROM turned)
UNION ALL
SELECT asset_id, a.project_id, a.asset_class, t.code, t.fen, coalesce(t.state, 'in_use')
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
# Assets of which a standing entry of a later day says something; and what each entry until the day says of the value,
# the place and the state of those. The list of kinds is that of the index `entry_turn`.
_SAID = """
turned AS MATERIALIZED (
    SELECT DISTINCT e.asset_id FROM entry e
    WHERE e.kind IN ('asset_amended', 'state_changed', 'disposed') AND e.holds_on > $2
        AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.takes_back = e.entry_id)
),
said AS (
    SELECT e.asset_id, e.holds_on, e.entry_id, (b.body ->> 'original_value_fen')::bigint AS fen,
        b.body ->> 'division_code' AS code,
        CASE e.kind WHEN 'disposed' THEN 'disposed' WHEN 'state_changed' THEN b.body ->> 'state' END AS state
    FROM turned JOIN entry e USING (asset_id) CROSS JOIN LATERAL (SELECT e.body::jsonb AS body OFFSET 0) b
    WHERE e.kind IN ('asset_registered', 'asset_amended', 'state_changed', 'disposed') AND e.holds_on <= $2
        AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.takes_back = e.entry_id)
),
"""


def _with_base(day: date | None) -> str:
    return f"WITH base AS MATERIALIZED ({_NOW})" if day is None else f"WITH {_SAID} base AS MATERIALIZED ({_THEN})"


class Cell(NamedTuple):
    """Assets of one project, class, place and state: the original value (fen) of each."""

    project_id: UUID
    asset_class: str
    place_code: str
    year: int
    state: str
    values_fen: Sequence[int]

    @property
    def assets(self) -> int:
        """How many."""
        return len(self.values_fen)

    @property
    def fen(self) -> int:
        """Their original value together."""
        return sum(self.values_fen)


async def cells(conn: AsyncConnection, prefix: str, day: date | None, digits: int, owner: str = "") -> list[Cell]:
    """The finest sums of assets; every total is a sum of these. Places are told apart by so many digits of their code:
    6 banners, 9 townships, 12 villages. `prefix` is where the assets are, `owner` where their projects are."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_with_base(day)}
            SELECT b.project_id, b.asset_class, rpad(left(b.division_code, $3), 12, '0') AS place_code, p.year, b.state,
                array_agg(b.fen) AS values_fen
            FROM base b JOIN project p USING (project_id) WHERE starts_with(p.division_code, $4)
            GROUP BY b.project_id, b.asset_class, 3, p.year, b.state
            ORDER BY b.asset_class, 3, p.year, b.state""",
        prefix,
        day,
        digits,
        owner,
    )
    return [Cell(**dict(row)) for row in rows]


async def shares(conn: AsyncConnection, project_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, int]]]:
    """What each source gave to projects (fen), in the order of the sources."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT project_id, source, amount_fen FROM project_fund WHERE project_id = ANY($1::uuid[])
           ORDER BY project_id, source COLLATE "C" """,
        list(project_ids),
    )
    found: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        found[row["project_id"]].append((row["source"], row["amount_fen"]))
    return found


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
