"""How a warning stands in a row."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

import asyncpg
import orjson

from services.screening.warnings.domain import HouseholdWarning

COLUMNS: Final = tuple(field.name for field in fields(HouseholdWarning))
# JSON is read as text: the engine's own decoder is the slow one.
SELECTED: Final = ", ".join(f"w.{column}" for column in COLUMNS).replace("w.superseded_by", "w.superseded_by::text")


def warning_of(row: asyncpg.Record) -> HouseholdWarning:
    """The warning of a row of `SELECTED`."""
    values = {column: row[column] for column in COLUMNS}
    if values["superseded_by"] is not None:
        values["superseded_by"] = orjson.loads(values["superseded_by"])
    return HouseholdWarning(**values)


def values_of(warning: HouseholdWarning) -> tuple[object, ...]:
    """The row of a warning, in the order of `COLUMNS`."""
    return tuple(
        text_of(getattr(warning, column)) if column == "superseded_by" else getattr(warning, column)
        for column in COLUMNS
    )


def text_of(document: object) -> str | None:
    """A JSON document as the driver takes it."""
    return None if document is None else orjson.dumps(document).decode()
