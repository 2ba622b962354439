"""From a value to what it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.lineage import holding
from services.indicators.lineage.domain import Compared, Holding, Listing, Part, Share, adds_up, part_of, shares
from services.indicators.observations import service as observations
from services.indicators.values.computation import compute
from services.indicators.values.domain import Frame, Stored, Value
from services.indicators.values.figures import Figures
from services.indicators.values.ledgers import LEDGERS
from shared import clock

Place = tuple[str, str]
"""Where a page begins: household and person, or division and observation."""

_COUNTED: dict[Part, bool | None] = {"numerator": True, "denominator": None, "missing": False}


async def contributions(conn: AsyncConnection, stored: Stored, part: Part, after: Place | None, limit: int) -> Listing:
    """At most `limit` contributions to one part of a value, by place, as of its own day and instant."""
    indicator, value = definitions.get(stored.value.code), stored.value
    again = await recounted(conn, indicator, value)
    compared = Compared(part_of(value, part), part_of(again, part))
    name = indicator.formula.name or ""
    means = name in cohort.INCOMES
    if means and part == "missing":
        compared = Compared(None, None)  # a mean has households without reports, but no number of what is missing
    if _from_records(name, part) and (means or compared.recounted is not None):
        found = await cohort.contributions(
            conn,
            name,
            value.as_of,
            value.known_at,
            value.division_code,
            counted=_COUNTED[part],
            after=after,
            limit=limit,
        )
        return Listing(compared, not means, Decimal(0), units=found)
    if name in LEDGERS:
        behind = await holding.behind(conn, indicator, value, part) if compared.recounted is not None else []
        return Listing(compared, True, Decimal(0), holdings=_behind(behind, after)[:limit])
    found_shares = await _shares(conn, indicator, again, part)
    summed = adds_up(indicator, part)
    listed = sum((share.counts for share in found_shares if share.counts is not None), Decimal(0))
    unlisted = (compared.recounted or Decimal(0)) - listed if summed else Decimal(0)
    return Listing(compared, summed, unlisted, shares=_after(found_shares, after)[:limit])


def _from_records(name: str, part: Part) -> bool:
    """Whether the part was counted from records. Of a mean per head the households with both reports are behind the
    numerator and those without are missing from it; its denominator, where there is one, was observed."""
    if name in cohort.INCOMES:
        return part in ("numerator", "missing")
    return name in cohort.CALCULATIONS and part != "beside"


async def recounted(conn: AsyncConnection, indicator: Indicator, value: Value) -> Value:
    """The value computed afresh as of its own day and as known at its own instant; published nowhere. Without a
    number where there is none any more (a village whose only figure is not in force)."""
    frame = Frame(value.as_of, clock.today(), value.known_at, [value.division_code])
    found = await compute(conn, indicator, [value.period], frame)
    return found[0] if found else replace(value, value=None, numerator=None, denominator=None, used=())


async def _shares(conn: AsyncConnection, indicator: Indicator, value: Value, part: Part) -> list[Share]:
    """The observations that a value used for one part."""
    used = await observations.by_ids(conn, value.used)
    figures = Figures(definitions.catalogue().inputs, (), {})
    found = shares(indicator, value, ((one, figures.amount(one)) for one in used))
    return [share for share in found if share.part == part]


def _behind(found: Sequence[Holding], after: Place | None) -> Sequence[Holding]:
    return found if after is None else [one for one in found if one.place > after]


def _after(found: Sequence[Share], after: Place | None) -> Sequence[Share]:
    return found if after is None else [share for share in found if share.place > after]
