"""Statements of the room: marks, the pass's lock and day, values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort.domain import Count
from services.indicators.values.domain import Mark, NewMark, Stored, Value
from services.indicators.values.rows import COLUMNS, beside_text, row_of, sources_text, stored_of
from shared.db import driver

MARKS_AT_ONCE = 50_000
_SELECT = f"SELECT value_id, {', '.join(COLUMNS)}, published_at, replaced_at, restates FROM indicator_value"


async def try_lock(conn: AsyncConnection) -> bool:
    """Whether this transaction is the one pass that runs now."""
    db = await driver(conn)
    return bool(await db.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('xianjie.indicators.pass'))"))


async def claim_day(conn: AsyncConnection, day: date, definitions: str) -> bool:
    """Whether nothing was computed yet for this day under these definitions."""
    db = await driver(conn)
    status = await db.execute("INSERT INTO pass_day VALUES ($1, $2) ON CONFLICT DO NOTHING", day, definitions)
    return bool(status.endswith(" 1"))


async def day_before(conn: AsyncConnection, day: date, definitions: str) -> date | None:
    """The last earlier day that was computed under these definitions."""
    db = await driver(conn)
    found: date | None = await db.fetchval(
        "SELECT max(day) FROM pass_day WHERE day < $1 AND definitions = $2", day, definitions
    )
    return found


async def add_marks(conn: AsyncConnection, marks: Iterable[NewMark]) -> None:
    """Append marks; appending never waits for a pass."""
    rows = list(marks)
    if not rows:
        return
    db = await driver(conn)
    await db.execute(
        """INSERT INTO dirty_mark (number, division_code, since, until, known_at)
           SELECT * FROM unnest($1::smallint[], $2::text[], $3::date[], $4::date[], $5::timestamptz[])""",
        *[[row[column] for row in rows] for column in range(5)],
    )


async def marks(conn: AsyncConnection) -> list[Mark]:
    """The committed marks, oldest first."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT mark_id, number, division_code, since, until, known_at FROM dirty_mark
            ORDER BY mark_id LIMIT {MARKS_AT_ONCE}"""
    )
    return [Mark(**dict(row)) for row in rows]


async def delete_marks(conn: AsyncConnection, ids: Sequence[int]) -> None:
    """Delete the marks that were read; those appended meanwhile stay."""
    db = await driver(conn)
    await db.execute("DELETE FROM dirty_mark WHERE mark_id = ANY($1::bigint[])", ids)


async def newest_known_at(conn: AsyncConnection) -> datetime | None:
    """Up to when the current values saw records."""
    db = await driver(conn)
    found: datetime | None = await db.fetchval("SELECT max(known_at) FROM indicator_value WHERE current")
    return found


async def current(
    conn: AsyncConnection, numbers: Sequence[int], periods: Sequence[str], divisions: Sequence[str] | None = None
) -> list[Stored]:
    """The current values of these indicators and periods, of some divisions or of all."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_SELECT} WHERE current AND number = ANY($1::smallint[]) AND period = ANY($2::text[])
            AND ($3::text[] IS NULL OR division_code = ANY($3::text[]))""",
        numbers,
        periods,
        divisions,
    )
    return [stored_of(row) for row in rows]


async def publish(conn: AsyncConnection, rows: Sequence[tuple[Stored, UUID | None]]) -> None:
    """Store new current values, each in the place of the one it replaces (if any)."""
    db = await driver(conn)
    replaced = [(old, stored.published_at) for stored, old in rows if old is not None]
    if replaced:
        await db.execute(
            """UPDATE indicator_value v SET current = false, replaced_at = r.replaced_at
               FROM unnest($1::uuid[], $2::timestamptz[]) AS r (value_id, replaced_at) WHERE v.value_id = r.value_id""",
            [value_id for value_id, _ in replaced],
            [instant for _, instant in replaced],
        )
    await db.copy_records_to_table(
        "indicator_value",
        records=[
            (stored.value_id, *row_of(stored.value), old, stored.published_at, stored.restates, True)
            for stored, old in rows
        ],
        columns=["value_id", *COLUMNS, "replaces", "published_at", "restates", "current"],
    )


async def confirm(conn: AsyncConnection, rows: Sequence[tuple[UUID, Value]]) -> None:
    """Move values that hold on to a later day and instant, with their sources' newest data."""
    db = await driver(conn)
    await db.execute(
        """UPDATE indicator_value v SET as_of = c.as_of, known_at = c.known_at, sources = c.sources,
               used = c.used::uuid[]
           FROM unnest($1::uuid[], $2::date[], $3::timestamptz[], $4::text[], $5::text[])
               AS c (value_id, as_of, known_at, sources, used)
           WHERE v.value_id = c.value_id""",
        [value_id for value_id, _ in rows],
        [value.as_of for _, value in rows],
        [value.known_at for _, value in rows],
        [sources_text(value) for _, value in rows],
        ["{" + ",".join(map(str, value.used)) + "}" for _, value in rows],
    )


async def complete(conn: AsyncConnection, rows: Sequence[tuple[UUID, Value]]) -> None:
    """Give stored values the basis, numbers beside, sources and observations of computed ones, and nothing else."""
    db = await driver(conn)
    await db.execute(
        """UPDATE indicator_value v SET basis = c.basis, beside = c.beside, sources = c.sources, used = c.used::uuid[]
           FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
               AS c (value_id, basis, beside, sources, used)
           WHERE v.value_id = c.value_id""",
        [value_id for value_id, _ in rows],
        [value.basis for _, value in rows],
        [beside_text(value) for _, value in rows],
        [sources_text(value) for _, value in rows],
        ["{" + ",".join(map(str, value.used)) + "}" for _, value in rows],
    )


async def find(conn: AsyncConnection, value_id: UUID) -> Stored | None:
    """One value, current or replaced."""
    db = await driver(conn)
    row = await db.fetchrow(f"{_SELECT} WHERE value_id = $1", value_id)
    return None if row is None else stored_of(row)


async def at(conn: AsyncConnection, place: tuple[int, str, str], known_at: datetime) -> Stored | None:
    """The value of a place (number, division, period) that was published and standing at an instant."""
    db = await driver(conn)
    row = await db.fetchrow(
        f"""{_SELECT} WHERE number = $1 AND division_code = $2 AND period = $3 AND published_at <= $4
            AND (replaced_at IS NULL OR $4 < replaced_at)""",
        *place,
        known_at,
    )
    return None if row is None else stored_of(row)


async def current_of(
    conn: AsyncConnection, divisions: Sequence[str], numbers: Sequence[int], periods: Sequence[str] | None
) -> list[Stored]:
    """The current values of these divisions and indicators, of some periods or of every one."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_SELECT} WHERE current AND number = ANY($1::smallint[]) AND division_code = ANY($2::text[])
            AND ($3::text[] IS NULL OR period = ANY($3::text[]))
            ORDER BY number, division_code, period""",
        numbers,
        divisions,
        periods,
    )
    return [stored_of(row) for row in rows]


async def using(conn: AsyncConnection, observation_id: UUID) -> list[Stored]:
    """The values that used an observation, current and replaced, in the order they were published."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_SELECT} WHERE used @> ARRAY[$1::uuid]
            ORDER BY number, division_code, period, published_at""",
        observation_id,
    )
    return [stored_of(row) for row in rows]


async def kept_counts(conn: AsyncConnection, name: str, days: Sequence[date]) -> dict[tuple[date, str], Count]:
    """What the passes before counted, by day and banner; under the city's code what is known to the city only."""
    db = await driver(conn)
    rows = await db.fetch(
        "SELECT day, division_code, numbers FROM kept_count WHERE name = $1 AND day = ANY($2::date[])", name, days
    )
    return {
        (row["day"], row["division_code"]): Count(row["day"], row["division_code"], *row["numbers"]) for row in rows
    }


async def keep_counts(
    conn: AsyncConnection, name: str, days: Sequence[date], banners: Collection[str] | None, counts: Sequence[Count]
) -> None:
    """Keep the counts of these days, in the place of those of some banners or of all."""
    db = await driver(conn)
    await db.execute(
        """DELETE FROM kept_count WHERE name = $1 AND day = ANY($2::date[])
           AND ($3::text[] IS NULL OR division_code = ANY($3::text[]))""",
        name,
        days,
        None if banners is None else list(banners),
    )
    if not counts:
        return
    await db.copy_records_to_table(
        "kept_count", records=[(name, count.day, count.division_code, list(astuple(count)[2:])) for count in counts]
    )


async def forget_counts(conn: AsyncConnection, today: date) -> None:
    """Drop the counts of past days that no period ends on."""
    db = await driver(conn)
    await db.execute(
        """DELETE FROM kept_count
           WHERE day < $1 AND extract(month FROM day) = extract(month FROM day + 1)""",
        today,
    )


async def by_ids(conn: AsyncConnection, ids: Sequence[UUID]) -> list[Stored]:
    """The values of these ids, current and replaced."""
    db = await driver(conn)
    return [stored_of(row) for row in await db.fetch(f"{_SELECT} WHERE value_id = ANY($1::uuid[])", ids)]


async def page(
    conn: AsyncConnection,
    *,
    numbers: Sequence[int],
    prefix: str,
    period: str | None,
    known_at: datetime | None,
    after: tuple[int, str, str] | None,
    limit: int,
) -> list[Stored]:
    """Values of the divisions that begin with `prefix`, by number, division, period: the current ones, or those
    that stood at an instant."""
    db = await driver(conn)
    standing = "current" if known_at is None else "published_at <= $8 AND (replaced_at IS NULL OR $8 < replaced_at)"
    rows = await db.fetch(
        f"""{_SELECT} WHERE {standing} AND number = ANY($1::smallint[]) AND starts_with(division_code, $2)
            AND ($3::text IS NULL OR period = $3)
            AND ($4::smallint IS NULL OR (number, division_code, period) > ($4::smallint, $5::text, $6::text))
            ORDER BY number, division_code, period LIMIT $7""",
        numbers,
        prefix,
        period,
        *(after or (None, None, None)),
        limit,
        *([] if known_at is None else [known_at]),
    )
    return [stored_of(row) for row in rows]
