"""Values, the end of those they replace, restatements and events: one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.closing import service as closing
from services.indicators.restatements import service as restatements
from services.indicators.values import repository
from services.indicators.values.announcing import Announcer
from services.indicators.values.domain import Stored, Value, diff
from services.indicators.values.restating import restate
from shared import clock
from shared.ids import uuid7
from shared.messaging import outbox

_AFTER = timedelta(microseconds=1)
"""The least that can be told apart."""
Place = tuple[int, str, str]
"""Number, division, period."""


async def publish(conn: AsyncConnection, values: Sequence[Value], today: date) -> None:
    """Publish what changed and confirm what holds. The value of a closed period is neither replaced
    silently nor confirmed: another one is a restatement beside it."""
    if not values:
        return
    numbers, periods = sorted({v.number for v in values}), sorted({v.period for v in values})
    codes = sorted({v.division_code for v in values})
    current = {s.value.place: s for s in await repository.current(conn, numbers, periods, codes)}
    change = diff(values, current.values(), today)
    if not change.publish and not change.confirm:
        return
    closed_at = await closing.closed_at(conn, periods)
    if change.publish:
        await _publish(conn, change.publish, current, closed_at, today)
    held = [row for row in change.confirm if row[1].period not in closed_at]
    if held:
        await repository.confirm(conn, held)


async def _publish(
    conn: AsyncConnection,
    changed: Sequence[tuple[Value, UUID | None]],
    current: Mapping[Place, Stored],
    closed_at: Mapping[str, datetime],
    today: date,
) -> None:
    now = clock.now()
    rows = [(_stored(value, now, current, closed_at), replaced) for value, replaced in changed]
    await repository.publish(conn, rows)
    restated = await restate(conn, [one for one, _ in rows if one.value.period in closed_at], current, closed_at)
    await restatements.record(conn, restated)
    by_id = {item.now.value_id: item for item in restated}
    announcer = Announcer(now, today)
    messages = [
        message
        for stored, _ in rows
        for message in announcer.messages(stored, current.get(stored.value.place), by_id.get(stored.value_id))
    ]
    await outbox.add(conn, messages)


def _stored(value: Value, now: datetime, current: Mapping[Place, Stored], closed_at: Mapping[str, datetime]) -> Stored:
    """A value under its new id; in a closed period beside the value that was current at the closing, if any, and
    published after it, whatever the clocks of two machines say."""
    instant, before = closed_at.get(value.period), current.get(value.place)
    published_at = now if before is None else max(now, before.published_at)
    if instant is None:
        return Stored(uuid7(), value, published_at)
    restates: UUID | None = None
    if before is not None:
        restates = before.restates or (before.value_id if before.published_at <= instant else None)
    return Stored(uuid7(), value, max(published_at, instant + _AFTER), None, restates)
