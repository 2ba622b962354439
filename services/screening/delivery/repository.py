"""The statements of the change feed: numbered outbox rows, with what filters need beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.delivery.domain import Change
from shared.db import driver
from shared.events.topics import WARNINGS

_NEWEST = "SELECT coalesce(max(position), 0) FROM outbox_position"
_CHANGES = """
SELECT o.position, c.event_id, c.type, o.value, CASE WHEN c.type = 'superseded' THEN w.superseded_by::text END AS record
FROM outbox o
JOIN warning_change c ON c.event_id = o.event_id
JOIN warning w ON w.warning_id = c.warning_id
WHERE o.position > $1 AND o.position <= $2 AND o.topic = $3 AND c.division_code LIKE $4
    AND ($5::text[] IS NULL OR c.rule_code = ANY($5)) AND ($6::text[] IS NULL OR c.severity = ANY($6))
ORDER BY o.position
LIMIT $7
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


async def changes(conn: AsyncConnection, wanted: Filter, after: int, until: int, limit: int) -> list[Change]:
    """The first `limit` changes with after < position ≤ until, as they were put on the bus."""
    rows = await (await driver(conn)).fetch(
        _CHANGES, after, until, WARNINGS, f"{wanted.division_prefix}%", wanted.rules, wanted.severities, limit
    )
    return [_change(row) for row in rows]


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
