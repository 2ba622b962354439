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

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.intake.models import submission
from services.ingest.outcomes.domain import Counts, Held, Known, Reinstated
from shared.db import driver

Row = tuple[Any, ...]
"""The columns of COLUMNS, in that order."""

COLUMNS = (
    "part_id", "line", "feed", "source_id", "version", "follows", "known_at", "outcome", "retracted", "key",
    "division_code", "digest", "payload",
)  # fmt: skip
RECEIPT_COLUMNS = ("part_id", "line", "source_id", "outcome", "version", "normalised", "errors")
REPEAT_COLUMNS = ("feed", "source_id", "version", "effective_on", "part_id", "line")

_KNOWN = """
WITH known AS MATERIALIZED (
    SELECT source_id FROM record_version WHERE feed = $1 AND source_id = ANY ($2::text[]) AND follows = 0
)
SELECT asked.source_id, head.version, head.digest, head.key, head.known_at,
       near.version AS near, near.digest AS near_digest, near.key AS near_key,
       below.version AS below, below.digest AS below_digest, below.key AS below_key, repeat.version AS repeat
FROM known
JOIN unnest($2::text[], $3::bigint[]) AS asked (source_id, version) USING (source_id)
CROSS JOIN LATERAL (
    SELECT version, digest, key, known_at FROM record_version
    WHERE feed = $1 AND source_id = asked.source_id ORDER BY version DESC LIMIT 1
) AS head
LEFT JOIN LATERAL (  -- an equality would read the whole history if the plan is made on an empty table
    SELECT version, digest, key FROM record_version
    WHERE asked.version < head.version AND feed = $1 AND source_id = asked.source_id AND version >= asked.version
    ORDER BY version LIMIT 1
) AS near ON true
LEFT JOIN LATERAL (
    SELECT version, digest, key FROM record_version
    WHERE asked.version < head.version AND feed = $1 AND source_id = asked.source_id AND version < asked.version
    ORDER BY version DESC LIMIT 1
) AS below ON true
LEFT JOIN LATERAL (
    SELECT version FROM confirmation
    WHERE asked.version <> head.version AND feed = $1 AND source_id = asked.source_id AND version >= asked.version
    ORDER BY version LIMIT 1
) AS repeat ON true
"""

_LOCK = """
SELECT FROM record_version
WHERE feed = $1 AND source_id = ANY ($2::text[]) AND follows = 0 ORDER BY source_id FOR NO KEY UPDATE
"""

_CONTENTS = """
WITH gone AS (
    DELETE FROM confirmation c USING unnest($2::text[], $3::bigint[]) AS k (source_id, version)
    WHERE c.feed = $1 AND c.source_id = ANY ($2::text[]) AND c.source_id = k.source_id AND c.version = k.version
    RETURNING c.source_id, c.version, c.effective_on, c.part_id, c.line
)
SELECT gone.source_id, gone.version, gone.effective_on, gone.line, part.submission_id,
       r.key, r.retracted, r.division_code, r.digest, r.payload
FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS asked (source_id, version, content)
JOIN gone USING (source_id, version)
JOIN part USING (part_id)
JOIN record_version r ON r.feed = $1 AND r.source_id = asked.source_id AND r.version = asked.content
"""

_SUBMISSION = """
INSERT INTO submission (submission_id, feed, caller, state, sha256, received_at,
                        accepted, corrected, retracted, stale, duplicate, rejected, origin, delivery)
"""

_OPEN = f"""
WITH opened AS (
    {_SUBMISSION}
    VALUES ($1, $2, $3, 'complete', $4, $5, $6, $7, $8, $9, $10, $11, $15, $16)
)
INSERT INTO part (part_id, submission_id, feed, known_at, publishable, lines, reinstated, published_at)
VALUES ($12, $1, $2, $17, $13, $14, $18, CASE WHEN $13::int = 0 THEN $17::timestamptz END)
"""

_STORE_NEW = f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest($18::int[], $19::text[], $20::bigint[], $21::smallint[], $22::boolean[], $23::text[],
                         $24::text[], $25::bytea[], $26::bytea[])
    AS a (line, source_id, version, outcome, retracted, key, division_code, digest, payload)
), fresh AS MATERIALIZED (
    SELECT NOT EXISTS (SELECT FROM record_version
                       WHERE feed = $2 AND source_id = ANY ($19::text[]) AND follows = 0)
       AND NOT EXISTS (SELECT FROM quarantine
                       WHERE feed = $2 AND source_id = ANY ($19::text[]) AND closed_at IS NULL) AS yes
), opened AS (
    {_SUBMISSION}
    SELECT $1, $2, $3, 'complete', $4, $5, $6, $7, $8, $9, $10, $11, $15, $16 FROM fresh WHERE yes
), parted AS (
    INSERT INTO part (part_id, submission_id, feed, known_at, publishable, lines)
    SELECT $12, $1, $2, $17, $13, $14 FROM fresh WHERE yes
), stored AS (
    INSERT INTO record_version (part_id, line, feed, source_id, version, follows, known_at, outcome, retracted,
                                key, division_code, digest, payload)
    SELECT $12, line, $2, source_id, version, 0, $17, outcome, retracted, key, division_code, digest, payload
    FROM asked, fresh WHERE yes ORDER BY source_id
)
SELECT yes FROM fresh
"""

_BEGIN = """
INSERT INTO submission (submission_id, feed, caller, state, sha256, received_at, origin, delivery, claim,
                        accepted, corrected, retracted, stale, duplicate, rejected)
VALUES ($1, $2, $3, 'receiving', $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0)
"""

_ADD_PART = """
WITH moved AS (
    UPDATE submission
    SET accepted = accepted + $6, corrected = corrected + $7, retracted = retracted + $8, stale = stale + $9,
        duplicate = duplicate + $10, rejected = rejected + $11
    WHERE submission_id = $1 AND state = 'receiving'
    AND accepted + corrected + retracted + stale + duplicate + rejected = $3
    RETURNING submission_id
)
INSERT INTO part (part_id, submission_id, feed, known_at, publishable, lines, reinstated, first_line, published_at)
SELECT $2, submission_id, $4, $5, $12, $13, $14, $3, CASE WHEN $12::int = 0 THEN $5::timestamptz END FROM moved
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """A part as it is opened. `submission` is (submission_id, feed, caller, sha256, received_at, origin, delivery)."""

    submission: tuple[UUID, int, str, bytes, datetime, str, str | None]
    part_id: UUID
    known_at: datetime
    first_line: int
    lines: int
    counts: Counts
    publishable: int
    reinstated: int

    def with_submission(self) -> Row:
        """Parameters $1 … $17 of the statements that open a submission of one part."""
        *head, origin, delivery = self.submission
        return (
            *head, *self.counts, self.part_id, self.publishable, self.lines, origin, delivery, self.known_at,
        )  # fmt: skip


async def known(conn: AsyncConnection, feed: int, asked: Sequence[tuple[str, int]]) -> dict[str, Known]:
    """What is stored of these records around the versions asked for, (source_id, version)."""
    ids, versions = zip(*asked, strict=True) if asked else ((), ())
    found: dict[str, Known] = {}
    for r in await (await driver(conn)).fetch(_KNOWN, feed, ids, versions):
        entry = found.get(r["source_id"])
        if entry is None:
            head = Held(r["version"], r["digest"], r["key"], r["version"])
            entry = found[r["source_id"]] = Known(head, r["known_at"])
        for name in ("near", "below"):
            if (version := r[name]) is not None:
                entry.near[version] = Held(version, r[f"{name}_digest"], r[f"{name}_key"], version)
        if r["repeat"] is not None:
            entry.repeats.add(r["repeat"])
    return found


async def hold(
    conn: AsyncConnection, feed: int, asked: Sequence[tuple[str, int]], expected: Mapping[str, Known]
) -> bool:
    """Lock these records, by their first versions in the order of `source_id`, until the transaction ends; False when
    what `known` said of them is no longer so: decide again. Whatever adds to a stored record holds it."""
    await (await driver(conn)).execute(_LOCK, feed, sorted(expected))
    return await known(conn, feed, asked) == expected


async def open_with_part(conn: AsyncConnection, opening: Opening) -> None:
    """A submission of one part, complete."""
    await (await driver(conn)).execute(_OPEN, *opening.with_submission(), opening.reinstated)


async def begin(conn: AsyncConnection, columns: Row, claim: bytes | None) -> None:
    """A submission that is receiving, still empty; the columns as in `Opening`."""
    await (await driver(conn)).execute(_BEGIN, *columns, claim)


async def end(conn: AsyncConnection, submission_id: UUID, state: str) -> bool:
    """Give a submission that is receiving its state; False when it is not receiving."""
    receiving = submission.c.submission_id == submission_id, submission.c.state == "receiving"
    return (await conn.execute(update(submission).where(*receiving).values(state=state))).rowcount == 1


async def add_part(conn: AsyncConnection, opening: Opening) -> bool:
    """The next part of a submission that is receiving; False when it is not, or its next record is another one."""
    status: str = await (await driver(conn)).execute(
        _ADD_PART, opening.submission[0], opening.part_id, opening.first_line, opening.submission[1], opening.known_at,
        *opening.counts, opening.publishable, opening.lines, opening.reinstated,
    )  # fmt: skip
    return status == "INSERT 0 1"


async def store(
    conn: AsyncConnection, rows: Sequence[Row], repeats: Sequence[Row], receipt_lines: Sequence[Row]
) -> None:
    """Write a part's record versions, repeats (REPEAT_COLUMNS), and what its receipt says beyond them.

    asyncpg.UniqueViolationError when another request stored one of the records first. `rows` are written by
    (source_id, version) so that two batches with the same keys wait for each other instead of deadlocking.
    """
    raw = await driver(conn)
    if rows:
        ordered = sorted(rows, key=_by_key)
        await raw.copy_records_to_table("record_version", records=ordered, columns=COLUMNS)
    if repeats:
        await raw.copy_records_to_table("confirmation", records=repeats, columns=REPEAT_COLUMNS)
    if receipt_lines:
        await raw.copy_records_to_table("receipt_line", records=receipt_lines, columns=RECEIPT_COLUMNS)


async def take_repeats(conn: AsyncConnection, feed: int, wanted: Sequence[Reinstated]) -> dict[tuple[str, int], Any]:
    """Repeats that become versions, no longer remembered as such, by (source_id, version): effective_on; submission_id
    and line where each was received; key, retracted, division_code, digest, payload of the version with its content."""
    columns = [list(column) for column in zip(*((w.source_id, w.version, w.content) for w in wanted), strict=True)]
    rows = await (await driver(conn)).fetch(_CONTENTS, feed, *columns)
    return {(row["source_id"], row["version"]): row for row in rows}


async def store_new(conn: AsyncConnection, opening: Opening, rows: Iterable[Row]) -> bool:
    """The same in one round trip for a few records that are all new; False, and nothing written, when one of them
    is known or waits in the quarantine. Same error as `store` when another request is faster."""
    return bool(await (await driver(conn)).fetchval(_STORE_NEW, *opening.with_submission(), *_columns(rows)))


async def store_new_at_once(engine: AsyncEngine, opening: Opening, rows: Iterable[Row]) -> bool:
    """`store_new` as a transaction of its own, committed when this returns: PostgreSQL makes one of a single
    statement, and asking for it with BEGIN and COMMIT would be two round trips more for each single record."""
    async with engine.connect() as conn:
        raw: Any = (await conn.get_raw_connection()).driver_connection
        try:
            return bool(await raw.fetchval(_STORE_NEW, *opening.with_submission(), *_columns(rows)))
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
