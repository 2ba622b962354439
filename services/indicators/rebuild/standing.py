"""The values: mended by what was told of them, and compared with what the rebuilt data gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.definitions import service as definitions
from services.indicators.rebuild import repository
from services.indicators.rebuild.domain import TOLD, Outcome
from services.indicators.rebuild.repository import Lost
from services.indicators.values import repository as values_repository
from services.indicators.values import service as values
from services.indicators.values.computation import CONNECTED, compute, covered_divisions
from services.indicators.values.domain import Frame, Value
from shared import clock


async def mend(conn: AsyncConnection, outcome: Outcome, known_at: datetime, *, changed: bool) -> None:
    """Bring the values to what was told of each, and count those that the rebuilt data gives otherwise; nothing is
    published here. With `changed` data, or with values that come out otherwise, the worker computes everything again
    and publishes what is another number, as after any record."""
    await repository.told(conn)
    lost, outcome.corrected = await repository.mend(conn)
    outcome.restored, outcome.untold = len(lost), await repository.untold(conn)
    today = clock.today()
    running = await values.running_values(conn, today, known_at)
    again = await _of(conn, lost, {value.period for value in running}, today, known_at)
    await _compare(conn, outcome, [*running, *again], {one.value_id for one in lost}, await _sure(conn, today))
    if changed or outcome.undecided:
        await values.mark_everything(conn)


async def _sure(conn: AsyncConnection, today: date) -> set[int]:
    """The indicators whose numbers wait for no pass: what they come to otherwise is damage."""
    catalogue = definitions.catalogue()
    if not await repository.begun(conn, today, catalogue.digest):
        return set()
    waiting = {mark.number for mark in await values_repository.marks(conn)}
    return {indicator.number for indicator in catalogue.indicators} - waiting


async def _of(
    conn: AsyncConnection, lost: Sequence[Lost], running: set[str], today: date, known_at: datetime
) -> list[Value]:
    """The ended periods of values that were lost."""
    found: list[Value] = []
    for indicator in definitions.catalogue().indicators:  # one statement each, as in the pass
        periods = {one.period for one in lost if one.number == indicator.number} - running
        if periods and indicator.formula.name in CONNECTED:
            frame = Frame(today, today, known_at, covered_divisions(indicator))
            found += await compute(conn, indicator, sorted(periods), frame)
    return found


async def _compare(
    conn: AsyncConnection, outcome: Outcome, computed: Sequence[Value], lost: set[UUID], sure: set[int]
) -> None:
    numbers, periods = sorted({v.number for v in computed}), sorted({v.period for v in computed})
    standing = {one.value.place: one for one in await values_repository.current(conn, numbers, periods)}
    complete: list[tuple[UUID, Value]] = []
    for value in computed:
        stored = standing.get(value.place)
        if stored is None:
            outcome.undecided += value.value is not None and value.number in sure
            continue
        outcome.values += 1
        if any(getattr(stored.value, name) != getattr(value, name) for name in TOLD):
            outcome.undecided += value.number in sure
        elif not value.says_the_same(stored.value):
            complete.append((stored.value_id, value))
    await values_repository.complete(conn, complete)
    outcome.completed = len({value_id for value_id, _ in complete} - lost)
