"""What the ledger told between two instants that made a value another: the causes of a restatement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.definitions import service as definitions
from services.indicators.definitions.periods import end_of
from services.indicators.holdings import service as holdings
from services.indicators.holdings.domain import counted
from services.indicators.restatements.domain import Cause
from services.indicators.values.domain import Value
from services.indicators.values.ledgers import LEDGERS, asked_of

DEPARTMENT, KIND = holdings.FEED.split("/")
"""Who told it, where a record has its department and kind."""

Counts = Mapping[str, tuple[Decimal, bool]]
"""What each project or asset adds, and whether to the numerator, by its id."""


async def causes(conn: AsyncConnection, value: Value, earlier: datetime) -> list[Cause]:
    """What was told after `earlier` of the projects or assets that count otherwise in `value`, in order."""
    about = LEDGERS[definitions.get(value.code).formula.name or ""].about
    before, now = await _counts(conn, value, earlier), await _counts(conn, value, value.known_at)
    other = {one for one in {*before, *now} if before.get(one) != now.get(one)}
    words = await holdings.words(conn, about, other, earlier, value.known_at)
    return [
        Cause(
            "record",
            word.known_at,
            event_id=word.event_id,
            department=DEPARTMENT,
            record_kind=KIND,
            source_id=word.holding_id,
        )
        for word in words
    ]


async def _counts(conn: AsyncConnection, value: Value, known_at: datetime) -> Counts:
    indicator = definitions.get(value.code)
    calculation = LEDGERS[indicator.formula.name or ""]
    if calculation.about == "assets":
        standing = await holdings.standing(conn, end_of(value.period), known_at, value.division_code)
        return {one.asset_id: (Decimal(1), one.owned) for one in standing}
    asked = asked_of(indicator, definitions.catalogue().plan, value.division_code, value.period)
    found = counted(calculation, await holdings.projects(conn, known_at), asked)
    return {one.project.project_id: (one.amount, one.chosen) for one in found}
