"""What the leader and the consumer loop ask of a broker and of a store. `kafka.py` and `memory.py` both
answer, and one behavioural suite (tests/contract/messaging) holds them to the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.domain import Message, Published, Received

TopicPartition = tuple[str, int]


class Publisher(Protocol):
    """Sends to the broker. After a BrokerError: `stop`, then `start` again (a new producer)."""

    async def start(self) -> None:
        """Connect. BrokerError when the broker is away."""

    async def stop(self) -> None:
        """Disconnect; never raises, never waits long for a broker that is away."""

    async def publish(self, messages: Sequence[Message]) -> Published:
        """Send all, each to `partition_of(key)`, in the given order within a partition, and wait until every
        one is acknowledged by all in-sync replicas. BrokerError: some may have arrived all the same."""

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """For each partition a number greater than the base offset of its last batch; 0 when it is empty. (The embedded
        broker counts batches, not messages, so it is not the number of messages.) A missing topic has none."""

    async def read_back(self, topic: str, partition: int, offset: int) -> Received | None:
        """The message at `offset`; None when the broker holds none there any more."""


class Source(Protocol):
    """Reads as one member of a consumer group.

    The loop is: `batch` → `async with hold() as held` → when held: transaction, then `commit`. Between
    `batch` and `hold` the group may give the partitions to another member: then `held` is False and the batch must
    be dropped; while it is held they stay here.
    """

    async def start(self) -> None:
        """Join the group. BrokerError when the broker is away."""

    async def stop(self) -> None:
        """Leave the group, committing nothing; never raises."""

    async def batch(self, max_records: int, wait_ms: int) -> list[Received]:
        """Up to `max_records` messages, in offset order within a partition; empty after `wait_ms` without any."""

    def hold(self) -> AbstractAsyncContextManager[bool]:
        """Keep the last batch's partitions here until the end of the block."""

    async def commit(self) -> None:
        """Remember the last batch as done. A failure is no error: it only means that the batch comes again."""

    async def rewind(self) -> None:
        """Read the last batch again."""


class Admin(Protocol):
    """Makes topics."""

    async def ensure_topics(self, names: Sequence[str], *, partitions: int, replication: int = 1) -> None:
        """Create those that are missing; leave others as they are. BrokerError when the broker is away."""


class OutboxBatch(NamedTuple):
    """Messages to publish in order, and what the store needs to mark them again."""

    messages: list[Message]
    tokens: Any


class Backlog(NamedTuple):
    """How much waits for the broker, and since when."""

    messages: int
    oldest: datetime | None


class OutboxStore(Protocol):
    """Where committed messages wait. Only the leader calls, one call a time, each in a transaction on the connection
    that holds the leader's lock."""

    async def number(self, conn: AsyncConnection) -> int:
        """Give committed rows without a position the next positions, in the order they were added; how many got one.
        Bounded: called again at once while it returns more than 0."""

    async def take(self, conn: AsyncConnection, limit: int) -> OutboxBatch:
        """The first unpublished messages by position: about `limit`, a unit of the store never in pieces. Empty
        `messages` means that nothing waits."""

    async def mark(self, conn: AsyncConnection, batch: OutboxBatch, places: Sequence[tuple[int, int]]) -> None:
        """Remember as published at `places`, (partition, offset) of each message in the batch's order."""

    async def forget_published(self, conn: AsyncConnection, since: datetime) -> int:
        """Make everything published at or after `since` wait again, under the positions it has; how many."""

    async def backlog(self, conn: AsyncConnection) -> Backlog:
        """What waits, for metrics; asked every few seconds, so it may cost a scan of what waits."""
