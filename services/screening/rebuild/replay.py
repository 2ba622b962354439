"""Read the logs of the other services into the shadow projection: what this service has taken, and no more.

A message that is on its way is left to the worker that will take it; so what is made again holds what stands holds,
and a difference is damage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.screening.rebuild import repository
from services.screening.rebuild.logs import Log
from services.screening.register import service as register
from services.screening.register.service import Touched
from services.screening.warnings import repository as warnings_repository
from shared.db import transaction
from shared.events.assets import IncomeStoppedV1
from shared.events.codec import Delivery, UndecodableError, decode
from shared.events.message import Received
from shared.events.reconciliation import FeedReconciledV1, FreshnessChangedV1
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.events.registry import registry
from shared.messaging.inbox.repository import KEEP

_CLAIMS = (FeedReconciledV1, FreshnessChangedV1)
_TAKEN = registry([RecordAcceptedV1, RecordRetractedV1, IncomeStoppedV1, *_CLAIMS])
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
                    ours = _ours(batch.messages)
                    deliveries = await self._taken(conn, ours)
                    await _apply(conn, deliveries)
                self.messages += len(deliveries)
                complete = complete and len(deliveries) == len(ours)
                if complete:
                    self.again[log.title] = batch.position
                self.say(log.title, self.messages)

    async def rest(self, conn: AsyncConnection) -> Touched:
        """What was taken since, in the caller's transaction; what it touched."""
        households: set[str] = set()
        kinds: set[int] = set()
        for log in self.logs:
            async for batch in log.after(self.again.get(log.title, 0)):
                touched = await _apply(conn, await self._taken(conn, _ours(batch.messages)))
                households.update(touched.households)
                kinds |= touched.kinds
        return Touched(sorted(households), kinds, {})

    async def _taken(self, conn: AsyncConnection, deliveries: list[Delivery]) -> list[Delivery]:
        """Those that this service has applied: it remembers their ids, or they are too old to be waiting."""
        seen = await repository.seen(conn, [delivery.event_id for delivery in deliveries])
        if seen is None:  # with the projection its memory was lost too
            return deliveries
        old = self.now - KEEP + _SURE
        return [delivery for delivery in deliveries if delivery.event_id in seen or delivery.time < old]


def _ours(messages: Sequence[Received]) -> list[Delivery]:
    """What this service takes of them."""
    return [delivery for delivery in map(_decoded, messages) if delivery is not None]


def _decoded(message: Received) -> Delivery | None:
    """The event, None where the worker would not apply it either."""
    try:
        found = decode(message, _TAKEN)
    except UndecodableError:
        return None
    return found if isinstance(found, Delivery) else None


async def _apply(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> Touched:
    """Into the register, as the worker's batches do; nothing is judged."""
    claims = [delivery for delivery in deliveries if isinstance(delivery.event, _CLAIMS)]
    records = [delivery for delivery in deliveries if not isinstance(delivery.event, _CLAIMS)]
    if claims:
        await register.claim(conn, claims)
    touched = await register.apply(conn, records) if records else Touched([], set(), {})
    if tables := await warnings_repository.strange_to_planner(conn):
        await warnings_repository.analyse(conn, tables)
    return touched
