"""Records from the bus: register → facts → rules → warnings, and status, in the batch's one transaction."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.register import service as register
from services.screening.status import service as status
from services.screening.warnings import repository, service
from shared import clock
from shared.events.assets import IncomeStoppedV1
from shared.events.base import Event
from shared.events.codec import Delivery
from shared.events.reconciliation import FeedReconciledV1, FreshnessChangedV1
from shared.events.records import RecordAcceptedV1, RecordRetractedV1
from shared.messaging.consumer import Handler

LOOK_SECONDS = 1.0
SMALL_BATCH = 200
"""Fewer records than this cannot make the tables strange to the planner within `LOOK_SECONDS`."""


async def announce(conn: AsyncConnection) -> None:
    """Say that this transaction judges households by the feeds that have spoken so far.

    A sweep waits for all who said so before it looks: whoever judged before a feed's first record
    was committed is then visible to it, and whoever begins later sees that record.
    """
    await repository.share_batches_lock(conn)


class Records:
    """Takes record events; remembers the newest `known_at` it saw, so that a clock that steps back
    (here or at ingest) never hides what is known already."""

    def __init__(self) -> None:
        self._known_at = clock.now()
        self._look_at = 0.0

    async def apply(self, conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        """Bring register, facts and warnings to what these records and stopped incomes say, and tell whose status
        they change."""
        await announce(conn)
        touched = await register.apply(conn, deliveries)
        await self._keep_statistics(conn, len(deliveries))
        if not touched.households:
            return
        newest = max(_known_at(delivery) for delivery in deliveries)
        as_of, known_at = clock.today(), self.now(newest)
        renewed = await facts.refresh(conn, touched.households, touched.kinds, as_of, known_at)
        await service.reconcile(conn, touched, as_of, known_at, renewed=renewed)
        if touched.kinds & status.KINDS:
            await status.tell(conn, touched.households, as_of, known_at)

    def now(self, newest: datetime | None = None) -> datetime:
        """The present, never before anything that was seen."""
        self._known_at = max(self._known_at, newest or self._known_at, clock.now())
        return self._known_at

    def handlers(self) -> Mapping[type[Event], Handler]:
        """For the consumer loop: one handler takes all that judges, so that a batch is applied as a whole.
        What ingest says of it comes first, so that a batch with both believes it at once."""
        return {
            FeedReconciledV1: register.claim,
            FreshnessChangedV1: register.claim,
            RecordAcceptedV1: self.apply,
            RecordRetractedV1: self.apply,
            IncomeStoppedV1: self.apply,
        }

    async def _keep_statistics(self, conn: AsyncConnection, records: int) -> None:
        """Let the planner know what came. Autovacuum looks once a minute, and never at a first load that
        is not committed yet; without statistics the facts of a thousand households take minutes."""
        if records < SMALL_BATCH and time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_SECONDS
        if tables := await repository.strange_to_planner(conn):
            await repository.analyse(conn, tables)


def _known_at(delivery: Delivery) -> datetime:
    event = delivery.event
    known_at: datetime = event.known_at if isinstance(event, IncomeStoppedV1) else event.meta.known_at
    return known_at
