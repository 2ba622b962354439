"""Every statement of the projection: locks, versions, household attributes, arrivals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import driver
from shared.versions.domain import Piece
from shared.versions.rows import Row

BASE = Row._fields
COLUMNS = [*BASE, "piece", "visible_from", "visible_to", "holds_to"]
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


async def replace(
    conn: AsyncConnection, kind: int, known: Sequence[str], rows: Iterable[tuple[Row, list[Piece]]]
) -> None:
    """Write the rectangles of records; those in `known` had some before and are written anew."""
    db = await driver(conn)
    if known:
        await db.execute("DELETE FROM record_version WHERE kind = $1 AND source_id = ANY($2::text[])", kind, known)
    records = [
        (*row, index, piece.visible_from, piece.visible_to, piece.holds_to)
        for row, pieces in rows
        for index, piece in enumerate(pieces)
    ]
    await db.copy_records_to_table(f"record_version_{kind}", records=records, columns=COLUMNS)


async def add_households(conn: AsyncConnection, states: Sequence[Any], members: Sequence[Any]) -> None:
    """Store the attributes and members of new household versions."""
    db = await driver(conn)
    await db.copy_records_to_table("household_state", records=states, columns=STATE)
    await db.copy_records_to_table("member", records=members, columns=MEMBER)


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


async def banner_of_persons(conn: AsyncConnection, persons: Sequence[str]) -> dict[str, str]:
    """A person's division as the newest household version naming them says it."""
    db = await driver(conn)
    found = await db.fetch(
        """SELECT DISTINCT ON (m.person_key) m.person_key, v.division_code
           FROM member m JOIN record_version v ON v.kind = 17 AND v.source_id = m.source_id AND v.version = m.version
           WHERE m.person_key = ANY($1::text[]) AND v.division_code IS NOT NULL
           ORDER BY m.person_key, v.effective_on DESC, v.version DESC""",
        persons,
    )
    return {record[0]: record[1] for record in found}


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
