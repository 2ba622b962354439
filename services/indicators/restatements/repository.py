"""Statements of the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.restatements.domain import Cause, Figures, Listed, Restated
from shared.db import driver

_PLACE = ("number", "code", "division_code", "period", "closed_at", "published_at")
_FIGURES = ("value", "numerator", "denominator", "status")
_CAUSE = (
    "kind", "known_at", "household_no", "person_key", "event_id", "department", "record_kind", "source_id", "version",
    "submission_id", "observation_id",
)  # fmt: skip
COLUMNS = (
    "value_id", "closed_value_id", "previous_value_id", *_PLACE, *_FIGURES, *(f"closed_{name}" for name in _FIGURES),
    *(f"previous_{name}" for name in _FIGURES), "reason", "causes",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM restatement"


async def add(conn: AsyncConnection, items: Sequence[Restated]) -> None:
    """Store restatements with all their causes."""
    db = await driver(conn)
    await db.copy_records_to_table("restatement", records=[_row(item) for item in items], columns=COLUMNS)
    causes = [
        (item.now.value_id, ordinal, *_cause(cause)) for item in items for ordinal, cause in enumerate(item.causes)
    ]
    await db.copy_records_to_table("restatement_cause", records=causes, columns=("value_id", "ordinal", *_CAUSE))


async def page(
    conn: AsyncConnection,
    *,
    number: int | None,
    period: str | None,
    prefix: str,
    after: UUID | None,
    limit: int,
    causes: int,
) -> list[Listed]:
    """Restatements of the divisions that begin with `prefix`, the newest first, each with its first causes."""
    rows = await (await driver(conn)).fetch(
        f"""{_SELECT} WHERE ($1::smallint IS NULL OR number = $1) AND ($2::text IS NULL OR period = $2)
            AND starts_with(division_code, $3) AND ($4::uuid IS NULL OR value_id < $4)
            ORDER BY value_id DESC LIMIT $5""",
        number,
        period,
        prefix,
        after,
        limit,
    )
    return await _listed(conn, rows, causes)


async def of_place(conn: AsyncConnection, place: tuple[int, str, str], causes: int) -> list[Listed]:
    """The restatements of a place (number, division, period), the oldest first, each with its first causes."""
    rows = await (await driver(conn)).fetch(
        f"{_SELECT} WHERE number = $1 AND division_code = $2 AND period = $3 ORDER BY published_at, value_id", *place
    )
    return await _listed(conn, rows, causes)


async def find(conn: AsyncConnection, value_id: UUID, causes: int) -> Listed | None:
    """The restatement that published a value, with its first causes."""
    rows = await (await driver(conn)).fetch(f"{_SELECT} WHERE value_id = $1", value_id)
    found = await _listed(conn, rows, causes)
    return found[0] if found else None


async def since(conn: AsyncConnection, period: str, instant: datetime) -> list[Restated]:
    """The restatements of a period that were published after an instant, by place, without causes."""
    rows = await (await driver(conn)).fetch(
        f"""{_SELECT} WHERE period = $1 AND published_at > $2 ORDER BY number, division_code, value_id""",
        period,
        instant,
    )
    return [_restated(row, []) for row in rows]


async def causes_after(conn: AsyncConnection, value_id: UUID, after: int, limit: int) -> list[tuple[int, Cause]]:
    """The causes of a restatement behind an ordinal, in order, each with its own."""
    rows = await (await driver(conn)).fetch(
        f"""SELECT ordinal, {", ".join(_CAUSE)} FROM restatement_cause
            WHERE value_id = $1 AND ordinal > $2 ORDER BY ordinal LIMIT $3""",
        value_id,
        after,
        limit,
    )
    return [(row["ordinal"], Cause(**{name: row[name] for name in _CAUSE})) for row in rows]


async def _listed(conn: AsyncConnection, rows: Sequence[Any], causes: int) -> list[Listed]:
    of_value = await _first_causes(conn, [row["value_id"] for row in rows], causes)
    return [Listed(_restated(row, of_value[row["value_id"]]), row["causes"]) for row in rows]


async def _first_causes(conn: AsyncConnection, values: Sequence[UUID], first: int) -> dict[UUID, list[Cause]]:
    rows = await (await driver(conn)).fetch(
        f"""SELECT value_id, {", ".join(_CAUSE)} FROM restatement_cause
            WHERE value_id = ANY($1::uuid[]) AND ordinal < $2 ORDER BY value_id, ordinal""",
        values,
        first,
    )
    found: dict[UUID, list[Cause]] = defaultdict(list)
    for row in rows:
        found[row["value_id"]].append(Cause(**{name: row[name] for name in _CAUSE}))
    return found


def _restated(row: Any, causes: Sequence[Cause]) -> Restated:
    return Restated(
        **{name: row[name] for name in _PLACE},
        now=_read_figures(row, "value_id", ""),
        closed=_read_figures(row, "closed_value_id", "closed_") if row["closed_value_id"] else None,
        previous=_read_figures(row, "previous_value_id", "previous_") if row["previous_value_id"] else None,
        reason=row["reason"],
        causes=causes,
    )


def _read_figures(row: Any, key: str, side: str) -> Figures:
    return Figures(row[key], *(row[f"{side}{name}"] for name in _FIGURES))


def _row(item: Restated) -> tuple[Any, ...]:
    return (
        item.now.value_id,
        None if item.closed is None else item.closed.value_id,
        None if item.previous is None else item.previous.value_id,
        *(getattr(item, name) for name in _PLACE),
        *_figures(item.now),
        *_figures(item.closed),
        *_figures(item.previous),
        item.reason,
        len(item.causes),
    )


def _figures(figures: Figures | None) -> tuple[Any, ...]:
    return tuple(None if figures is None else getattr(figures, name) for name in _FIGURES)


def _cause(cause: Cause) -> tuple[Any, ...]:
    return tuple(getattr(cause, name) for name in _CAUSE)
