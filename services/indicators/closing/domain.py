"""Closing a period: one person proposes, another approves; from then on its values only change beside themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

ClosingState = Literal["proposed", "approved", "rejected"]
STATES: dict[ClosingState, str] = {"proposed": "待审定", "approved": "已审定", "rejected": "已退回"}


@dataclass(frozen=True, slots=True)
class Closing:
    """A proposal to close a period, and what became of it. `reason` says why it was rejected."""

    closing_id: UUID
    period: str
    state: ClosingState
    note: str | None
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """An indicator that a period is closed without in some divisions, and why there is no number."""

    number: int
    code: str
    title: str
    reason: str
    divisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far the pass is with a period: marks that still concern it, and when the newest of the values that stand
    was published (None: there is none)."""

    waiting: int
    newest_at: datetime | None
