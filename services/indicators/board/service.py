"""What the board pages show: a family of indicators for a place, each with its trend and the places below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.board.charts.trend import Point
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Family, Indicator
from services.indicators.definitions.periods import end_of, granularity_of, year_of
from services.indicators.observations.domain import Observation
from services.indicators.values import service as values
from services.indicators.values.ages import Age, data_age
from services.indicators.values.domain import Board, ReadingStatus, Row, Status, Stored, Value
from shared import clock
from shared.codes import divisions
from shared.codes.divisions import Division

MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Part:
    """A place below the one looked at, with its row."""

    division: Division
    row: Row

    @property
    def number(self) -> Decimal | None:
        """Its value, if it has one."""
        return self.row.value.value if self.row.value else None


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: its row, what the plan expects of the year, how old its sources are, its numbers over periods
    (oldest first) and those of the places below. `of` is the place below that the row is of, where the plan sets the
    indicator for that place alone; None: the place looked at."""

    row: Row
    of: Division | None
    target: Decimal | None
    ages: Sequence[Age]
    trend: Sequence[Point]
    parts: Sequence[Part]

    @property
    def indicator(self) -> Indicator:
        """What the row is of."""
        return self.row.indicator

    @property
    def value(self) -> Value | None:
        """The number or its absence, as computed; None where the indicator is not computed at this level."""
        return self.row.value

    @property
    def status(self) -> Status:
        """By the published method."""
        return self.value.status if self.value else "not_computable"

    @property
    def number(self) -> Decimal | None:
        """The number itself."""
        return self.value.value if self.value else None

    @property
    def moved(self) -> bool:
        """Whether the trend has anything to show."""
        return any(point.value is not None for point in self.trend)

    @property
    def once(self) -> bool:
        """Whether the trend is a single number, which is none."""
        return sum(point.value is not None for point in self.trend) == 1

    @property
    def official(self) -> Observation | None:
        """The newest published figure, shown beside and never in place of the number."""
        return self.row.official

    @property
    def readings(self) -> Sequence[ReadingStatus]:
        """Where the number stands by the other ways in which the plan can be read."""
        return self.row.readings

    @property
    def compared(self) -> list[Part]:
        """The places below with a number, largest first."""
        known = [(part.number, part) for part in self.parts if part.number is not None]
        return [part for _, part in sorted(known, key=lambda one: (-one[0], one[1].division.code))]

    @property
    def silent(self) -> list[Part]:
        """The places below that have none though the indicator is computed there."""
        return [part for part in self.parts if part.number is None and part.row.value is not None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`trail` leads from the largest place that the caller sees to this one, `below` are the places next under it."""

    family: Family
    trail: Sequence[Division]
    below: Sequence[Division]
    period: str
    as_of: date
    today: bool
    lines: Sequence[Line]

    @property
    def explained(self) -> bool:
        """Whether any number leads to the page that says why; those computed on the spot have none."""
        return any(line.row.value_id for line in self.lines)

    @property
    def place(self) -> Division:
        """The place that is looked at."""
        return self.trail[-1]


async def sheet(conn: AsyncConnection, scope: str, code: str, day: date | None, family: Family) -> Sheet:
    """A family's rows for a place inside the caller's `scope` (its significant digits) as of a day, today when None.
    Raises DivisionNotFoundError, FutureDayError."""
    below = _below(code)
    boards = await values.boards(conn, [code, *(one.code for one in below)], day, family)
    own = boards[code]
    numbers = [row.indicator.number for row in own.rows]
    shown = {code, *(row.value_division for row in own.rows if row.value_division)}
    history = await values.current_of(conn, sorted(shown), numbers)
    return Sheet(
        family=family,
        trail=trail(scope, code),
        below=below,
        period=own.period,
        as_of=own.as_of,
        today=own.as_of == clock.today(),
        lines=[_line(index, code, boards, below, history) for index in range(len(own.rows))],
    )


def _line(
    index: int, code: str, boards: Mapping[str, Board], below: Sequence[Division], history: Sequence[Stored]
) -> Line:
    board, row = boards[code], boards[code].rows[index]
    of = row.value_division or code
    known = [stored for stored in history if stored.value.division_code == of]
    return Line(
        row=row,
        of=None if of == code else divisions.get(of),
        target=target_of(row.indicator, year_of(board.period), known),
        ages=data_age(row.value.sources, clock.today()) if row.value else [],
        trend=trend_of(row.indicator, known, board.as_of),
        parts=[Part(one, boards[one.code].rows[index]) for one in below],
    )


def target_of(indicator: Indicator, year: int, history: Sequence[Stored]) -> Decimal | None:
    """What the plan expects of a year; `history` has the year before, for what only has to rise."""
    before = (indicator.number, str(year - 1))
    previous = next((s.value.value for s in history if (s.value.number, s.value.period) == before), None)
    return indicator.target_of(year, definitions.catalogue().plan, previous)


def trend_of(indicator: Indicator, history: Sequence[Stored], until: date) -> list[Point]:
    """The current values by month where there are months, else by year; nothing that began after `until`."""
    granularity = "month" if "month" in indicator.periods else "year"
    own = [
        stored.value
        for stored in history
        if stored.value.number == indicator.number and granularity_of(stored.value.period) == granularity
    ]
    seen = sorted((value for value in own if value.as_of <= until), key=lambda value: end_of(value.period))
    return [
        Point(value.period, value.value, target_of(indicator, year_of(value.period), history))
        for value in seen[-MONTHS_SHOWN:]
    ]


def trail(scope: str, code: str) -> list[Division]:
    """From the caller's own place down to the one looked at."""
    found: list[Division] = []
    place = divisions.get(code)
    while place is not None and place.code.startswith(scope):
        found.append(place)
        place = divisions.get(place.parent)
    return found[::-1]


def _below(code: str) -> list[Division]:
    """The places next below; of a township none, as villages have no board."""
    return [one for one in divisions.all_divisions() if one.parent == code and one.level != "village"]
