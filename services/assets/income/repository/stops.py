"""Income that stopped: which stops are new, and whom they concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver


class Stop(NamedTuple):
    """Income that stopped: `since` is the day it was due, or the day the asset was lost or disposed of."""

    asset_id: UUID
    project_id: UUID
    division_code: str
    reason: str
    due_id: str
    since: date


async def new(conn: AsyncConnection, due_before: date, now: datetime, quiet_since: datetime | None) -> list[Stop]:
    """Stops that were not told yet, marked as told: dues of days before `due_before` that have not all come, and
    dues still open of assets that are lost or disposed of; with `quiet_since` only of assets of which nothing was
    recorded since then. Of two who ask at once one gets each."""
    db = await driver(conn)
    rows = await db.fetch(
        """WITH stopped AS (
               SELECT d.asset_id, 'overdue' AS reason, d.due_id, d.due_on AS since
               FROM due d WHERE d.received_fen < d.amount_fen AND d.due_on < $1
               UNION ALL
               SELECT d.asset_id, a.state, d.due_id, a.state_since
               FROM due d JOIN asset a USING (asset_id)
               WHERE d.received_fen < d.amount_fen AND a.state IN ('lost', 'disposed') AND d.due_on >= $1
           ), told AS (
               INSERT INTO income_stop (asset_id, reason, due_id, stopped_on, told_at)
               SELECT asset_id, reason, due_id, since, $2 FROM stopped s
               WHERE $3::timestamptz IS NULL OR NOT EXISTS (
                   SELECT 1 FROM entry e WHERE e.asset_id = s.asset_id AND e.recorded_at > $3)
               ORDER BY 1, 2, 3
               ON CONFLICT DO NOTHING
               RETURNING asset_id, reason, due_id, stopped_on AS since
           )
           SELECT t.asset_id, a.project_id, a.division_code, t.reason, t.due_id, t.since
           FROM told t JOIN asset a USING (asset_id) ORDER BY t.asset_id, t.since, t.due_id""",
        due_before,
        now,
        quiet_since,
    )
    return [Stop(**dict(row)) for row in rows]


async def households(conn: AsyncConnection, plan_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The households that plans pay, each once, in order."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT DISTINCT plan_id, household_no FROM plan_line
           WHERE plan_id = ANY($1::uuid[]) AND household_no IS NOT NULL ORDER BY 1, 2""",
        list(plan_ids),
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row["plan_id"]].append(row["household_no"])
    return dict(found)
