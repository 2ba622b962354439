"""A world whose records are kept by ingest, and whose worker remembers what it took."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.screening.rebuild import service
from services.screening.rebuild.domain import MENDED, REPLACED, Outcome
from services.screening.status import keeping
from shared import clock
from shared.db import driver, transaction
from shared.events.codec import Delivery, encode
from shared.events.message import Received
from shared.messaging.inbox import repository as inbox
from shared.rebuild.domain import PLACE
from shared.rebuild.logs import Batch
from tests.integration.screening.conftest import World

TABLES = (
    "record_version",
    "household_state",
    "member",
    "covered",
    "feed_arrival",
    "asset_income_stop",
    "household_facts",
)
LOST = tuple(table for table in (*REPLACED, *MENDED) if not table.startswith("record_version_"))


@dataclass
class KeptLog:
    """A log of another service: what its database still holds."""

    deliveries: list[Delivery]
    title: str = "部门数据"
    at_once: int = 3

    async def after(self, position: int) -> AsyncIterator[Batch]:
        while position < len(self.deliveries):
            found = self.deliveries[position : position + self.at_once]
            position += len(found)
            yield Batch(position, [_received(one) for one in found])


def _received(delivery: Delivery) -> Received:
    message = encode(
        delivery.event, event_id=delivery.event_id, source=delivery.source, key=delivery.key, time=delivery.time
    )
    return Received(
        message.topic,
        delivery.partition,
        delivery.offset,
        message.key,
        message.value,
        message.headers,
        message.timestamp_ms,
    )


class Kept(World):
    """A world whose records are kept by ingest, and whose worker remembers what it took."""

    log: KeptLog

    @classmethod
    def on(cls, world: World) -> Kept:
        """The same database."""
        made = cls(world.url, world.engine, world.clock_file)
        made.log = KeptLog([])
        return made

    async def take(self, *deliveries: Delivery) -> None:
        """One consumed batch."""
        self.log.deliveries.extend(deliveries)
        async with transaction(self.engine) as conn:
            await inbox.new_ids(conn, [delivery.event_id for delivery in deliveries], clock.now())
            handlers = self.records.handlers()
            for handler in dict.fromkeys(handlers.values()):
                if own := [one for one in deliveries if handlers[type(one.event)] == handler]:
                    await handler(conn, own)

    async def settle(self) -> None:
        """What the worker would do beside its batches by now."""
        await super().settle()
        await keeping.settle(self.engine, self.records.now)

    async def statuses(self) -> list[tuple[str, bytes]]:
        """What the bus was told of households' statuses, in order."""
        async with transaction(self.engine) as conn:
            sql = "SELECT key, value FROM outbox WHERE topic = 'screening.households.v1' ORDER BY id"
            return [(row["key"].decode(), row["value"]) for row in await (await driver(conn)).fetch(sql)]

    async def rebuild(self) -> Outcome:
        """Rebuild from the log."""
        return await service.rebuild(self.engine, [self.log], lambda _what, _count: None, self.records.now)

    async def execute(self, *statements: str) -> None:
        """Damage something."""
        async with transaction(self.engine) as conn:
            for statement in statements:
                await (await driver(conn)).execute(statement)

    async def dump(self, tables: Sequence[str] = TABLES) -> dict[str, list[Any]]:
        """Every row of the tables in canonical columns, sorted."""
        async with transaction(self.engine) as conn:
            raw = await driver(conn)
            return {
                table: sorted(
                    repr(sorted((k, v) for k, v in dict(row).items() if k not in PLACE))
                    for row in await raw.fetch(f"SELECT * FROM {table}")
                )
                for table in tables
            }
