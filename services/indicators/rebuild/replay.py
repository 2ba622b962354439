"""Read the logs of the other services into the shadow projection: what this service has taken, and no more.

A message that is on its way is left to the worker that will take it; so what is made again holds what stands holds,
and a difference is damage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.indicators.cohort import service as cohort
from services.indicators.holdings import service as holdings
from services.indicators.rebuild import repository
from services.indicators.rebuild.logs import Log
from shared.db import transaction
from shared.events.codec import Delivery, UndecodableError, decode
from shared.events.message import Received
from shared.events.reconciliation import FeedReconciledV1, FreshnessChangedV1
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.events.registry import registry
from shared.messaging.inbox.repository import KEEP

_CLAIMS = (FeedReconciledV1, FreshnessChangedV1)
_TAKEN = registry([RecordAcceptedV1, RecordRetractedV1, *_CLAIMS, *holdings.EVENTS])
_SURE = timedelta(days=1)


@dataclass(slots=True)
class Replay:
    """How far each log is read. `again` is the position before the first message that was not taken yet: what is
    read a second time changes nothing."""

    logs: Sequence[Log]
    now: datetime
    say: Callable[[str, int], None]
    messages: int = 0
    again: dict[str, int] = field(default_factory=dict)

    async def bulk(self, engine: AsyncEngine) -> None:
        """Everything, a transaction a batch."""
        for log in self.logs:
            complete = True
            async for batch in log.after(0):
                async with transaction(engine) as conn:
                    deliveries = await self._taken(conn, batch.messages)
                    await _apply(conn, deliveries)
                self.messages += len(deliveries)
                complete = complete and len(deliveries) == len(batch.messages)
                if complete:
                    self.again[log.title] = batch.position
                self.say(log.title, self.messages)
        async with transaction(engine) as conn:
            await repository.analyse(conn)

    async def rest(self, conn: AsyncConnection) -> None:
        """What was taken since, in the caller's transaction."""
        for log in self.logs:
            async for batch in log.after(self.again.get(log.title, 0)):
                await _apply(conn, await self._taken(conn, batch.messages))

    async def _taken(self, conn: AsyncConnection, messages: Sequence[Received]) -> list[Delivery]:
        """Those that this service has applied: it remembers their ids, or they are too old to be waiting."""
        deliveries = [delivery for delivery in map(_decoded, messages) if delivery is not None]
        seen = await repository.seen(conn, [delivery.event_id for delivery in deliveries])
        if seen is None:  # with the projection its memory was lost too
            return deliveries
        old = self.now - KEEP + _SURE
        return [delivery for delivery in deliveries if delivery.event_id in seen or delivery.time < old]


def _decoded(message: Received) -> Delivery | None:
    """The event, None where the worker would not apply it either."""
    try:
        found = decode(message, _TAKEN)
    except UndecodableError:
        return None
    return found if isinstance(found, Delivery) else None


async def _apply(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Into the projection, as the worker's batches do; nothing is marked."""
    claims = [delivery for delivery in deliveries if isinstance(delivery.event, _CLAIMS)]
    entered = [delivery for delivery in deliveries if isinstance(delivery.event, holdings.EVENTS)]
    records = [one for one in deliveries if not isinstance(one.event, (*_CLAIMS, *holdings.EVENTS))]
    if claims:
        await cohort.claim(conn, claims)
    if records:
        await cohort.apply(conn, records)
    if entered:
        await holdings.keep(conn, entered)
