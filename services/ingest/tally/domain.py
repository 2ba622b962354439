"""What is counted, and where a record belongs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from shared.codes import divisions

CITY = "150600000000"
UNPLACED = CITY
"""Where a record counts whose division is not known below the city: for the city only, for no banner."""
BANNERS = tuple(place.code for place in divisions.all_divisions() if place.level == "banner")

OUTCOMES = ("accepted", "corrected", "retracted", "stale", "duplicate", "rejected")
"""In the order of `intake.domain.Outcome`."""

Place = tuple[int, str]
"""(feed number, banner or UNPLACED)."""


@dataclass(slots=True)
class Counted:
    """One step of counting. `seen`: when the newest record came that was stored, or confirmed by an unchanged repeat,
    by place; `days`: (feed, day) on which counted submissions came; `periods`: (feed, period) that they name; `more`:
    whether to go on at once."""

    seen: dict[Place, datetime] = field(default_factory=dict)
    days: set[tuple[int, date]] = field(default_factory=set)
    periods: set[tuple[int, str]] = field(default_factory=set)
    more: bool = False


@dataclass(frozen=True, slots=True)
class DayCount:
    """What was received of a feed on a day for a banner (or UNPLACED); `counts` in the order of OUTCOMES."""

    feed: int
    day: date
    division_code: str
    counts: tuple[int, ...]
    published: int
