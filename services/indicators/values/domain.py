"""A value of an indicator, what marks it and what a pass makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Literal, NamedTuple
from uuid import UUID

from services.indicators.cohort.domain import Source
from services.indicators.definitions.domain import Family, Indicator, Reading
from services.indicators.definitions.periods import end_of, month_index
from services.indicators.observations.domain import Observation

HISTORY_MONTHS = 24
"""How far back ended periods are computed: what the feeds' windows and the sample span."""

Status = Literal[
    "achieved", "on_track", "behind", "reversed", "gap_open", "breached", "no_baseline", "no_target", "not_computable"
]


class Frame(NamedTuple):
    """When and where: `day` as of which, `today` to know what has ended, `known_at` T, for `codes`. `marked`
    (of a pass only) are the banners that changed since the last one, or the city for everywhere."""

    day: date
    today: date
    known_at: datetime
    codes: Sequence[str]
    marked: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One number, or the reason why there is none.

    `as_of` is the last day for which it holds, `known_at` the instant up to which records were
    seen; both move on, without a new value, while nothing else changes. `basis` says what the
    number leaves out or how it was weighted, `beside` numbers shown next to it, `used` the
    observations it was made of.
    """

    number: int
    code: str
    division_code: str
    period: str
    as_of: date
    known_at: datetime
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    unit: str
    status: Status
    reason: str | None
    basis: str | None
    beside: dict[str, Decimal]
    sources: tuple[Source, ...]
    formula_version: int
    used: tuple[UUID, ...] = ()

    @property
    def place(self) -> tuple[int, str, str]:
        """What it is the value of: at any time one value of a place is current."""
        return (self.number, self.division_code, self.period)

    def says_the_same(self, other: Value) -> bool:
        """Whether publishing it would tell a reader nothing new."""
        return bool(_told(self) == _told(other))


_told = attrgetter(*(one.name for one in fields(Value) if one.name not in {"as_of", "known_at", "sources", "used"}))


@dataclass(frozen=True, slots=True)
class Stored:
    """A published value under its id. It stood from `published_at` until `replaced_at` (None: it stands);
    `restates` is the value of a closed period beside which it was published."""

    value_id: UUID
    value: Value
    published_at: datetime
    replaced_at: datetime | None = None
    restates: UUID | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something changed for an indicator from `since` on, known at `known_at`.

    `division_code` is a banner, or the city for everywhere. Fresh marks (`until` None) concern the running
    periods at once and the ended ones later; the others only the ended periods up to `until`.
    """

    mark_id: int
    number: int
    division_code: str
    since: date
    until: date | None
    known_at: datetime


class NewMark(NamedTuple):
    """A mark to be appended: see `Mark`."""

    number: int
    division_code: str
    since: date
    until: date | None
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What a pass found: values to publish (each with the one it replaces) and values confirmed."""

    publish: list[tuple[Value, UUID | None]]
    confirm: list[tuple[UUID, Value]]


def history_start(today: date, first_year: int, *, observed: bool) -> date:
    """The first day whose periods are computed: the plan's start for figures that are observed or entered in the
    ledger, else two years back, since departments send no older records."""
    start = date(first_year, 1, 1)
    if observed:
        return start
    year, month = divmod(month_index(today) - HISTORY_MONTHS, 12)
    return max(start, date(year, month + 1, 1))


def diff(computed: Iterable[Value], current: Iterable[Stored], today: date) -> Change:
    """What is to be published and what only confirmed.

    For an ended period nothing is published that never had a value and has none now: no source
    reaches that far back, and saying so for every township and month would help nobody.
    """
    standing = {stored.value.place: stored for stored in current}
    publish: list[tuple[Value, UUID | None]] = []
    confirm: list[tuple[UUID, Value]] = []
    for value in computed:
        before = standing.get(value.place)
        if before is None:
            if value.value is not None or end_of(value.period) >= today:
                publish.append((value, None))
        elif value.says_the_same(before.value):
            confirm.append((before.value_id, value))
        else:
            publish.append((value, before.value_id))
    return Change(publish, confirm)


@dataclass(frozen=True, slots=True)
class ReadingStatus:
    """Where a value stands by another way in which the plan can be read; None where that is about others than the
    value counts."""

    reading: Reading
    status: Status | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the board: a value, or why there is nothing to show. `value_id` is None for a value computed
    on the spot for a past day; `official` is the newest published figure, of this period or an earlier one;
    `value_division` whose value it is where the plan sets it for one banner inside the board's division only."""

    indicator: Indicator
    value: Value | None
    otherwise: str
    value_id: UUID | None = None
    official: Observation | None = None
    readings: tuple[ReadingStatus, ...] = ()
    value_division: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A family of indicators for a division: all rows in the plan's order."""

    division_code: str
    family: Family
    period: str
    as_of: date
    rows: list[Row]
