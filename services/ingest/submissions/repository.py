"""Every statement that stores submissions. Set-based: one statement a question, whatever the batch.

All keyed: the engine of this service runs with sequential scans off and generic plans, because a
plan made while the tables are empty must still be right a million rows later (see `app.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.submissions.domain import Head, Known, Link
from shared.db import driver

Row = tuple[Any, ...]
"""The columns of COLUMNS, in that order."""

Counts = tuple[int, int, int, int, int, int]
"""How many records had each outcome, in the order of Outcome."""

COLUMNS = (
    "part_id", "line", "feed", "source_id", "version", "follows", "confirmed_to", "known_at", "outcome",
    "retracted", "publish", "key", "division_code", "digest", "payload",
)  # fmt: skip
RECEIPT_COLUMNS = ("part_id", "line", "source_id", "outcome", "version", "normalised", "errors")

_KNOWN = """
WITH known AS MATERIALIZED (
    SELECT source_id FROM record_version WHERE feed = $1 AND source_id = ANY ($2::text[]) AND follows = 0
)
SELECT asked.source_id, asked.version AS asked, head.version, head.digest, head.key, head.known_at,
       head.confirmed_to, exact.digest AS exact, before.version AS before, before.digest AS before_digest,
       before.confirmed_to AS before_confirmed_to
FROM known
JOIN unnest($2::text[], $3::bigint[]) AS asked (source_id, version) USING (source_id)
CROSS JOIN LATERAL (
    SELECT version, digest, key, known_at, confirmed_to FROM record_version
    WHERE feed = $1 AND source_id = asked.source_id AND follows IS NOT NULL ORDER BY follows DESC LIMIT 1
) AS head
LEFT JOIN LATERAL (  -- an equality would read the whole chain if the plan is made on an empty table
    SELECT version, digest FROM record_version
    WHERE feed = $1 AND source_id = asked.source_id AND version >= asked.version ORDER BY version LIMIT 1
) AS exact ON exact.version = asked.version
LEFT JOIN LATERAL (
    SELECT version, digest, confirmed_to FROM record_version
    WHERE feed = $1 AND source_id = asked.source_id AND follows < asked.version AND version < asked.version
    ORDER BY follows DESC LIMIT 1
) AS before ON asked.version < head.version
"""

_LOCK = """
SELECT k.source_id, r.confirmed_to FROM unnest($2::text[], $3::bigint[]) AS k (source_id, version)
CROSS JOIN LATERAL (
    SELECT version, confirmed_to FROM record_version
    WHERE feed = $1 AND source_id = k.source_id AND version >= k.version ORDER BY version LIMIT 1 FOR NO KEY UPDATE
) AS r
WHERE r.version = k.version
"""

_CONFIRM = """
UPDATE record_version r SET confirmed_to = k.confirm_to
FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS k (source_id, version, confirm_to)
WHERE r.feed = $1 AND r.source_id = ANY ($2::text[]) AND r.source_id = k.source_id AND r.version = k.version
AND NOT EXISTS (SELECT FROM record_version f WHERE f.feed = $1 AND f.source_id = k.source_id AND f.follows = k.version)
RETURNING r.line
"""

_OPEN = """
WITH opened AS (
    INSERT INTO submission (submission_id, feed, caller, state, sha256, received_at,
                            accepted, corrected, retracted, stale, duplicate, rejected)
    VALUES ($1, $2, $3, 'complete', $4, $5, $6, $7, $8, $9, $10, $11)
)
INSERT INTO part (part_id, submission_id, feed, known_at, publishable, published_at)
VALUES ($12, $1, $2, $5, $13, CASE WHEN $13 = 0 THEN $5 END)
"""

_STORE_NEW = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest($14::int[], $15::text[], $16::bigint[], $17::smallint[], $18::boolean[], $19::text[],
                         $20::text[], $21::bytea[], $22::bytea[])
    AS a (line, source_id, version, outcome, retracted, key, division_code, digest, payload)
), fresh AS MATERIALIZED (
    SELECT NOT EXISTS (SELECT FROM record_version
                       WHERE feed = $2 AND source_id = ANY ($15::text[]) AND follows = 0)
       AND NOT EXISTS (SELECT FROM quarantine
                       WHERE feed = $2 AND source_id = ANY ($15::text[]) AND closed_at IS NULL) AS yes
), opened AS (
    INSERT INTO submission (submission_id, feed, caller, state, sha256, received_at,
                            accepted, corrected, retracted, stale, duplicate, rejected)
    SELECT $1, $2, $3, 'complete', $4, $5, $6, $7, $8, $9, $10, $11 FROM fresh WHERE yes
), parted AS (
    INSERT INTO part (part_id, submission_id, feed, known_at, publishable)
    SELECT $12, $1, $2, $5, $13 FROM fresh WHERE yes
), stored AS (
    INSERT INTO record_version (part_id, line, feed, source_id, version, follows, known_at, outcome, retracted,
                                publish, key, division_code, digest, payload)
    SELECT $12, line, $2, source_id, version, 0, $5, outcome, retracted, true, key, division_code, digest, payload
    FROM asked, fresh WHERE yes ORDER BY source_id
)
SELECT yes FROM fresh
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """A submission with its one part."""

    submission_id: UUID
    part_id: UUID
    feed: int
    caller: str
    sha256: bytes
    received_at: datetime
    counts: Counts
    publishable: int

    def arguments(self) -> tuple[Any, ...]:
        """Parameters $1 … $13 of the statements that open a submission."""
        head = (self.submission_id, self.feed, self.caller, self.sha256, self.received_at)
        return (*head, *self.counts, self.part_id, self.publishable)


async def known(conn: AsyncConnection, feed: int, ids: Sequence[str], versions: Sequence[int]) -> dict[str, Known]:
    """What is stored of these records: the newest of each chain and the versions asked for."""
    found: dict[str, Known] = {}
    for r in await (await driver(conn)).fetch(_KNOWN, feed, ids, versions):
        entry = found.get(r["source_id"])
        if entry is None:
            head = Head(r["version"], r["digest"], r["key"], r["known_at"], r["confirmed_to"])
            entry = found[r["source_id"]] = Known(head)
        if r["exact"] is not None:
            entry.versions[r["asked"]] = r["exact"]
        if r["before"] is not None:
            before = Head(r["before"], r["before_digest"], "", r["known_at"], r["before_confirmed_to"])
            entry.before[r["asked"]] = before
    return found


async def hold(conn: AsyncConnection, feed: int, links: Mapping[str, Link]) -> bool:
    """Lock the chain rows this batch builds on, in the order of `source_id`, and move the confirmation marks.

    False when another request changed one of them since `known`: decide again. A follower that
    another request has stored meanwhile is found here for confirmations, and by the unique index
    on `follows` for new versions.
    """
    raw = await driver(conn)
    ids = sorted(links)
    rows = await raw.fetch(_LOCK, feed, ids, [links[i].version for i in ids])
    if len(rows) != len(ids) or any(r["confirmed_to"] != links[r["source_id"]].confirmed_to for r in rows):
        return False
    moved = [i for i in ids if links[i].confirm_to is not None]
    if not moved:
        return True
    versions, marks = [links[i].version for i in moved], [links[i].confirm_to for i in moved]
    return len(await raw.fetch(_CONFIRM, feed, moved, versions, marks)) == len(moved)


async def store(conn: AsyncConnection, opening: Opening, rows: Sequence[Row], receipt_lines: Sequence[Row]) -> None:
    """Write a submission, its part, its record versions and what its receipt says beyond them.

    asyncpg.UniqueViolationError when another request stored the same version, or decided on the
    same chain row, first. `rows` are written by (source_id, version) so that two batches with the
    same keys wait for each other instead of deadlocking.
    """
    raw = await driver(conn)
    await raw.execute(_OPEN, *opening.arguments())
    if rows:
        ordered = sorted(rows, key=_by_key)
        await raw.copy_records_to_table("record_version", records=ordered, columns=COLUMNS)
    if receipt_lines:
        await raw.copy_records_to_table("receipt_line", records=receipt_lines, columns=RECEIPT_COLUMNS)


async def store_new(conn: AsyncConnection, opening: Opening, rows: Iterable[Row]) -> bool:
    """The same in one round trip for a few records that are all new; False, and nothing written, when one of them
    is known or waits in the quarantine. Same error as `store` when another request is faster."""
    return bool(await (await driver(conn)).fetchval(_STORE_NEW, *opening.arguments(), *_columns(rows)))


async def store_new_at_once(engine: AsyncEngine, opening: Opening, rows: Iterable[Row]) -> bool:
    """`store_new` as a transaction of its own, committed when this returns: PostgreSQL makes one of a single
    statement, and asking for it with BEGIN and COMMIT would be two round trips more for each single record."""
    async with engine.connect() as conn:
        raw: Any = (await conn.get_raw_connection()).driver_connection
        try:
            return bool(await raw.fetchval(_STORE_NEW, *opening.arguments(), *_columns(rows)))
        finally:
            if raw.is_closed():  # the pool did not see it die and would give it to the next
                await conn.invalidate()


def _columns(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    columns = list(zip(*rows, strict=True))
    return [columns[i] for i in _NEW_COLUMNS]


_NEW_COLUMNS = tuple(
    COLUMNS.index(name)
    for name in (
        "line", "source_id", "version", "outcome", "retracted", "key", "division_code", "digest", "payload",
    )
)  # fmt: skip


def _by_key(row: Row) -> tuple[str, int]:
    return row[3], row[4]
