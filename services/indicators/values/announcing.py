"""What the bus is told of a pass's values: each one's own event, and breaches beside them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.indicators.cohort.domain import Source
from services.indicators.definitions import service as definitions
from services.indicators.restatements import events as restatement_events
from services.indicators.restatements.domain import Restated
from services.indicators.values.ages import data_age
from services.indicators.values.domain import Stored, Value
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

SOURCE = "/xianjie/indicators"
_AS_IT_IS = tuple(name for name in IndicatorValue.model_fields if hasattr(Value, name))
"""The fields of an event that are the value's own."""


class Announcer:
    """The messages of one publication: made at one instant, so that definitions and the ages of sources, which a
    thousand values share, are looked up once."""

    def __init__(self, now: datetime, today: date) -> None:
        self._now, self._today = now, today
        self._catalogue = definitions.catalogue()
        self._indicators = self._catalogue.by_code()
        self._ages: dict[tuple[Source, ...], list[DataAge]] = {}

    def messages(self, stored: Stored, before: Stored | None, restated: Restated | None) -> list[Message]:
        """The value's own event under its id, and the breach of a binding indicator when it is a new one."""
        value, shared = stored.value, self._shared(stored)
        event: IndicatorValue
        if restated is not None:
            event = ValueRestatedV1(**shared, **restatement_events.fields(restated))
        elif self._indicators[value.code].family == "main":
            event = ValuePublishedV1(**shared)
        else:
            event = TargetPublishedV1(**shared)
        messages = [self._message(event, stored.value_id, value)]
        if value.status == "breached" and (before is None or before.value.status != "breached"):
            target = self._indicators[value.code].target_of(int(value.period[:4]), self._catalogue.plan)
            messages.append(self._message(IndicatorBreachedV1(**shared, target=target), uuid7(), value))
        return messages

    def _message(self, event: Event, event_id: UUID, value: Value) -> Message:
        return encode(
            event,
            topic=VALUES,
            event_id=str(event_id),
            source=SOURCE,
            key=value.code,
            subject=f"{value.division_code}/{value.period}",
            time=self._now,
        )

    def _shared(self, stored: Stored) -> dict[str, Any]:
        value = stored.value
        shared = {name: getattr(value, name) for name in _AS_IT_IS}
        return {**shared, "value_id": str(stored.value_id), "data_age": self._ages_of(value.sources)}

    def _ages_of(self, sources: tuple[Source, ...]) -> list[DataAge]:
        known = self._ages.get(sources)
        if known is None:
            known = self._ages[sources] = [
                DataAge(
                    department=age.department,
                    kind=age.kind,
                    newest_known_at=age.newest_known_at,
                    age_days=age.age_days,
                    overdue=age.overdue,
                )
                for age in data_age(sources, self._today)
            ]
        return known
