"""What of the logs of the other services goes into the register, and how."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.register import service as register
from services.screening.register.service import Touched
from services.screening.warnings import repository as warnings_repository
from shared.events.assets import IncomeStoppedV1
from shared.events.codec import Delivery
from shared.events.registry import registry
from shared.rebuild import replay
from shared.rebuild.replay import CLAIMS, FEEDS


class Replay(replay.Replay[Touched]):
    """Into the register, as the worker's batches do; nothing is judged."""

    taken = registry([*FEEDS, IncomeStoppedV1])

    async def apply(self, conn: AsyncConnection, deliveries: Sequence[Delivery]) -> Touched:
        """What the batch touched."""
        claims = [delivery for delivery in deliveries if isinstance(delivery.event, CLAIMS)]
        records = [delivery for delivery in deliveries if not isinstance(delivery.event, CLAIMS)]
        if claims:
            await register.claim(conn, claims)
        touched = await register.apply(conn, records) if records else Touched([], set(), {})
        if tables := await warnings_repository.strange_to_planner(conn):
            await warnings_repository.analyse(conn, tables)
        return touched
