"""Money, days and months as they stand in a record on the bus."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

Data = Mapping[str, Any]
"""The data of an accepted record: an optional field that was not said is absent."""


def said_fen(yuan: str) -> int:
    """Yuan "1234.5" are 123450 fen; exact."""
    sign, digits = (-1, yuan[1:]) if yuan.startswith("-") else (1, yuan)
    whole, _, part = digits.partition(".")
    return sign * (int(whole) * 100 + int(part.ljust(2, "0") if part else 0))


def fen(yuan: str | None) -> int | None:
    """The same of an amount that may not have been said."""
    return None if yuan is None else said_fen(yuan)


def day(text: str | None) -> date | None:
    """A day `YYYY-MM-DD`."""
    return None if text is None else date.fromisoformat(text)


def first_day(month: str | None) -> date | None:
    """The first day of a month `YYYY-MM`."""
    return None if month is None else date.fromisoformat(f"{month}-01")


def last_day(month: str | None) -> date | None:
    """The last day of a month `YYYY-MM`."""
    if month is None:
        return None
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])
