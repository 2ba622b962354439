"""Read the logs of the other services into the shadow projection: what this service has taken, and no more.

A message that is on its way is left to the worker that will take it; so what is made again holds what stands holds,
and a difference is damage.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db import transaction
from shared.events.codec import Delivery, UndecodableError, decode
from shared.events.message import Received
from shared.events.reconciliation import FeedReconciledV1, FreshnessChangedV1
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.events.registry import Registry
from shared.messaging.inbox.repository import KEEP
from shared.rebuild import repository
from shared.rebuild.logs import Log

CLAIMS = (FeedReconciledV1, FreshnessChangedV1)
FEEDS = (RecordAcceptedV1, RecordRetractedV1, *CLAIMS)
"""What every projection takes."""
_SURE = timedelta(days=1)
T = TypeVar("T")


@dataclass(slots=True)
class Replay(Generic[T]):
    """How far each log is read. `again` is the position before the first message that was not taken yet: what is
    read a second time changes nothing. A service says what it takes and how it applies it."""

    taken: ClassVar[Registry]

    logs: Sequence[Log]
    now: datetime
    say: Callable[[str, int], None]
    messages: int = 0
    again: dict[str, int] = field(default_factory=dict)

    @abstractmethod
    async def apply(self, conn: AsyncConnection, deliveries: Sequence[Delivery]) -> T:
        """Into the projection, as the worker's batches do, and without what follows of it; what was touched."""

    async def bulk(self, engine: AsyncEngine) -> None:
        """Everything, a transaction a batch."""
        for log in self.logs:
            complete = True
            async for batch in log.after(0):
                ours = self._ours(batch.messages)
                async with transaction(engine) as conn:
                    deliveries = await self._applied(conn, ours)
                    await self.apply(conn, deliveries)
                self.messages += len(deliveries)
                complete = complete and len(deliveries) == len(ours)
                if complete:
                    self.again[log.title] = batch.position
                self.say(log.title, self.messages)

    async def rest(self, conn: AsyncConnection) -> list[T]:
        """What was taken since, in the caller's transaction; what each batch touched."""
        return [
            await self.apply(conn, await self._applied(conn, self._ours(batch.messages)))
            for log in self.logs
            async for batch in log.after(self.again.get(log.title, 0))
        ]

    def _ours(self, messages: Sequence[Received]) -> list[Delivery]:
        """What this service takes of them."""
        return [delivery for delivery in map(self._decoded, messages) if delivery is not None]

    def _decoded(self, message: Received) -> Delivery | None:
        """The event, None where the worker would not apply it either."""
        try:
            found = decode(message, self.taken)
        except UndecodableError:
            return None
        return found if isinstance(found, Delivery) else None

    async def _applied(self, conn: AsyncConnection, deliveries: list[Delivery]) -> list[Delivery]:
        """Those that this service has applied: it remembers their ids, or they are too old to be waiting."""
        seen = await repository.seen(conn, [delivery.event_id for delivery in deliveries])
        if seen is None:  # with the projection its memory was lost too
            return deliveries
        old = self.now - KEEP + _SURE
        return [delivery for delivery in deliveries if delivery.event_id in seen or delivery.time < old]
