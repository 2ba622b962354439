"""Every statement on refused records. All keyed: see `submissions.repository`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.quarantine.domain import Closed, Entry, Key, Open, State
from services.ingest.quarantine.models import quarantine
from shared.db import driver

COLUMNS = (
    "part_id", "line", "feed", "submission_id", "source_id", "superseded_from", "refused_at", "codes", "errors",
    "sealed",
)  # fmt: skip

_WAITS = "SELECT EXISTS (SELECT FROM quarantine WHERE feed = $1 AND closed_at IS NULL)"

_UNCLOSED = """
SELECT part_id, line, source_id, superseded_from FROM quarantine
WHERE feed = $1 AND closed_at IS NULL AND source_id = ANY ($2::text[])
UNION
SELECT part_id, line, source_id, superseded_from
FROM unnest($3::uuid[], $4::int[]) AS named (part_id, line) JOIN quarantine USING (part_id, line)
WHERE feed = $1 AND closed_at IS NULL
"""

_CLOSE = """
WITH held AS (
    SELECT part_id, line, c.index FROM unnest($3::uuid[], $4::int[], $5::int[]) AS c (part_id, line, index)
    JOIN quarantine q USING (part_id, line)
    WHERE q.closed_at IS NULL ORDER BY part_id, line FOR NO KEY UPDATE OF q
)
UPDATE quarantine q SET closed_at = $2, closed_by = $1, closed_by_index = held.index
FROM held WHERE q.part_id = held.part_id AND q.line = held.line
RETURNING q.part_id, q.line
"""

_PAGE = """
SELECT page.* FROM unnest($1::smallint[]) AS wanted (feed)
CROSS JOIN LATERAL (
    SELECT * FROM quarantine
    WHERE feed = wanted.feed AND (part_id, line) > ($2::uuid, $3::int)
      AND ($5::text IS NULL OR $5 = ANY (codes)) AND {state}
    ORDER BY part_id, line LIMIT $4
) AS page
ORDER BY page.part_id, page.line LIMIT $4
"""
_STATES: Mapping[State | None, str] = {
    None: "$6::timestamptz IS NOT NULL",
    "open": "closed_at IS NULL AND sealed IS NOT NULL AND refused_at > $6",
    "closed": "closed_at IS NOT NULL AND $6::timestamptz IS NOT NULL",
    "expired": "closed_at IS NULL AND (sealed IS NULL OR refused_at <= $6)",
}
_START = UUID(int=0)

_TO_DO = """
SELECT feed, count(DISTINCT coalesce(source_id, part_id || '.' || line)) AS records FROM quarantine
WHERE feed = ANY ($1::smallint[]) AND closed_at IS NULL AND sealed IS NOT NULL AND refused_at > $2 GROUP BY feed
"""


async def keep(conn: AsyncConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add refused records; rows as COLUMNS."""
    await (await driver(conn)).copy_records_to_table("quarantine", records=rows, columns=COLUMNS)


async def unclosed(conn: AsyncConnection, feed: int, source_ids: Collection[str], named: Collection[Key]) -> list[Open]:
    """Entries of a feed that nothing has closed and that are of one of these `source_id`s, or named.

    Asked first whether there is any at all: sending a thousand keys for nothing costs ten times as much.
    """
    raw = await driver(conn)
    if not await raw.fetchval(_WAITS, feed):
        return []
    parts, lines = [key.part_id for key in named], [key.line for key in named]
    rows = await raw.fetch(_UNCLOSED, feed, list(source_ids), parts, lines)
    return [Open(Key(r["part_id"], r["line"]), r["source_id"], r["superseded_from"]) for r in rows]


async def close(conn: AsyncConnection, submission_id: UUID, now: datetime, by_key: Mapping[Key, int]) -> set[Key]:
    """Close entries by the records at these indexes of a submission; those that somebody else closed first are left
    out. Locked in the order of their keys, so that two requests wait for each other instead of deadlocking."""
    columns = zip(*((key.part_id, key.line, index) for key, index in by_key.items()), strict=True)
    rows = await (await driver(conn)).fetch(_CLOSE, submission_id, now, *map(list, columns))
    return {Key(row["part_id"], row["line"]) for row in rows}


async def find(conn: AsyncConnection, key: Key) -> Entry | None:
    """One entry."""
    q = quarantine.c
    row = (
        (await conn.execute(select(quarantine).where(q.part_id == key.part_id, q.line == key.line)))
        .mappings()
        .one_or_none()
    )
    return None if row is None else _entry(row)


async def page(
    conn: AsyncConnection,
    feeds: Collection[int],
    after: Key | None,
    limit: int,
    code: str | None,
    state: State | None,
    kept_since: datetime,
) -> list[Entry]:
    """At most `limit` entries of these feeds behind `after`, oldest first; content is kept since `kept_since`."""
    place = after or Key(_START, -1)
    raw, statement = await driver(conn), _PAGE.format(state=_STATES[state])
    rows = await raw.fetch(statement, list(feeds), place.part_id, place.line, limit, code, kept_since)
    return [_entry(row) for row in rows]


async def open_of_submission(
    conn: AsyncConnection, submission_id: UUID, kept_since: datetime, limit: int
) -> list[Entry]:
    """At most `limit` open entries of a submission in the order of its records."""
    q = quarantine.c
    asked = select(quarantine).where(q.submission_id == submission_id, q.closed_at.is_(None))
    kept = asked.where(q.sealed.is_not(None), q.refused_at > kept_since)
    rows = await conn.execute(kept.order_by(q.part_id, q.line).limit(limit))
    return [_entry(row) for row in rows.mappings()]


async def corrected_by(conn: AsyncConnection, submission_id: UUID, first: int, until: int) -> Sequence[tuple[int, Key]]:
    """(index, entry) of each entry that the records of a submission from index `first` up to `until` closed, in the
    order of entries."""
    q = quarantine.c
    asked = select(q.closed_by_index, q.part_id, q.line).where(q.closed_by == submission_id)
    within = q.closed_by_index.between(first, until - 1)
    rows = await conn.execute(asked.where(within).order_by(q.part_id, q.line))
    return [(row.closed_by_index, Key(row.part_id, row.line)) for row in rows]


async def to_do(conn: AsyncConnection, feeds: Collection[int], kept_since: datetime) -> dict[int, int]:
    """How many records of each feed wait to be corrected; refused five times, a record is one. None: left out."""
    rows = await (await driver(conn)).fetch(_TO_DO, list(feeds), kept_since)
    return {row["feed"]: row["records"] for row in rows}


async def drop_content(conn: AsyncConnection, before: datetime) -> int:
    """Drop the content of what was refused until an instant; of how many records."""
    q = quarantine.c
    old = update(quarantine).where(q.refused_at <= before, q.sealed.is_not(None)).values(sealed=None)
    return (await conn.execute(old)).rowcount


def _entry(row: Mapping[Any, Any]) -> Entry:
    by = row["closed_at"] and Closed(row["closed_at"], row["closed_by"], row["closed_by_index"])
    return Entry(
        Key(row["part_id"], row["line"]), row["feed"], row["submission_id"], row["source_id"], row["refused_at"],
        row["errors"], row["sealed"], by,
    )  # fmt: skip
