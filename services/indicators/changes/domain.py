"""A change of a value as it is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One event of the values' topic; `body` is the event's, `type` its CloudEvents type."""

    position: int
    event_id: str
    type: str
    occurred_at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changes in order, and the cursor after which to go on. Nothing is missing behind `retained_from` - 1."""

    items: list[Change]
    next: str
    retained_from: int
