"""A run, what it counts, and what a banner was last brought to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

Kind = Literal["live-day", "quarterly", "year-end"]
RunState = Literal["running", "completed", "cancelled", "failed"]

KINDS: Final[dict[Kind, str]] = {"live-day": "按日筛查", "quarterly": "季度排查", "year-end": "年底排查"}
STATES: Final[dict[RunState, str]] = {
    "running": "正在运行",
    "completed": "已完成",
    "cancelled": "已取消",
    "failed": "没能完成",
}
NIGHT: Final = "夜间自动"
"""Who starts the run of each new day."""
MAX_ATTEMPTS: Final = 5
"""A run that was taken up so often without one page done ends as failed, so that it cannot stop the worker for good."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to be swept: the kind, the day it is judged as of, the division (12 digits)."""

    kind: Kind
    as_of: date
    division_code: str


@dataclass(frozen=True, slots=True)
class Swept:
    """What a banner's households were last brought to: the day, the feeds that had spoken, and digests of
    rules with parameter values (`basis`) and of what the stored facts rest on (`facts_basis`)."""

    as_of: date
    speaking: frozenset[str]
    basis: str
    facts_basis: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `cursor` is the last household done, `tally` what was counted up to there (see `tally`), `due`
    what each banner is at when a nightly run is through; `known_at` is when it began: records known by then count,
    and those that came while it ran may."""

    run_id: UUID
    kind: Kind
    as_of: date
    division_code: str
    known_at: datetime
    nightly: bool
    state: RunState
    cursor: str
    attempts: int
    tally: dict[str, Any]
    due: dict[str, Any] | None
    worked_seconds: float
    started_by: str
    started_at: datetime
    ended_by: str | None
    finished_at: datetime | None

    @property
    def wanted(self) -> Wanted:
        """What it was asked to do."""
        return Wanted(self.kind, self.as_of, self.division_code)
