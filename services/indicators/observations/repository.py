"""Statements of the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.observations.domain import Observation
from shared.db import driver

_COLUMNS = ", ".join(field.name for field in fields(Observation))

_IN_FORCE = f"""
SELECT {_COLUMNS} FROM observation o
WHERE in_force_from <= $1
    AND NOT EXISTS (
        SELECT 1 FROM observation later WHERE later.supersedes = o.observation_id AND later.in_force_from <= $1)
"""


async def lock(conn: AsyncConnection) -> None:
    """Writers of observations take turns, so that what is in force cannot change under a decision."""
    db = await driver(conn)
    await db.execute("SELECT pg_advisory_xact_lock(hashtext('xianjie.indicators.observations'))")


async def in_force(
    conn: AsyncConnection, inputs: Sequence[str], periods: Sequence[str], known_at: datetime
) -> list[Observation]:
    """The observations in force at T of these inputs and periods; of official values those of all indicators."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_IN_FORCE} AND input = ANY($2::text[]) AND period = ANY($3::text[])
            ORDER BY input, indicator, period, division_code""",
        known_at,
        inputs,
        periods,
    )
    return [Observation(**dict(row)) for row in rows]


async def official(
    conn: AsyncConnection,
    indicators: Sequence[str],
    divisions: Sequence[str],
    periods: Sequence[str],
    known_at: datetime,
) -> list[Observation]:
    """The published figures in force at T of these indicators, divisions and periods."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""{_IN_FORCE} AND input = 'official_value' AND indicator = ANY($2::text[]) AND division_code = ANY($3::text[])
            AND period = ANY($4::text[])
            ORDER BY indicator, period, division_code""",
        known_at,
        indicators,
        divisions,
        periods,
    )
    return [Observation(**dict(row)) for row in rows]


async def add(conn: AsyncConnection, observations: Sequence[Observation]) -> None:
    """Store new observations."""
    db = await driver(conn)
    await db.copy_records_to_table(
        "observation",
        records=[tuple(getattr(o, name) for name in _COLUMNS.split(", ")) for o in observations],
        columns=_COLUMNS.split(", "),
    )


async def find(conn: AsyncConnection, observation_id: UUID) -> Observation | None:
    """One observation, in force or not."""
    db = await driver(conn)
    row = await db.fetchrow(f"SELECT {_COLUMNS} FROM observation WHERE observation_id = $1", observation_id)
    return None if row is None else Observation(**dict(row))


async def page(
    conn: AsyncConnection, *, input_code: str | None, period: str | None, prefix: str, after: UUID | None, limit: int
) -> list[Observation]:
    """Observations of a division and below, superseded ones included, newest first."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT {_COLUMNS} FROM observation
            WHERE ($1::text IS NULL OR input = $1) AND ($2::text IS NULL OR period = $2)
                AND starts_with(division_code, $3) AND ($4::uuid IS NULL OR observation_id < $4)
            ORDER BY observation_id DESC LIMIT $5""",
        input_code,
        period,
        prefix,
        after,
        limit,
    )
    return [Observation(**dict(row)) for row in rows]
