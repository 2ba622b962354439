"""The statement that keeps people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver

_KEEP = """
INSERT INTO person (person_key, sealed, digest, as_of)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[])
ON CONFLICT (person_key) DO UPDATE
SET sealed = excluded.sealed, digest = excluded.digest, as_of = excluded.as_of
WHERE person.digest <> excluded.digest AND person.as_of <= excluded.as_of
"""


async def keep(conn: AsyncConnection, rows: Sequence[tuple[str, str, bytes, int]]) -> None:
    """Add or rename people; `rows` are (person_key, sealed, digest, as_of), one a person, sorted by key
    so that two requests that name the same people wait for each other instead of deadlocking."""
    await (await driver(conn)).execute(_KEEP, *map(list, zip(*rows, strict=True)))
