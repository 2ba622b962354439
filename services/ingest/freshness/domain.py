"""When a feed is fresh (正常), overdue (逾期), or was never delivered (从未报送)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

State = Literal["never", "fresh", "overdue"]
By = Literal["record", "delivery"]
Place = tuple[int, str]
"""(feed number, banner or the city)."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The newest sign of life at a place."""

    last_at: datetime
    last_by: By


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands at a place. `since` is when the state began."""

    last_at: datetime
    last_by: By
    state: State
    since: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A standing that differs from what was told."""

    place: Place
    was: State
    now: Standing


@dataclass(frozen=True, slots=True)
class Limits:
    """How old a feed may be. `age_days(last, today)` in the days that `overdue_days` counts; `begin(day)` is when a
    day begins; `day(instant)` the business date."""

    overdue_days: int
    age_days: Callable[[date, date], int]


class Calendar:
    """What a state depends on beside the signs of life: each feed's limits, the present day, and how instants and
    days belong together."""

    def __init__(
        self,
        limits: Mapping[int, Limits],
        today: date,
        day_of: Callable[[datetime], date],
        begin_of: Callable[[date], datetime],
    ) -> None:
        self._limits = limits
        self._today = today
        self._day_of = day_of
        self._begin_of = begin_of

    def age_days(self, feed: int, last_at: datetime) -> int:
        """Days since `last_at`, as the feed counts them."""
        return self._limits[feed].age_days(self._day_of(last_at), self._today)

    def overdue(self, feed: int, last_at: datetime) -> bool:
        """Whether that is too long ago."""
        return self.age_days(feed, last_at) > self._limits[feed].overdue_days

    def standing(self, feed: int, told: Standing | None, signs: Signs) -> Standing:
        """How the feed stands, given what was told and its newest sign of life."""
        state: State = "overdue" if self.overdue(feed, signs.last_at) else "fresh"
        if told is not None and told.state == state:
            return replace(told, last_at=signs.last_at, last_by=signs.last_by)
        since = self._overdue_since(feed, signs.last_at) if state == "overdue" else signs.last_at
        return Standing(signs.last_at, signs.last_by, state, since)

    def _overdue_since(self, feed: int, last_at: datetime) -> datetime:
        """The beginning of the first day on which it was overdue: by halving, since age never falls."""
        limits, last = self._limits[feed], self._day_of(last_at)
        low, high = last.toordinal(), self._today.toordinal()
        while high - low > 1:
            middle = (low + high) // 2
            if limits.age_days(last, date.fromordinal(middle)) > limits.overdue_days:
                high = middle
            else:
                low = middle
        return self._begin_of(date.fromordinal(high))


def newest(told: Mapping[Place, Standing], seen: Iterable[tuple[Place, Signs]]) -> dict[Place, Signs]:
    """The newest sign of life at each place, of those that are known and those that came."""
    found = {place: Signs(one.last_at, one.last_by) for place, one in told.items()}
    for place, signs in seen:
        if place not in found or signs.last_at > found[place].last_at:
            found[place] = signs
    return found


def changes(
    calendar: Calendar, told: Mapping[Place, Standing], signs: Mapping[Place, Signs]
) -> tuple[dict[Place, Standing], list[Change]]:
    """Standings to store, and those of them whose state differs from what was told."""
    moved: dict[Place, Standing] = {}
    changed: list[Change] = []
    for place in sorted(signs):
        before, now = told.get(place), calendar.standing(place[0], told.get(place), signs[place])
        if now != before:
            moved[place] = now
        if before is None or before.state != now.state:
            changed.append(Change(place, before.state if before else "never", now))
    return moved, changed
