"""What the worker does with events."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.holdings.service import EVENTS
from services.indicators.values import service
from shared.events.base import Event
from shared.events.codec import Delivery
from shared.events.reconciliation import FeedReconciledV1, FreshnessChangedV1
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.messaging.consumer import Handler


async def on_records(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
    """Records accepted and retracted: projection and marks."""
    await service.absorb(conn, deliveries)


async def on_reconciliation(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
    """Manifests and changes of freshness: kept until the records they speak of are applied."""
    await service.reconciled(conn, deliveries)


async def on_ledger(conn: AsyncConnection, deliveries: list[Delivery]) -> None:
    """Projects and assets of the ledger: kept, and marks."""
    await service.entered(conn, deliveries)


HANDLERS: dict[type[Event], Handler] = {
    FeedReconciledV1: on_reconciliation,
    FreshnessChangedV1: on_reconciliation,
    RecordAcceptedV1: on_records,
    RecordRetractedV1: on_records,
    **dict.fromkeys(EVENTS, on_ledger),
}
