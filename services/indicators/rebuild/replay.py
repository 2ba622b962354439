"""What of the logs of the other services goes into the projection, and how."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort import service as cohort
from services.indicators.holdings import service as holdings
from shared.events.codec import Delivery
from shared.events.registry import registry
from shared.rebuild import replay
from shared.rebuild.replay import CLAIMS, FEEDS


class Replay(replay.Replay[None]):
    """Into the projection, as the worker's batches do; nothing is marked."""

    taken = registry([*FEEDS, *holdings.EVENTS])

    async def apply(self, conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        """Records, claims and words of the ledger, each to its room."""
        claims = [delivery for delivery in deliveries if isinstance(delivery.event, CLAIMS)]
        entered = [delivery for delivery in deliveries if isinstance(delivery.event, holdings.EVENTS)]
        records = [one for one in deliveries if not isinstance(one.event, (*CLAIMS, *holdings.EVENTS))]
        if claims:
            await cohort.claim(conn, claims)
        if records:
            await cohort.apply(conn, records)
        if entered:
            await holdings.keep(conn, entered)
