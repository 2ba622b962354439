"""Income that stopped: found by one question over dues and assets, told once each (screening C01)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.income.repository import books, stops
from services.assets.income.repository.stops import Stop
from services.assets.ledger.telling import SOURCE
from shared import clock
from shared.events.assets import MOST_HOUSEHOLDS, IncomeStoppedV1
from shared.events.codec import encode
from shared.events.message import Message
from shared.ids import uuid7
from shared.messaging import outbox

QUIET = timedelta(hours=1)
"""A clerk who enters an old year states what was due before what came: so long nothing is said of the asset."""


async def tell(conn: AsyncConnection, grace_days: int, today: date, *, at_work: bool = False) -> int:
    """Publish every stop that was not told yet; how many there were. With `at_work` the assets on which somebody has
    just written something wait.

    Income stopped when it was due more than `grace_days` ago and has not all come, or when an asset that income
    is still due of was lost or disposed of.
    """
    now = clock.now()
    found = await stops.new(conn, today - timedelta(days=grace_days), now, now - QUIET if at_work else None)
    last = await books.last_paid(conn, {stop.asset_id for stop in found})
    households = await stops.households(conn, set(last.values()))
    messages: list[Message] = []
    for stop in found:
        plan_id = last.get(stop.asset_id)
        paid = households.get(plan_id, []) if plan_id else []
        messages += [_message(event, now) for event in _events(stop, plan_id, paid, grace_days, now)]
    await outbox.add(conn, messages)
    return len(found)


def _events(
    stop: Stop, plan_id: UUID | None, households: list[str], grace_days: int, now: datetime
) -> Iterator[IncomeStoppedV1]:
    """One event, or several where a plan paid more households than one may name."""
    late = timedelta(days=grace_days + 1) if stop.reason == "overdue" else timedelta(0)
    parts = range(0, len(households), MOST_HOUSEHOLDS) if households else [0]
    for first in parts:
        yield IncomeStoppedV1(
            asset_id=str(stop.asset_id),
            project_id=str(stop.project_id),
            division_code=stop.division_code,
            stopped_on=stop.since + late,
            reason=stop.reason,
            plan_id=None if plan_id is None else str(plan_id),
            households=households[first : first + MOST_HOUSEHOLDS],
            known_at=now,
        )


def _message(event: IncomeStoppedV1, now: datetime) -> Message:
    return encode(
        event,
        event_id=str(uuid7()),
        source=SOURCE,
        key=event.asset_id,
        subject=f"asset/{event.asset_id}",
        time=now,
    )
