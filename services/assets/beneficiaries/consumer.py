"""What the worker does with events."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.beneficiaries import service
from shared.events.base import Event
from shared.events.codec import Delivery
from shared.events.households import HouseholdStatusChangedV1
from shared.messaging.consumer import Handler


async def on_status(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
    """Households whose status changed: kept; which plans that concerns is asked when plans are read."""
    await service.keep(conn, [delivery.event for delivery in deliveries])


HANDLERS: dict[type[Event], Handler] = {HouseholdStatusChangedV1: on_status}
