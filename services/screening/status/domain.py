"""The dated status of a household: what it counted as from which day on, worked out from what is said of it. Pure.

A timeline tells of every day up to the one until which it was made. What was told is a timeline too: a message says
what holds from its day on, and takes the place of all that was said of that day and later ones before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

_FOR_EVER: Final = date(9999, 12, 31)
DEFINITION: Final = "1"
"""Another one when a release says otherwise what a status is: everybody is looked at again then."""


class Status(NamedTuple):
    """What a household counts as on a day. `measures` are those in force, each once, in order."""

    division_code: str | None
    base_status: str | None
    monitored: bool
    monitored_kind: str | None
    identified_on: date | None
    removed_on: date | None
    measures: tuple[str, ...]
    members: int


NOTHING: Final = Status(None, None, False, None, None, None, (), 0)
"""Of a day on which nothing is said of it."""


class Segment(NamedTuple):
    """A status and the first day on which it holds."""

    since: date
    status: Status


Timeline = tuple[Segment, ...]
"""By day; neighbours differ, and the first is not NOTHING, which holds before it."""


class Span(NamedTuple):
    """The days on which a version counts, the last excluded, and which of several counts: the greatest."""

    effective_on: date
    version: int
    source_id: str
    holds_to: date


class HouseholdSaid(NamedTuple):
    """A version of a household record."""

    span: Span
    division_code: str | None
    base_status: str


class MemberSaid(NamedTuple):
    """A version of any household's record that names a person as its member."""

    span: Span
    person_key: str
    household_no: str


class MonitoringSaid(NamedTuple):
    """A version of what the national system says of the household."""

    span: Span
    removed: bool
    kind: str | None
    identified_on: date | None
    removed_on: date | None


class MeasureSaid(NamedTuple):
    """A version of a measure of assistance; it is in force on its last day too."""

    span: Span
    measure: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Said:
    """All that is known of one household; `members` also tells of households that its people belonged to besides."""

    household_no: str
    households: list[HouseholdSaid] = field(default_factory=list)
    members: list[MemberSaid] = field(default_factory=list)
    monitoring: list[MonitoringSaid] = field(default_factory=list)
    measures: list[MeasureSaid] = field(default_factory=list)

    def days(self) -> set[date]:
        """The days on which the status may change."""
        found = {day for one in self._all() for day in (one.span.effective_on, one.span.holds_to)}
        for measure in self.measures:
            found.add(measure.starts_on)
            if measure.ends_on is not None and measure.ends_on < _FOR_EVER:
                found.add(measure.ends_on + timedelta(days=1))
        return found

    def _all(self) -> Iterator[HouseholdSaid | MemberSaid | MonitoringSaid | MeasureSaid]:
        yield from self.households
        yield from self.members
        yield from self.monitoring
        yield from self.measures

    def on(self, day: date) -> Status:
        """The status of a day."""
        household = max((one for one in self.households if _holds(one.span, day)), key=_rank, default=None)
        monitoring = max((one for one in self.monitoring if _holds(one.span, day)), key=_rank, default=None)
        monitored = monitoring is not None and not monitoring.removed
        return Status(
            division_code=household.division_code if household else None,
            base_status=household.base_status if household else None,
            monitored=monitored,
            monitored_kind=monitoring.kind if monitoring and monitored else None,
            identified_on=monitoring.identified_on if monitoring else None,
            removed_on=monitoring.removed_on if monitoring and monitoring.removed else None,
            measures=tuple(sorted({one.measure for one in self.measures if _in_force(one, day)})),
            members=self._members(day),
        )

    def _members(self, day: date) -> int:
        """Whose newest household record that names them is this household's."""
        homes: dict[str, list[MemberSaid]] = defaultdict(list)
        for one in self.members:
            if _holds(one.span, day):
                homes[one.person_key].append(one)
        return sum(max(found, key=_rank).household_no == self.household_no for found in homes.values())


def _rank(one: HouseholdSaid | MemberSaid | MonitoringSaid) -> Span:
    return one.span


def _holds(span: Span, day: date) -> bool:
    return span.effective_on <= day < span.holds_to


def _in_force(one: MeasureSaid, day: date) -> bool:
    return _holds(one.span, day) and one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)


def timeline(said: Said, until: date) -> Timeline:
    """What the household counted as on every day up to `until`."""
    return joined(Segment(day, said.on(day)) for day in sorted(said.days()) if day <= until)


def next_change(said: Said, after: date) -> date | None:
    """The first day after `after` on which the status may change by itself."""
    return min((day for day in said.days() if after < day < _FOR_EVER), default=None)


def joined(segments: Iterable[Segment]) -> Timeline:
    """The timeline of segments in the order of their days."""
    found: list[Segment] = []
    for segment in segments:
        if segment.status != (found[-1].status if found else NOTHING):
            found.append(segment)
    return tuple(found)


def on_day(told: Timeline, day: date) -> Status:
    """What a timeline says of a day."""
    return next((one.status for one in reversed(told) if one.since <= day), NOTHING)


def news(told: Timeline, now: Timeline) -> Timeline:
    """What is to be told so that who heard `told` knows `now`: from the first day that is otherwise, all that holds."""
    days = sorted({one.since for one in (*told, *now)})
    first = next((day for day in days if on_day(told, day) != on_day(now, day)), None)
    if first is None:
        return ()
    return (Segment(first, on_day(now, first)), *(one for one in now if one.since > first))


def heard(told: Timeline, messages: Sequence[Segment]) -> Timeline:
    """What is known after `messages`, in the order of their numbers, to whom `told` was known."""
    found = list(told)
    for message in messages:
        found = [*(one for one in found if one.since < message.since), message]
    return joined(found)


def concerns(now: Timeline) -> bool:
    """Whether others are told of such a household at all: it is or was lifted or monitored."""
    return any(one.status.base_status == "lifted" or one.status.identified_on is not None for one in now)


class Told(NamedTuple):
    """What the bus was told of a household: how many messages, what follows from them, and the day on which the
    status may change by itself. `seq` 0: nothing yet, but something is to come."""

    seq: int
    timeline: Timeline
    next_on: date | None


UNTOLD: Final = Told(0, (), None)


def due(told: Told, said: Said, today: date) -> tuple[Told, Timeline]:
    """What stands after `today`, and what is to be told for it. A clock that went back takes nothing back."""
    until = max([today, *(one.since for one in told.timeline[-1:])])
    now = timeline(said, until)
    following = next_change(said, until)
    if not told.seq and not concerns(now):
        return Told(0, (), following), ()
    fresh = news(told.timeline, now)
    return Told(told.seq + len(fresh), now, following), fresh
