"""Statements of the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.observations.domain import Observation, State
from shared.db import driver

_COLUMNS = ", ".join(field.name for field in fields(Observation))

_IN_FORCE = f"""
SELECT {_COLUMNS} FROM observation o
WHERE in_force_from <= $1
    AND NOT EXISTS (
        SELECT 1 FROM observation later WHERE later.supersedes = o.observation_id AND later.in_force_from <= $1)
"""


class Wanted(NamedTuple):
    """What a list is narrowed to; None leaves it open."""

    input: str | None = None
    indicator: str | None = None
    period: str | None = None
    state: State | None = None


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


async def open_ones(conn: AsyncConnection, inputs: Sequence[str], periods: Sequence[str]) -> list[Observation]:
    """Of these inputs and periods what is in force now and what waits; for whoever holds the lock."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT {_COLUMNS} FROM observation o
            WHERE input = ANY($1::text[]) AND period = ANY($2::text[])
                AND (state = 'proposed' OR (state = 'approved' AND NOT EXISTS (
                    SELECT 1 FROM observation later
                    WHERE later.supersedes = o.observation_id AND later.state = 'approved')))""",
        inputs,
        periods,
    )
    return [Observation(**dict(row)) for row in rows]


async def decide(conn: AsyncConnection, decided: Observation) -> None:
    """Store the decision on one that waits."""
    db = await driver(conn)
    await db.execute(
        """UPDATE observation SET state = $2, checked_by = $3, checked_at = $4, note = $5, in_force_from = $6
           WHERE observation_id = $1""",
        decided.observation_id,
        decided.state,
        decided.checked_by,
        decided.checked_at,
        decided.note,
        decided.in_force_from,
    )


async def by_ids(conn: AsyncConnection, ids: Collection[UUID]) -> list[Observation]:
    """Those of `ids` that there are, in force or not."""
    db = await driver(conn)
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM observation WHERE observation_id = ANY($1::uuid[]) ORDER BY observation_id", list(ids)
    )
    return [Observation(**dict(row)) for row in rows]


async def page(conn: AsyncConnection, wanted: Wanted, prefix: str, after: UUID | None, limit: int) -> list[Observation]:
    """Observations of a division and below, superseded and rejected ones included, newest first."""
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT {_COLUMNS} FROM observation
            WHERE ($1::text IS NULL OR input = $1) AND ($2::text IS NULL OR indicator = $2)
                AND ($3::text IS NULL OR period = $3) AND ($4::text IS NULL OR state = $4)
                AND starts_with(division_code, $5) AND ($6::uuid IS NULL OR observation_id < $6)
            ORDER BY observation_id DESC LIMIT $7""",
        *wanted,
        prefix,
        after,
        limit,
    )
    return [Observation(**dict(row)) for row in rows]
