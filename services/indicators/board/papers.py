"""What the page of one value shows: the number with all that it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.board.reasons import means, moving
from services.indicators.board.service import Line, target_of, trail, trend_of
from services.indicators.cohort import service as cohort
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.definitions.periods import year_of
from services.indicators.lineage import service as lineage
from services.indicators.lineage.domain import Listing, Part, part_of, place_of
from services.indicators.observations import service as observations
from services.indicators.observations.domain import Observation
from services.indicators.restatements import service as restatements
from services.indicators.restatements.domain import Cause, Listed, Restated
from services.indicators.values import service as values
from services.indicators.values.ages import data_age
from services.indicators.values.domain import Row, Stored, Value
from services.indicators.values.errors import ValueNotFoundError
from services.indicators.values.ledgers import LEDGERS
from services.indicators.values.status import readings_of
from shared import clock
from shared.codes.divisions import Division
from shared.http.paging import cut, position
from shared.http.permissions import Principal

SHOWN = 50
_CAUSES = 2_000
"""Read of one restatement; far more than one record usually concerns."""
_SIDES: tuple[Part, ...] = ("numerator", "denominator")
_BANDS = "village_bands"
_TAKEN_OFF = {"subtrahend", "growth"}


@dataclass(frozen=True, slots=True)
class Restating:
    """A restatement with the records and figures that caused it, each once; `more`: not all were read."""

    restated: Restated
    records: Sequence[Cause]
    more: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A published value as a line of its own, the part of it that is opened up with one page of what is behind that
    part, and what its period was restated with since it was closed."""

    stored: Stored
    line: Line
    trail: Sequence[Division]
    part: Part
    parts: Sequence[tuple[Part, Decimal | None]]
    listing: Listing
    next: str | None
    restated: Sequence[Restating]
    official: Sequence[Observation]

    @property
    def itself(self) -> Restating | None:
        """The restatement that this value was published with, if it was."""
        return next((one for one in self.restated if one.restated.now.value_id == self.stored.value_id), None)

    @property
    def opened(self) -> Decimal | None:
        """The number of the part that is opened up."""
        return dict(self.parts).get(self.part)


async def paper(conn: AsyncConnection, principal: Principal, value_id: UUID, part: Part | None, after: str) -> Paper:
    """All about one value. `part` None is what people ask first: who is missing where somebody is, else who is counted.
    Raises ValueNotFoundError (also outside the caller's scope), BadCursorError."""
    stored = await values.get(conn, value_id)
    value = stored.value
    if not principal.may_division(value.division_code):
        raise ValueNotFoundError("没有这个指标数值，或者不在您的权限范围内。")
    chosen = part or _first_asked(value)
    start = position(after or None, str, str)
    listing = await lineage.contributions(conn, stored, chosen, start and (start[0], start[1]), SHOWN + 1)
    shown, following = _cut(listing)
    return Paper(
        stored=stored,
        line=await _line(conn, stored),
        trail=trail(principal.scope_prefix(), value.division_code),
        part=chosen,
        parts=_parts(definitions.get(value.code), value),
        listing=shown,
        next=following,
        restated=[await _restating(conn, one) for one in await restatements.of_place(conn, value.place)],
        official=await _official(conn, value),
    )


def _parts(indicator: Indicator, value: Value) -> list[tuple[Part, Decimal | None]]:
    """What can be opened up, each with its number: of counts also who is missing from the numerator, of means per head
    who has no report, of gaps the figure that was taken off."""
    name, found = indicator.formula.name, list[tuple[Part, Decimal | None]]()
    if means(indicator):
        found += [("numerator", value.beside.get("households")), ("missing", value.beside.get("without"))]
        if value.denominator is not None:
            found.append(("denominator", None))
        if _TAKEN_OFF & indicator.formula.arguments.keys():
            found.append(("beside", None))
        return found
    found += [(one, number) for one in _SIDES if (number := part_of(value, one)) is not None]
    if name in cohort.CALCULATIONS or name == _BANDS or (name in LEDGERS and value.denominator is not None):
        found.append(("missing", part_of(value, "missing")))
    if _TAKEN_OFF & indicator.formula.arguments.keys():
        found.append(("beside", None))
    return found


def _first_asked(value: Value) -> Part:
    missing = dict(_parts(definitions.get(value.code), value)).get("missing")
    return "missing" if missing else "numerator"


def _cut(listing: Listing) -> tuple[Listing, str | None]:
    """The page, and where the next one begins; two of the three kinds are empty."""
    units, after_unit = cut(listing.units, SHOWN, place_of)
    shares, after_share = cut(listing.shares, SHOWN, lambda share: share.place)
    held, after_held = cut(listing.holdings, SHOWN, lambda one: one.place)
    return replace(listing, units=units, shares=shares, holdings=held), after_unit or after_share or after_held


async def _line(conn: AsyncConnection, stored: Stored) -> Line:
    """The value as a row of the board; its trend are the current values of its place."""
    value, indicator = stored.value, definitions.get(stored.value.code)
    history = await values.current_of(conn, [value.division_code], [value.number])
    readings = readings_of(indicator, definitions.catalogue().plan, value, clock.today())
    return Line(
        row=Row(indicator, value, "", stored.value_id, None, tuple(readings)),
        of=None,
        target=target_of(indicator, year_of(value.period), history),
        ages=data_age(value.sources, clock.today()),
        trend=trend_of(indicator, history, clock.today()),
        parts=[],
    )


async def _restating(conn: AsyncConnection, one: Listed) -> Restating:
    """All its causes, and not only the first ones, to count what they name."""
    found = await restatements.causes(conn, one.restated.now.value_id, -1, _CAUSES)
    return Restating(one.restated, moving(cause for _, cause in found), len(found) < one.causes_count)


async def _official(conn: AsyncConnection, value: Value) -> list[Observation]:
    """The published figures of the place up to the value's year, oldest first."""
    first = definitions.catalogue().plan.first_year - 1
    years = [str(year) for year in range(first, year_of(value.period) + 1)]
    found = await observations.official(conn, [value.code], [value.division_code], years, clock.now())
    return sorted(found, key=lambda figure: figure.period)
