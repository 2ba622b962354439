"""A value of an indicator: its period, its rounding, its status by the published method, its change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from uuid import UUID

from services.indicators.definitions.domain import Indicator, Plan
from services.indicators.definitions.periods import end_of, month_index

HISTORY_MONTHS = 24
"""How far back ended periods are computed: what the feeds' windows and the sample span."""

Status = Literal[
    "achieved", "on_track", "behind", "reversed", "gap_open", "breached", "no_baseline", "no_target", "not_computable"
]


@dataclass(frozen=True, slots=True)
class Source:
    """A feed or observation behind a value: the newest instant heard of, and the one of the part of
    the division heard of longest ago (None: never)."""

    feed: str
    newest_known_at: datetime | None
    stalest_known_at: datetime | None


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
        return self == replace(other, as_of=self.as_of, known_at=self.known_at, sources=self.sources, used=self.used)


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

    Fresh marks (`until` None) concern the running periods at once and the ended ones later; the
    others only the ended periods up to `until`.
    """

    mark_id: int
    number: int
    since: date
    until: date | None
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What a pass found: values to publish (each with the one it replaces) and values confirmed."""

    publish: list[tuple[Value, UUID | None]]
    confirm: list[tuple[UUID, Value]]


def history_start(today: date, first_year: int, *, observed: bool) -> date:
    """The first day whose periods are computed: the plan's start for observed figures, else two
    years back, since departments send no older records."""
    start = date(first_year, 1, 1)
    if observed:
        return start
    year, month = divmod(month_index(today) - HISTORY_MONTHS, 12)
    return max(start, date(year, month + 1, 1))


def percentage(numerator: Decimal, denominator: Decimal, precision: int) -> Decimal:
    """The ratio in percent, rounded half up, but never to 100 (or 0) unless it is:
    a guarantee is not completed by rounding. ZeroDivisionError stays the caller's mistake."""
    step = Decimal(1).scaleb(-precision)
    exact = numerator * 100 / denominator
    rounded = exact.quantize(step, ROUND_HALF_UP)
    if rounded == 100 and exact < 100:
        return Decimal(100) - step
    if rounded == 0 and exact > 0:
        return step
    return rounded


def status_of(indicator: Indicator, plan: Plan, value: Decimal | None, year: int, *, closed: bool) -> Status:
    """The published method, read from top to bottom.

    The plan's 2025 target met → achieved. Else a binding one is gap_open while the period runs and
    breached once it is `closed`; an expected one is reversed below its baseline, on_track on or
    above the straight line of the year, else behind.
    """
    if value is None:
        return "not_computable"
    if year < plan.first_year:
        return "no_target"
    if indicator.target is not None and meets(indicator, value, indicator.target):
        return "achieved"
    if indicator.binding:
        return "breached" if closed else "gap_open"
    if indicator.baseline is not None and value < indicator.baseline:
        return "reversed"
    return _on_the_way(indicator, indicator.target_of(year, plan), value, last=year >= plan.last_year)


def _on_the_way(indicator: Indicator, expected: Decimal | None, value: Decimal, *, last: bool) -> Status:
    if expected is None:
        return "no_baseline" if indicator.baseline is None else "no_target"
    return "on_track" if not last and value >= expected else "behind"


def meets(indicator: Indicator, value: Decimal, target: Decimal) -> bool:
    """Whether a value satisfies a target by the indicator's own comparison."""
    if indicator.comparison == "more_than":
        return value > target
    if indicator.comparison == "zero":
        return value == target
    return value >= target


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
class Row:
    """One row of the board: a value, or why there is nothing to show. `value_id` is None for a value computed
    on the spot for a past day."""

    indicator: Indicator
    value: Value | None
    otherwise: str
    value_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """专栏1 for a division: all rows in the plan's order."""

    division_code: str
    period: str
    as_of: date
    rows: list[Row]
