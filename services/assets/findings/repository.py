"""Statements of the room. What is wrong is one question over the projections of the other rooms' entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.findings.domain import Finding, Kind
from shared.db import driver

# $1 = today. `since` is the first day on which the thing is so. Of assets that
# are lost or disposed of only their money is a finding.
_WRONG = """
SELECT a.asset_id, w.code, w.since
FROM asset a
LEFT JOIN upkeep_state u USING (asset_id)
CROSS JOIN LATERAL (
    SELECT 'no_custodian' AS code, coalesce(u.custody_ended_on, a.acquired_on) AS since
    WHERE a.asset_class <> 'household' AND u.unit IS NULL
    UNION ALL
    SELECT 'inspection_overdue',
        greatest(coalesce(u.inspected_on, u.custody_since), u.custody_since) + u.interval_days + 1
    WHERE u.interval_days IS NOT NULL
    UNION ALL
    SELECT 'idle', a.state_since WHERE a.state = 'idle'
    UNION ALL
    SELECT 'damaged', u.broken_since WHERE u.broken_since IS NOT NULL
    UNION ALL
    SELECT 'no_operation_plan', a.acquired_on
    WHERE a.asset_class = 'operating' AND (a.operation_plan IS NULL OR a.risk_controls IS NULL)
    UNION ALL
    SELECT 'right_unconfirmed', a.acquired_on
    WHERE NOT EXISTS (SELECT 1 FROM right_share r WHERE r.asset_id = a.asset_id AND r."right" = 'ownership')
    UNION ALL
    SELECT 'handover_overdue', a.acquired_on
    WHERE a.asset_class = 'public' AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.asset_id = a.asset_id)
) w
WHERE a.state IN ('in_use', 'idle')
UNION ALL
SELECT asset_id, 'income_overdue', min(due_on) + 1 FROM due WHERE received_fen < amount_fen GROUP BY asset_id
UNION ALL
SELECT asset_id, 'proceeds_unspent', disposed_on FROM proceeds WHERE unspent_fen > 0
"""


async def close(conn: AsyncConnection, today: date, kinds: Iterable[Kind]) -> int:
    """Close the findings that are so no longer; how many. Set against set: a planner that took the open ones for few
    would compare each with everything that is wrong."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""WITH kind AS (SELECT * FROM unnest($2::text[], $3::int[], $4::int[]) k (code, grace_days, deadline_days)),
            gone AS (
                SELECT asset_id, code FROM finding WHERE closed_on IS NULL
                EXCEPT
                SELECT w.asset_id, w.code FROM ({_WRONG}) w JOIN kind k USING (code)
                WHERE w.since + k.grace_days <= $1::date
            )
            UPDATE finding f SET closed_on = $1 FROM gone g
            WHERE f.asset_id = g.asset_id AND f.code = g.code AND f.closed_on IS NULL
            RETURNING 1""",
        today,
        *_columns(kinds),
    )
    return len(rows)


async def open_new(conn: AsyncConnection, today: date, kinds: Iterable[Kind]) -> int:
    """Open the findings that are so and not open yet; how many."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""WITH kind AS (SELECT * FROM unnest($2::text[], $3::int[], $4::int[]) k (code, grace_days, deadline_days))
            INSERT INTO finding (asset_id, code, since, opened_on, deadline)
            SELECT w.asset_id, w.code, w.since, $1, $1::date + k.deadline_days
            FROM ({_WRONG}) w JOIN kind k USING (code)
            WHERE w.since + k.grace_days <= $1::date
            ORDER BY w.asset_id, w.code
            ON CONFLICT (asset_id, code) WHERE closed_on IS NULL DO NOTHING
            RETURNING 1""",
        today,
        *_columns(kinds),
    )
    return len(rows)


def _columns(kinds: Iterable[Kind]) -> tuple[list[str], list[int], list[int]]:
    found = list(kinds)
    return [k.code for k in found], [k.grace_days for k in found], [k.deadline_days for k in found]


class Wanted(NamedTuple):
    """Which findings a reader asks for; None means any. `day`: those open on that day."""

    prefix: str
    code: str | None = None
    state: str | None = None
    asset_id: UUID | None = None
    day: date | None = None


_SELECT = """
SELECT f.finding_id, f.asset_id, a.code AS asset_code, a.name AS asset_name, a.division_code, f.code, f.since,
    f.opened_on, f.deadline, f.explanation, f.explained_by, f.closed_on,
    CASE WHEN f.closed_on IS NOT NULL THEN 'closed' WHEN f.explanation IS NOT NULL THEN 'explained' ELSE 'open' END
        AS state
FROM finding f JOIN asset a USING (asset_id)
"""


async def page(conn: AsyncConnection, wanted: Wanted, before: int | None, limit: int) -> list[Finding]:
    """Findings, the last opened first."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT * FROM ({_SELECT}) f WHERE starts_with(division_code, $1) AND ($2::text IS NULL OR code = $2)
                AND ($3::text IS NULL OR state = $3) AND ($4::uuid IS NULL OR asset_id = $4)
                AND ($5::date IS NULL OR (opened_on <= $5 AND (closed_on IS NULL OR closed_on > $5)))
                AND ($6::bigint IS NULL OR finding_id < $6)
            ORDER BY finding_id DESC LIMIT $7""",
        *wanted,
        before,
        limit,
    )
    return [Finding(**dict(row)) for row in rows]


async def find(conn: AsyncConnection, finding_id: int) -> Finding | None:
    """One finding."""
    db = await driver(conn)
    row = await db.fetchrow(f"SELECT * FROM ({_SELECT}) f WHERE finding_id = $1", finding_id)
    return None if row is None else Finding(**dict(row))


async def explain(conn: AsyncConnection, finding_id: int, explanation: str, explained_by: str) -> None:
    """Keep what a clerk says of an open finding; the last word stands."""
    db = await driver(conn)
    await db.execute(
        "UPDATE finding SET explanation = $2, explained_by = $3 WHERE finding_id = $1 AND closed_on IS NULL",
        finding_id,
        explanation,
        explained_by,
    )


class Count(NamedTuple):
    """Open findings of a kind in a place, and how many of them are past their deadline."""

    place_code: str
    code: str
    open: int
    late: int


async def counts(conn: AsyncConnection, prefix: str, today: date, digits: int) -> list[Count]:
    """Open findings by place and kind: how many, and how many of them past their deadline. Places are told apart by
    so many digits of their code: 6 banners, 9 townships, 12 villages."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT rpad(left(a.division_code, $3), 12, '0') AS place_code, f.code, count(*)::int AS open,
               count(*) FILTER (WHERE f.deadline < $2)::int AS late
           FROM finding f JOIN asset a USING (asset_id)
           WHERE f.closed_on IS NULL AND starts_with(a.division_code, $1) GROUP BY 1, 2 ORDER BY 1, 2""",
        prefix,
        today,
        digits,
    )
    return [Count(**dict(row)) for row in rows]
