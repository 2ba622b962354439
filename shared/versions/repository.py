"""Every statement of the projection: locks, versions, household attributes, arrivals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver
from shared.versions.domain import Piece
from shared.versions.models import UNPLACED
from shared.versions.rows import Row

BASE = ["count" if name == "counted" else name for name in Row._fields]
COLUMNS = [*BASE, "piece", "visible_from", "visible_to", "holds_to", "first_known_at"]
STATE = [
    "source_id",
    "version",
    "base_status",
    "lifted_year",
    "policy_entitled",
    "resettlement",
    "resettled_site",
    "no_labour_household",
]
MEMBER = [
    "source_id",
    "version",
    "person_key",
    "household_no",
    "relation",
    "labour",
    "insurance_exempt",
    "birth_on",
    "sealed",
]
Cut = tuple[Row, list[Piece], datetime]
"""A version, its rectangles, and when its record was first known."""
COVERED = ["kind", "source_id", "version", "person_key"]


async def lock_persons(conn: AsyncConnection, keys: Sequence[str]) -> None:
    """Insert or lock the person rows in key order: two workers that share a person take turns."""
    db = await driver(conn)
    ordered = sorted(keys)
    await db.execute("INSERT INTO person SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", ordered)
    await db.execute(
        "SELECT 1 FROM person WHERE person_key = ANY($1::text[]) ORDER BY person_key FOR NO KEY UPDATE", ordered
    )


async def lock_households(conn: AsyncConnection, numbers: Sequence[str]) -> None:
    """Insert or lock the household rows in key order (after the persons, always)."""
    db = await driver(conn)
    ordered = sorted(numbers)
    await db.execute("INSERT INTO household SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", ordered)
    await db.execute(
        "SELECT 1 FROM household WHERE household_no = ANY($1::text[]) ORDER BY household_no FOR NO KEY UPDATE", ordered
    )


async def versions_of(conn: AsyncConnection, kind: int, source_ids: Sequence[str]) -> list[Row]:
    """All stored versions of these records, each once."""
    db = await driver(conn)
    columns = ", ".join(f'"{c}"' for c in BASE)
    found = await db.fetch(
        f"SELECT {columns} FROM record_version WHERE kind = $1 AND source_id = ANY($2::text[]) AND piece = 0",
        kind,
        source_ids,
    )
    return [Row(*record) for record in found]


async def replace(conn: AsyncConnection, kind: int, known: Sequence[str], rows: Iterable[Cut]) -> None:
    """Write the rectangles of records; those in `known` had some before and are written anew."""
    db = await driver(conn)
    if known:
        await db.execute("DELETE FROM record_version WHERE kind = $1 AND source_id = ANY($2::text[])", kind, known)
    records = [
        (*row, index, piece.visible_from, piece.visible_to, piece.holds_to, first_known_at)
        for row, pieces, first_known_at in rows
        for index, piece in enumerate(pieces)
    ]
    await db.copy_records_to_table(f"record_version_{kind}", records=records, columns=COLUMNS)


async def add_households(conn: AsyncConnection, states: Sequence[Any], members: Sequence[Any]) -> None:
    """Store the attributes and members of new household versions."""
    db = await driver(conn)
    await db.copy_records_to_table("household_state", records=states, columns=STATE)
    await db.copy_records_to_table("member", records=members, columns=MEMBER)


async def add_covered(conn: AsyncConnection, rows: Sequence[Any]) -> None:
    """Store whom new versions cover."""
    db = await driver(conn)
    await db.copy_records_to_table("covered", records=rows, columns=COVERED)


async def covered_by(conn: AsyncConnection, kind: int, source_ids: Sequence[str]) -> list[tuple[str, str]]:
    """(source_id, person) for everybody whom any stored version of these records ever covered."""
    db = await driver(conn)
    found = await db.fetch(
        "SELECT DISTINCT source_id, person_key FROM covered WHERE kind = $1 AND source_id = ANY($2::text[])",
        kind,
        source_ids,
    )
    return [(record[0], record[1]) for record in found]


async def members_of(conn: AsyncConnection, numbers: Sequence[str]) -> set[str]:
    """Everybody whom any version of these households ever named."""
    db = await driver(conn)
    found = await db.fetch("SELECT DISTINCT person_key FROM member WHERE household_no = ANY($1::text[])", numbers)
    return {record[0] for record in found}


async def households_naming(conn: AsyncConnection, persons: Sequence[str]) -> list[tuple[str, str]]:
    """(person, household) for every household that any version ever named the person in."""
    db = await driver(conn)
    found = await db.fetch(
        "SELECT DISTINCT person_key, household_no FROM member WHERE person_key = ANY($1::text[])", persons
    )
    return [(record[0], record[1]) for record in found]


async def add_arrivals(conn: AsyncConnection, arrivals: Iterable[tuple[int, str, datetime]]) -> None:
    """Note that (kind, banner) delivered in this hour; one row an hour, so that workers do not meet on it."""
    db = await driver(conn)
    ordered = sorted(arrivals)
    await db.execute(
        """INSERT INTO feed_arrival (kind, banner_code, known_hour)
           SELECT * FROM unnest($1::int[], $2::text[], $3::timestamptz[]) ON CONFLICT DO NOTHING""",
        [a[0] for a in ordered],
        [a[1] for a in ordered],
        [a[2] for a in ordered],
    )


async def count_applied(conn: AsyncConnection, added: Mapping[tuple[int, str], int]) -> None:
    """Add to the number of versions applied by (kind, banner or UNPLACED).

    Each connection adds in one of 64 rows, so that workers rarely wait for one another; who reads sums up.
    """
    db = await driver(conn)
    ordered = sorted(added.items())
    await db.execute(
        """INSERT INTO applied_count (kind, banner_code, slot, versions)
           SELECT kind, banner_code, pg_backend_pid() % 64, versions
           FROM unnest($1::smallint[], $2::text[], $3::bigint[]) AS added (kind, banner_code, versions)
           ON CONFLICT (kind, banner_code, slot) DO UPDATE SET versions = applied_count.versions + excluded.versions""",
        [kind for (kind, _), _ in ordered],
        [banner for (_, banner), _ in ordered],
        [versions for _, versions in ordered],
    )


async def add_claims(conn: AsyncConnection, claims: Sequence[tuple[int, str, datetime, int, int]]) -> None:
    """Keep claims (kind, banner, hour, published, unplaced) that say more than the arrivals do."""
    db = await driver(conn)
    await db.execute(
        """INSERT INTO freshness_claim (kind, banner_code, last_hour, published, unplaced)
           SELECT c.* FROM unnest($1::smallint[], $2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[])
               AS c (kind, banner_code, last_hour, published, unplaced)
           WHERE NOT EXISTS (SELECT FROM feed_arrival a WHERE a.kind = c.kind AND a.banner_code = c.banner_code
                             AND a.known_hour = c.last_hour)
           ON CONFLICT DO NOTHING""",
        *[list(column) for column in zip(*claims, strict=True)],
    )


async def settle_claims(conn: AsyncConnection, kinds: Sequence[int] | None) -> list[tuple[int, str, datetime]]:
    """Turn claims into arrivals where enough versions are applied; the arrivals that are new. A claim
    that another worker is settling is left to it, and to the next time."""
    db = await driver(conn)
    return [(record[0], record[1], record[2]) for record in await db.fetch(_SETTLE, kinds)]


_CLAIM = "kind, banner_code, last_hour, published, unplaced"
_SETTLE = f"""
WITH pending AS MATERIALIZED (
    SELECT {_CLAIM} FROM freshness_claim WHERE $1::smallint[] IS NULL OR kind = ANY ($1::smallint[])
), applied AS MATERIALIZED (
    SELECT kind, banner_code, sum(versions) AS versions FROM applied_count
    WHERE kind IN (SELECT kind FROM pending) GROUP BY kind, banner_code
), ripe AS MATERIALIZED (
    SELECT p.* FROM pending p
    LEFT JOIN applied a ON a.kind = p.kind AND a.banner_code = p.banner_code
    LEFT JOIN applied u ON u.kind = p.kind AND u.banner_code = '{UNPLACED}'
    WHERE coalesce(a.versions, 0) >= p.published AND coalesce(u.versions, 0) >= p.unplaced
), taken AS MATERIALIZED (
    SELECT {_CLAIM} FROM freshness_claim c JOIN ripe USING ({_CLAIM}) FOR UPDATE OF c SKIP LOCKED
), done AS (
    DELETE FROM freshness_claim WHERE ({_CLAIM}) IN (SELECT {_CLAIM} FROM taken)
)
INSERT INTO feed_arrival (kind, banner_code, known_hour)
SELECT DISTINCT kind, banner_code, last_hour FROM taken ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING RETURNING kind, banner_code, known_hour
"""
