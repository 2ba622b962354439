"""A change of a warning as it is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `warning` is the warning as of then, `record` what superseded it."""

    position: int
    event_id: str
    type: str
    occurred_at: str
    household_seq: int
    reason: str
    warning: dict[str, Any]
    record: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes in order, and the cursor after which to go on."""

    items: list[Change]
    next: str
