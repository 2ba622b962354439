"""Statements of the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.restatements.domain import Cause, Figures, Restated
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


async def add(conn: AsyncConnection, items: Sequence[Restated]) -> None:
    """Store restatements with all their causes."""
    db = await driver(conn)
    await db.copy_records_to_table("restatement", records=[_row(item) for item in items], columns=COLUMNS)
    causes = [
        (item.now.value_id, ordinal, *_cause(cause)) for item in items for ordinal, cause in enumerate(item.causes)
    ]
    await db.copy_records_to_table("restatement_cause", records=causes, columns=("value_id", "ordinal", *_CAUSE))


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
