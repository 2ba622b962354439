"""Values, the end of those they replace, restatements and events: one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.closing import service as closing
from services.indicators.definitions import service as definitions
from services.indicators.restatements import events as restatement_events
from services.indicators.restatements import service as restatements
from services.indicators.restatements.domain import Restated
from services.indicators.values import repository
from services.indicators.values.ages import data_age
from services.indicators.values.domain import Stored, Value, diff
from services.indicators.values.restating import restate
from shared import clock
from shared.events.base import Event
from shared.events.codec import encode
from shared.events.message import Message
from shared.events.topics import VALUES
from shared.events.values import (
    DataAge,
    IndicatorBreachedV1,
    IndicatorValue,
    TargetPublishedV1,
    ValuePublishedV1,
    ValueRestatedV1,
)
from shared.ids import uuid7
from shared.messaging import outbox

SOURCE = "/xianjie/indicators"
_AFTER = timedelta(microseconds=1)
"""The least that can be told apart."""


async def publish(conn: AsyncConnection, values: Sequence[Value], today: date) -> None:
    """Publish what changed and confirm what holds. The value of a closed period is neither replaced
    silently nor confirmed: another one is a restatement beside it."""
    if not values:
        return
    numbers, periods = sorted({v.number for v in values}), sorted({v.period for v in values})
    current = {s.value.place: s for s in await repository.current(conn, numbers, periods)}
    closed_at = await closing.closed_at(conn, periods)
    change = diff(values, current.values(), today)
    now = clock.now()
    rows = [(_stored(value, now, current, closed_at), replaced) for value, replaced in change.publish]
    await repository.publish(conn, rows)
    restated = await restate(conn, [one for one, _ in rows if one.value.period in closed_at], current, closed_at)
    await restatements.record(conn, restated)
    by_id = {item.now.value_id: item for item in restated}
    messages = [
        message
        for stored, _ in rows
        for message in _messages(stored, current.get(stored.value.place), by_id.get(stored.value_id), today)
    ]
    await outbox.add(conn, messages)
    await repository.confirm(conn, [row for row in change.confirm if row[1].period not in closed_at])


def _stored(
    value: Value, now: datetime, current: Mapping[tuple[int, str, str], Stored], closed_at: Mapping[str, datetime]
) -> Stored:
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


def _messages(stored: Stored, before: Stored | None, restated: Restated | None, today: date) -> list[Message]:
    """The value's own event under its id, and the breach of a binding indicator when it is a new one."""
    value, shared = stored.value, _shared(stored, today)
    event: IndicatorValue
    if restated is not None:
        event = ValueRestatedV1(**shared, **restatement_events.fields(restated))
    elif definitions.get(value.code).family == "main":
        event = ValuePublishedV1(**shared)
    else:
        event = TargetPublishedV1(**shared)
    messages = [_message(event, stored.value_id, value)]
    if value.status == "breached" and (before is None or before.value.status != "breached"):
        catalogue = definitions.catalogue()
        target = catalogue.by_code()[value.code].target_of(int(value.period[:4]), catalogue.plan)
        messages.append(_message(IndicatorBreachedV1(**shared, target=target), uuid7(), value))
    return messages


def _message(event: Event, event_id: UUID, value: Value) -> Message:
    return encode(
        event,
        topic=VALUES,
        event_id=str(event_id),
        source=SOURCE,
        key=value.code,
        subject=f"{value.division_code}/{value.period}",
    )


def _shared(stored: Stored, today: date) -> dict[str, Any]:
    value = stored.value
    ages = [
        DataAge(
            department=age.department,
            kind=age.kind,
            newest_known_at=age.newest_known_at,
            age_days=age.age_days,
            overdue=age.overdue,
        )
        for age in data_age(value.sources, today)
    ]
    shared = {name: getattr(value, name) for name in IndicatorValue.model_fields if hasattr(value, name)}
    return {**shared, "value_id": str(stored.value_id), "data_age": ages}
