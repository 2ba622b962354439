"""The statements of the change feed: numbered outbox rows, with what filters need beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.delivery.domain import Change, SnapshotItem
from shared.db import driver
from shared.events.topics import HOUSEHOLDS, WARNINGS

_NEWEST = "SELECT coalesce(max(position), 0) FROM outbox_position"
_RETAINED_FROM = "SELECT coalesce(min(position), 1) FROM outbox_position"
# The second half: an update that took the warning out of the reader's divisions or severities.
_CHANGES = """
SELECT o.position, c.event_id, c.type, o.value, CASE WHEN c.type = 'superseded' THEN w.superseded_by::text END AS record
FROM outbox o
JOIN warning_change c ON c.event_id = o.event_id
JOIN warning w ON w.warning_id = c.warning_id
WHERE o.position > $1 AND o.position <= $2 AND o.topic = $3 AND ($5::text[] IS NULL OR c.rule_code = ANY($5))
    AND ((c.division_code LIKE $4 AND ($6::text[] IS NULL OR c.severity = ANY($6)))
        OR (c.type = 'updated' AND EXISTS (
            SELECT FROM (
                SELECT b.division_code, b.severity FROM warning_change b
                WHERE b.household_no = c.household_no AND b.household_seq < c.household_seq
                    AND b.warning_id = c.warning_id
                ORDER BY b.household_seq DESC LIMIT 1
            ) before
            WHERE before.division_code LIKE $4 AND ($6::text[] IS NULL OR before.severity = ANY($6)))))
ORDER BY o.position
LIMIT $7
"""
_WARNING = (
    "warning_id, household_no, division_code, rule_code, rule_version, risk_type, severity, state, eased, demo, "
    "snoozed_until, raised_at, updated_at, as_of, run_id"
)
_ACTIVE = f"""
SELECT {_WARNING}, coalesce((
    SELECT c.household_seq FROM warning_change c WHERE c.household_no = w.household_no
    ORDER BY c.household_seq DESC LIMIT 1), 0) AS household_seq
FROM warning w
WHERE w.state IN ('open', 'verifying', 'confirmed') AND (w.household_no, w.rule_code) > ($1, $2)
    AND w.division_code LIKE $3 AND ($4::text[] IS NULL OR w.rule_code = ANY($4))
    AND ($5::text[] IS NULL OR w.severity = ANY($5))
ORDER BY w.household_no, w.rule_code
LIMIT $6
"""
# What was last told of a warning stays, without a position: a rebuild restores from it a warning whose tables were
# lost. What another change has followed is of no use any more. Of households' statuses all stays: each message
# may be the only one that tells of some days.
_FORGET = f"""
WITH gone AS (SELECT id, event_id, topic FROM outbox_message WHERE id = ANY($1)),
     told AS (SELECT DISTINCT c.household_no, c.warning_id FROM gone JOIN warning_change c USING (event_id)),
     followed AS (
         SELECT c.event_id FROM told
         JOIN warning_change c ON c.household_no = told.household_no AND c.warning_id = told.warning_id
         WHERE EXISTS (
             SELECT FROM warning_change l WHERE l.household_no = c.household_no AND l.warning_id = c.warning_id
                 AND l.household_seq > c.household_seq)
     )
DELETE FROM outbox_message m
WHERE m.id IN (SELECT id FROM gone WHERE topic NOT IN ('{HOUSEHOLDS}', '{WARNINGS}'))
    OR (m.event_id IN (SELECT event_id FROM followed)
        AND NOT EXISTS (SELECT FROM outbox_position p WHERE p.id = m.id)
        AND NOT EXISTS (SELECT FROM outbox_new n WHERE n.id = m.id))
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes: divisions by the prefix of their code (empty: all); None: any."""

    division_prefix: str
    rules: Sequence[str] | None = None
    severities: Sequence[str] | None = None


async def newest(conn: AsyncConnection) -> int:
    """The greatest position given so far; 0 before the first. One leader gives them, in order, so
    no smaller one can appear later."""
    position: int = await (await driver(conn)).fetchval(_NEWEST)
    return position


async def retained_from(conn: AsyncConnection) -> int:
    """The smallest position still there: none is missing from it on. 1 before the first."""
    position: int = await (await driver(conn)).fetchval(_RETAINED_FROM)
    return position


async def changes(conn: AsyncConnection, wanted: Filter, after: int, until: int, limit: int) -> list[Change]:
    """The first `limit` changes with after < position ≤ until, as they were put on the bus."""
    rows = await (await driver(conn)).fetch(
        _CHANGES, after, until, WARNINGS, f"{wanted.division_prefix}%", wanted.rules, wanted.severities, limit
    )
    return [_change(row) for row in rows]


async def active(conn: AsyncConnection, wanted: Filter, after: tuple[str, str], limit: int) -> list[SnapshotItem]:
    """Active warnings behind (household_no, rule_code), in this order, each with its household's last number."""
    rows = await (await driver(conn)).fetch(
        _ACTIVE, *after, f"{wanted.division_prefix}%", wanted.rules, wanted.severities, limit
    )
    found = [dict(row) for row in rows]
    return [SnapshotItem(household_seq=row.pop("household_seq"), warning=row) for row in found]


async def forget(conn: AsyncConnection, ids: Sequence[int]) -> None:
    """Delete messages that lost their position, except the last word on each warning and all on statuses."""
    await (await driver(conn)).execute(_FORGET, ids)


def _change(row: Any) -> Change:
    body = orjson.loads(row["value"])
    record = row["record"]
    return Change(
        position=row["position"],
        event_id=row["event_id"],
        type=row["type"],
        occurred_at=body["occurred_at"],
        household_seq=body["household_seq"],
        reason=body["reason"],
        warning=body["warning"],
        record=None if record is None else orjson.loads(record),
    )
