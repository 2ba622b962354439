"""A store and a publisher that fail where they are told to, once, before or after the deed: between the two
lies every statement at which a leader can die."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.domain import BrokerError, Message, Published, Received
from shared.messaging.protocols import Backlog, OutboxBatch, OutboxStore, Publisher, TopicPartition


class DiedError(Exception):
    """Stands for a crash."""


@dataclass
class Plan:
    """Fail at the `nth` call of `method`, `before` its deed or after it."""

    method: str = ""
    nth: int = 1
    before: bool = True
    error: type[Exception] = DiedError
    calls: int = 0
    done: bool = False

    def at(self, method: str, *, before: bool) -> None:
        if method != self.method or self.done:
            return
        self.calls += before
        if self.calls == self.nth and before is self.before:
            self.done = True
            raise self.error(method)


@dataclass
class FaultyStore:
    """See OutboxStore."""

    store: OutboxStore
    plan: Plan = field(default_factory=Plan)

    async def number(self, conn: AsyncConnection) -> int:
        self.plan.at("number", before=True)
        numbered = await self.store.number(conn)
        self.plan.at("number", before=False)
        return numbered

    async def take(self, conn: AsyncConnection, limit: int) -> OutboxBatch:
        self.plan.at("take", before=True)
        batch = await self.store.take(conn, 7)  # many small batches
        self.plan.at("take", before=False)
        return batch

    async def mark(self, conn: AsyncConnection, batch: OutboxBatch, places: Sequence[tuple[int, int]]) -> None:
        self.plan.at("mark", before=True)
        await self.store.mark(conn, batch, places)
        self.plan.at("mark", before=False)

    async def forget_published(self, conn: AsyncConnection, since: datetime) -> int:
        self.plan.at("forget_published", before=True)
        forgotten = await self.store.forget_published(conn, since)
        self.plan.at("forget_published", before=False)
        return forgotten

    async def backlog(self, conn: AsyncConnection) -> Backlog:
        return await self.store.backlog(conn)


@dataclass
class FaultyPublisher:
    """See Publisher. `lost_answers` of publish are lost: the messages arrived, nobody was told."""

    publisher: Publisher
    plan: Plan = field(default_factory=Plan)
    lost_answers: int = 0

    async def start(self) -> None:
        self.plan.at("start", before=True)
        await self.publisher.start()

    async def stop(self) -> None:
        await self.publisher.stop()

    async def publish(self, messages: Sequence[Message]) -> Published:
        self.plan.at("publish", before=True)
        published = await self.publisher.publish(messages)
        self.plan.at("publish", before=False)
        if self.lost_answers:
            self.lost_answers -= 1
            raise BrokerError("the answer was lost")
        return published

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        self.plan.at("end_offsets", before=True)
        return await self.publisher.end_offsets(topics)

    async def read_back(self, topic: str, partition: int, offset: int) -> Received | None:
        return await self.publisher.read_back(topic, partition, offset)
