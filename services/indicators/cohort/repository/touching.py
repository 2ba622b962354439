"""Which households and banners a record touches, and which records became known between two instants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort.domain import CERTIFICATE, RecordRef
from services.indicators.cohort.repository.listing import reference
from shared.db import driver


async def drop_disability(conn: AsyncConnection, source_ids: Sequence[str]) -> None:
    """Forget category and grade of these certificates: that there is one is all that an indicator asks."""
    db = await driver(conn)
    await db.execute(
        """UPDATE record_version_13 SET grade = NULL, reason = NULL
           WHERE kind = $1 AND source_id = ANY($2::text[]) AND (grade IS NOT NULL OR reason IS NOT NULL)""",
        CERTIFICATE,
        list(source_ids),
    )


async def heard(conn: AsyncConnection, places: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of these feeds and banners (kind, 12 digits) that were heard of already."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT asked.kind, asked.banner FROM unnest($1::int[], $2::text[]) AS asked (kind, banner)
           WHERE EXISTS (SELECT 1 FROM feed_arrival a WHERE a.kind = asked.kind AND a.banner_code = asked.banner)""",
        [kind for kind, _ in places],
        [banner for _, banner in places],
    )
    return {(row["kind"], row["banner"]) for row in rows}


async def banners_of(conn: AsyncConnection, households: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Household → the banners (six digits) that any of its versions ever placed it in."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT DISTINCT v.household_no, left(v.division_code, 6) AS banner FROM record_version_17 v
           WHERE v.household_no = ANY($1::text[]) AND v.division_code IS NOT NULL""",
        list(households),
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row["household_no"]].add(row["banner"])
    return {household: frozenset(banners) for household, banners in found.items()}


async def divisions_of(
    conn: AsyncConnection, records: Collection[tuple[int, str]]
) -> Mapping[tuple[int, str], frozenset[str]]:
    """Record (kind, source_id) → the banners (six digits) that any of its versions says itself."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT DISTINCT v.kind, v.source_id, left(v.division_code, 6) AS banner
           FROM unnest($1::int[], $2::text[]) AS asked (kind, source_id)
           JOIN record_version v ON v.kind = asked.kind AND v.source_id = asked.source_id
           WHERE v.division_code IS NOT NULL""",
        [kind for kind, _ in records],
        [source_id for _, source_id in records],
    )
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in rows:
        found[row["kind"], row["source_id"]].add(row["banner"])
    return {record: frozenset(banners) for record, banners in found.items()}


class Reached(NamedTuple):
    """A record version and one household that some version of the record is about, or a person whom it is about."""

    household_no: str | None
    person_key: str | None
    record: RecordRef


# A household record is about everybody it ever named; a person's record about the person and about every household
# that ever named the person.
_REACHED = """
, record AS MATERIALIZED (
    SELECT DISTINCT a.kind, a.source_id, v.subject_key, v.household_no
    FROM asked a JOIN record_version v ON v.kind = a.kind AND v.source_id = a.source_id
),
person AS MATERIALIZED (
    SELECT r.kind, r.source_id, r.subject_key AS person_key FROM record r WHERE r.subject_key IS NOT NULL
    UNION
    SELECT r.kind, r.source_id, p.person_key
    FROM record r JOIN member p ON p.source_id = r.source_id WHERE r.kind = 17
),
reached AS (
    SELECT r.kind, r.source_id, r.household_no, NULL::text AS person_key FROM record r WHERE r.household_no IS NOT NULL
    UNION
    SELECT q.kind, q.source_id, p.household_no, q.person_key
    FROM person q LEFT JOIN member p ON p.person_key = q.person_key
)
SELECT DISTINCT x.household_no, x.person_key, a.*
FROM asked a JOIN reached x ON x.kind = a.kind AND x.source_id = a.source_id
ORDER BY a.known_at, a.kind, a.source_id, a.version
"""
_ASKED = "a.kind, a.source_id, a.version, a.part_id, a.line, a.submission_id, a.known_at"


async def known_between(
    conn: AsyncConnection, kinds: Collection[int], day: date, earlier: datetime, later: datetime
) -> list[Reached]:
    """The versions of these kinds that became known after `earlier` and by `later` and may matter on `day`, with all
    they may touch. What only begins after the day cannot, unless its record said something earlier, of that day or
    before, that it takes back or moves."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""WITH asked AS MATERIALIZED (
                SELECT {_ASKED} FROM record_version a
                WHERE a.kind = ANY($1::int[]) AND a.piece = 0 AND a.known_at > $2 AND a.known_at <= $3
                    AND (a.effective_on <= $4 OR (a.first_known_at <= $2 AND EXISTS (
                        SELECT 1 FROM record_version o
                        WHERE o.kind = a.kind AND o.source_id = a.source_id AND o.effective_on <= $4
                    )))
            ){_REACHED}""",
        sorted(kinds),
        earlier,
        later,
        day,
    )
    return [Reached(row["household_no"], row["person_key"], reference(row)) for row in rows]


async def of_record(conn: AsyncConnection, kind: int, source_id: str) -> list[Reached]:
    """All versions of one record, with all they may touch; none if there is no such record here."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""WITH asked AS MATERIALIZED (
                SELECT {_ASKED} FROM record_version a WHERE a.kind = $1 AND a.source_id = $2 AND a.piece = 0
            ){_REACHED}""",
        kind,
        source_id,
    )
    return [Reached(row["household_no"], row["person_key"], reference(row)) for row in rows]
