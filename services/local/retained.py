"""What ingest and assets keep of what they published, read from their databases for a rebuild.

A service may not read another's database; the command line, which knows them all, may hand over what is in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.relay import repository as relay
from shared.db import transaction
from shared.events.message import Received
from shared.events.topics import ASSETS, PARTITIONS, RECONCILIATION
from shared.messaging.outbox import repository as outbox
from shared.rebuild.logs import Batch

AT_ONCE = 2_000

Read = Callable[[AsyncConnection, int], Awaitable[tuple[int, list[Received]]]]


@dataclass(frozen=True, slots=True)
class KeptLog:
    """A log read through `read` (connection, position → last position and messages)."""

    title: str
    engine: AsyncEngine
    read: Read

    async def after(self, position: int) -> AsyncIterator[Batch]:
        """Its messages behind `position`."""
        while True:
            async with transaction(self.engine) as conn:
                last, messages = await self.read(conn, position)
            if last == position:
                return
            position = last
            yield Batch(last, messages)


def logs(ingest: AsyncEngine, assets: AsyncEngine) -> list[KeptLog]:
    """All that screening and indicators consume: records, what ingest says of them, what the ledger of assets says."""

    async def ledger(conn: AsyncConnection, after: int) -> tuple[int, list[Received]]:
        return await outbox.kept(conn, [ASSETS], after, AT_ONCE)

    return [*of_ingest(ingest), KeptLog("资产台账", assets, ledger)]


def of_ingest(ingest: AsyncEngine) -> list[KeptLog]:
    """What ingest keeps: records, and what it says of them."""

    async def records(conn: AsyncConnection, after: int) -> tuple[int, list[Received]]:
        return await relay.kept(conn, after, AT_ONCE, PARTITIONS)

    async def manifests(conn: AsyncConnection, after: int) -> tuple[int, list[Received]]:
        return await outbox.kept(conn, [RECONCILIATION], after, AT_ONCE)

    return [KeptLog("部门数据", ingest, records), KeptLog("数据清单和时效", ingest, manifests)]
