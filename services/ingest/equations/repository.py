"""Every statement on equations. What they count is found by its submissions, never by looking through all record
versions; both sides of an equation are read by one statement, so that they are of one moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.deliveries.repository import SELECTED
from services.ingest.equations.domain import Equation, Found, Scope, Target, Word
from services.ingest.equations.models import incident
from services.ingest.tally.domain import OUTCOMES
from shared.db import driver

OF_DAY = "feed = $1 AND $2::text IS NOT NULL AND received_at >= $3 AND received_at < $4"
CONDITIONS = {"received_on": OF_DAY, **SELECTED}
"""Conditions on `submission` by attribution; parameters: feed, name, two instants."""
EXAMPLES = 10

_STORED, _OTHERS = OUTCOMES[:4], OUTCOMES[4:]
_REST = ("stored", "acknowledged", "waiting", "kept", "unsent", "uncounted")


def _counts(condition: str, words: Sequence[str], first: int) -> str:
    made = (f"count(*) FILTER (WHERE {condition.format(n=n)}) AS {word}" for n, word in enumerate(words, first))
    return ", ".join(made)


def _sums(words: Iterable[str]) -> str:
    return ", ".join(f"coalesce(sum({word}), 0)::bigint AS {word}" for word in words)


_FIND = f"""
WITH told AS MATERIALIZED (
    SELECT submission_id, {", ".join(OUTCOMES)} FROM submission WHERE {{condition}}
), parts AS MATERIALIZED (
    SELECT p.part_id, p.submission_id, p.publishable, p.reinstated, p.published_at, p.first_line + p.lines AS until,
           p.position IS NULL OR p.position > (SELECT position FROM tally_cursor WHERE one = 1) AS uncounted,
           (SELECT coalesce(sum((run ->> 2)::bigint), 0) FROM jsonb_array_elements(p.runs) AS run) AS acknowledged
    FROM told JOIN part p USING (submission_id)
), sent AS (
    SELECT submission_id, sum(publishable) AS publishable, sum(reinstated) AS reinstated,
           sum(acknowledged) AS acknowledged,
           coalesce(sum(publishable) FILTER (WHERE published_at IS NULL), 0) AS waiting,
           coalesce(sum(publishable) FILTER (WHERE published_at IS NULL AND uncounted), 0) AS unsent,
           count(*) FILTER (WHERE uncounted) AS uncounted
    FROM parts GROUP BY submission_id
), versions AS (
    SELECT p.submission_id, count(*) AS stored, count(*) FILTER (WHERE line >= until) AS reinstated,
           count(*) FILTER (WHERE NOT publish) AS kept,
           {_counts("line < until AND outcome = {n}", _STORED, 1)}
    FROM parts p JOIN record_version USING (part_id) GROUP BY p.submission_id
), others AS (
    SELECT p.submission_id, {_counts("outcome = {n}", _OTHERS, 5)}
    FROM parts p JOIN receipt_line USING (part_id) WHERE outcome >= 5 GROUP BY p.submission_id
), one AS (
    SELECT submission_id, {", ".join(f"t.{w}" for w in OUTCOMES)},
           {", ".join(f"coalesce(v.{w}, 0) AS {w}_lines" for w in _STORED)},
           {", ".join(f"coalesce(o.{w}, 0) AS {w}_lines" for w in _OTHERS)},
           coalesce(v.stored, 0) AS stored, coalesce(v.reinstated, 0) AS reinstated, coalesce(v.kept, 0) AS kept,
           coalesce(s.publishable, 0) AS publishable, coalesce(s.reinstated, 0) AS to_reinstate,
           coalesce(s.acknowledged, 0) AS acknowledged, coalesce(s.waiting, 0) AS waiting,
           coalesce(s.unsent, 0) AS unsent, coalesce(s.uncounted, 0) AS uncounted
    FROM told t LEFT JOIN sent s USING (submission_id)
    LEFT JOIN versions v USING (submission_id) LEFT JOIN others o USING (submission_id)
), judged AS (
    SELECT *, ({", ".join(OUTCOMES)}) <> ({", ".join(f"{w}_lines" for w in OUTCOMES)}) AS misreceipted,
           stored <> acknowledged + waiting + kept OR stored <> publishable + kept OR reinstated <> to_reinstate
           AS misstored
    FROM one
)
SELECT count(*) AS submissions,
       {_sums((*OUTCOMES, *(f"{w}_lines" for w in OUTCOMES), *_REST))},
       count(*) FILTER (WHERE misreceipted) AS misreceipted, count(*) FILTER (WHERE misstored) AS misstored,
       (array_agg(submission_id ORDER BY submission_id) FILTER (WHERE misreceipted))[1:{EXAMPLES}] AS misreceipted_in,
       (array_agg(submission_id ORDER BY submission_id) FILTER (WHERE misstored))[1:{EXAMPLES}] AS misstored_in
FROM judged
"""


@dataclass(frozen=True, slots=True)
class Incident:
    """An equation that failed, and when it held again."""

    incident_id: UUID
    feed: int
    scope: Scope
    name: str
    equation: Word
    expected: int
    found: int
    submissions: Sequence[UUID]
    opened_at: datetime
    seen_at: datetime
    resolved_at: datetime | None


async def find(conn: AsyncConnection, feed: int, attribution: str, name: str, start: datetime, end: datetime) -> Found:
    """What the tables hold of the submissions that an attribution (CONDITIONS) selects."""
    statement = _FIND.format(condition=CONDITIONS[attribution])
    row: Any = await (await driver(conn)).fetchrow(statement, feed, name, start, end)
    return Found(
        submissions=row["submissions"],
        counts=tuple(row[word] for word in OUTCOMES),
        lines=tuple(row[f"{word}_lines"] for word in OUTCOMES),
        misreceipted=(row["misreceipted"], row["misreceipted_in"] or ()),
        misstored=(row["misstored"], row["misstored_in"] or ()),
        **{name: row[name] for name in _REST},
    )


async def failing(conn: AsyncConnection, target: Target) -> dict[str, UUID]:
    """Ids of a target's open incidents, by equation."""
    i = incident.c
    asked = sa.select(i.equation, i.incident_id).where(
        i.feed == target.feed, i.scope == target.scope, i.name == target.name, i.resolved_at.is_(None)
    )
    return {row.equation: row.incident_id for row in await conn.execute(asked)}


async def open_(conn: AsyncConnection, opened: Incident) -> None:
    """Store an incident."""
    values = {name: getattr(opened, name) for name in incident.c.keys()}  # noqa: SIM118 - not a mapping
    await conn.execute(sa.insert(incident).values(values))


async def see(conn: AsyncConnection, incident_id: UUID, one: Equation, now: datetime) -> None:
    """It still fails, so."""
    seen = sa.update(incident).where(incident.c.incident_id == incident_id)
    values = {
        "expected": one.expected,
        "found": one.found,
        "submissions": list(one.submissions),
        "seen_at": now,
    }
    await conn.execute(seen.values(values))


async def resolve(conn: AsyncConnection, incident_ids: Sequence[UUID], now: datetime) -> None:
    """They hold again."""
    resolved = sa.update(incident).where(incident.c.incident_id.in_(incident_ids))
    await conn.execute(resolved.values(resolved_at=now))


async def incidents(
    conn: AsyncConnection, feeds: Sequence[int], *, is_open: bool | None, below: UUID | None, limit: int
) -> list[Incident]:
    """Incidents of these feeds, the last first."""
    i = incident.c
    asked = sa.select(incident).where(i.feed.in_(feeds)).order_by(i.incident_id.desc()).limit(limit)
    if is_open is not None:
        asked = asked.where(i.resolved_at.is_(None) if is_open else i.resolved_at.is_not(None))
    if below is not None:
        asked = asked.where(i.incident_id < below)
    return [Incident(*row) for row in await conn.execute(asked)]


async def count_open(conn: AsyncConnection) -> dict[str, int]:
    """Open incidents by equation."""
    i = incident.c
    asked = sa.select(i.equation, sa.func.count()).where(i.resolved_at.is_(None)).group_by(i.equation)
    return {row[0]: row[1] for row in await conn.execute(asked)}
