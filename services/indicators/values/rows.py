"""A value as a row of its table, and back. Pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from services.indicators.cohort.domain import Source
from services.indicators.values.domain import Stored, Value

COLUMNS = (
    "number", "code", "division_code", "period", "as_of", "known_at", "value", "numerator", "denominator", "unit",
    "status", "reason", "basis", "beside", "sources", "formula_version", "used",
)  # fmt: skip


def row_of(value: Value) -> tuple[Any, ...]:
    """The columns of a value."""
    encoded = {"beside": beside_text(value), "sources": sources_text(value)}
    return tuple(encoded.get(name, getattr(value, name)) for name in COLUMNS)


def beside_text(value: Value) -> str:
    """The numbers beside, as JSON."""
    return orjson.dumps({name: str(number) for name, number in value.beside.items()}).decode()


def sources_text(value: Value) -> str:
    """The sources, as JSON."""
    return orjson.dumps([[s.feed, s.newest_known_at, s.stalest_known_at] for s in value.sources]).decode()


def stored_of(row: Any) -> Stored:
    """The value of a row, under its id."""
    fields = {name: row[name] for name in COLUMNS}
    fields["beside"] = {name: Decimal(number) for name, number in orjson.loads(row["beside"]).items()}
    fields["used"] = tuple(row["used"])
    fields["sources"] = _sources(row["sources"])
    return Stored(row["value_id"], Value(**fields), row["published_at"], row["replaced_at"], row["restates"])


@lru_cache(maxsize=1024)
def _sources(text: str) -> tuple[Source, ...]:
    """What the townships of a banner have in common is read once."""
    return tuple(Source(feed, _instant(a), _instant(b)) for feed, a, b in orjson.loads(text))


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
