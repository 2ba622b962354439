"""What the worker does with events."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.values import service
from shared.events.base import Event
from shared.events.codec import Delivery
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.messaging.consumer import Handler


async def on_records(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
    """Records accepted and retracted: projection and marks."""
    await service.absorb(conn, deliveries)


HANDLERS: dict[type[Event], Handler] = {RecordAcceptedV1: on_records, RecordRetractedV1: on_records}
