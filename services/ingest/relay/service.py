"""The whole outbox of ingest: its parts, and what else it tells, sent by one leader.

One leader, because only one may judge whether the broker has lost its log: two with one memory of it would each hide
the loss from the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.relay.repository import PartStore
from shared.messaging.outbox import TableStore
from shared.messaging.protocols import Backlog, OutboxBatch


class Relay:
    """The `OutboxStore` of ingest: records first, then manifests and freshness. Each keeps an order of its own, which
    is enough: these tell of records by totals, and only of records that were published before they were written."""

    def __init__(self, partitions: int) -> None:
        self._parts = PartStore(partitions)
        self._others = TableStore()

    async def number(self, conn: AsyncConnection) -> int:
        """See OutboxStore."""
        return await self._parts.number(conn) + await self._others.number(conn)

    async def take(self, conn: AsyncConnection, limit: int) -> OutboxBatch:
        """About `limit` of each, so that a long queue of records does not hold up the others."""
        parts, others = await self._parts.take(conn, limit), await self._others.take(conn, limit)
        return OutboxBatch(parts.messages + others.messages, (parts, others))

    async def mark(self, conn: AsyncConnection, batch: OutboxBatch, places: Sequence[tuple[int, int]]) -> None:
        """See OutboxStore."""
        parts, others = batch.tokens
        if parts.messages:
            await self._parts.mark(conn, parts, places[: len(parts.messages)])
        if others.messages:
            await self._others.mark(conn, others, places[len(parts.messages) :])

    async def forget_published(self, conn: AsyncConnection, since: datetime) -> int:
        """See OutboxStore."""
        return await self._parts.forget_published(conn, since) + await self._others.forget_published(conn, since)

    async def backlog(self, conn: AsyncConnection) -> Backlog:
        """See OutboxStore."""
        parts, others = await self._parts.backlog(conn), await self._others.backlog(conn)
        oldest = min((one.oldest for one in (parts, others) if one.oldest is not None), default=None)
        return Backlog(parts.messages + others.messages, oldest)
