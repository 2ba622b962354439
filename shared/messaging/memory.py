"""A broker in memory with the behaviour of the real ones: partitions, groups that rebalance, committed
offsets, being away, and forgetting. For tests, and the yardstick of the suite they share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from shared.events.topics import PARTITIONS
from shared.messaging.domain import Ack, BrokerError, Message, Published, Received, partition_of
from shared.messaging.protocols import TopicPartition


class MemoryBroker:
    """Holds topics and groups. `away = True` makes every call fail; `forget()` is an embedded broker's restart."""

    def __init__(self) -> None:
        self.away = False
        self.logs: dict[str, list[list[Received]]] = {}
        self.groups: dict[str, _Group] = {}
        self.grown = asyncio.Condition()

    def publisher(self) -> MemoryPublisher:
        """A producer."""
        return MemoryPublisher(self)

    def source(self, group: str, topics: Sequence[str]) -> MemorySource:
        """A member of `group`."""
        return MemorySource(self, group, topics)

    def admin(self) -> MemoryAdmin:
        """What makes topics."""
        return MemoryAdmin(self)

    def create(self, names: Iterable[str], partitions: int = PARTITIONS) -> None:
        """Make topics that are missing."""
        for name in names:
            self.logs.setdefault(name, [[] for _ in range(partitions)])

    def forget(self) -> None:
        """Lose every message and every committed offset; the topics are there again, as by a supervisor. Members
        read from the start."""
        for log in self.logs.values():
            for partition in log:
                partition.clear()
        for group in self.groups.values():
            group.committed.clear()
            group.assign()

    def messages(self, topic: str) -> list[Received]:
        """All that a topic holds, by partition and offset."""
        return [received for partition in self.logs[topic] for received in partition]

    def reach(self) -> None:
        """BrokerError while the broker is away."""
        if self.away:
            raise BrokerError("the broker is away")

    def log(self, topic: str) -> list[list[Received]]:
        """The partitions of a topic; BrokerError when there is none."""
        try:
            return self.logs[topic]
        except KeyError:
            raise BrokerError(f"no topic {topic}") from None


class MemoryPublisher:
    """See Publisher."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._started = False

    async def start(self) -> None:
        """See Publisher."""
        self._broker.reach()
        self._started = True

    async def stop(self) -> None:
        """See Publisher."""
        self._started = False

    async def publish(self, messages: Sequence[Message]) -> Published:
        """See Publisher."""
        self._broker.reach()
        if not self._started:
            raise BrokerError("not started")
        published = Published([], [])
        acks: dict[TopicPartition, Ack] = {}
        for index, message in enumerate(messages):
            log = self._broker.log(message.topic)
            partition = partition_of(message.key, len(log))
            offset = len(log[partition])
            log[partition].append(
                Received(
                    message.topic,
                    partition,
                    offset,
                    message.key,
                    message.value,
                    message.headers,
                    message.timestamp_ms,
                )
            )
            published.places.append((partition, offset))
            ack = acks.get((message.topic, partition), Ack(message.topic, partition, offset, 0, index))
            acks[message.topic, partition] = ack._replace(size=ack.size + 1)
        published.acks.extend(acks.values())
        async with self._broker.grown:
            self._broker.grown.notify_all()
        return published

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """See Publisher."""
        self._broker.reach()
        there = [(topic, self._broker.logs[topic]) for topic in topics if topic in self._broker.logs]
        return {(topic, n): len(partition) for topic, log in there for n, partition in enumerate(log)}

    async def read_back(self, topic: str, partition: int, offset: int) -> Received | None:
        """See Publisher."""
        self._broker.reach()
        log = self._broker.log(topic)[partition]
        return log[offset] if offset < len(log) else None


class _Group:
    def __init__(self, broker: MemoryBroker) -> None:
        self.broker = broker
        self.members: list[MemorySource] = []
        self.committed: dict[TopicPartition, int] = {}

    async def change(self, *, join: MemorySource | None = None, leave: MemorySource | None = None) -> None:
        """A rebalance: every member finishes what it holds, then partitions are dealt out again."""
        for member in self.members:
            await member.revoke()
        if join is not None:
            self.members.append(join)
        if leave in self.members:
            self.members.remove(leave)
        self.assign()

    def assign(self) -> None:
        """Deal partitions out; everybody starts from what is committed."""
        for index, member in enumerate(self.members):
            member.epoch += 1
            places = [(topic, n) for topic in member.topics for n in range(len(self.broker.logs.get(topic, ())))]
            mine = places[index :: len(self.members)]
            member.positions = {place: self.committed.get(place, 0) for place in mine}


class MemorySource:
    """See Source."""

    def __init__(self, broker: MemoryBroker, group: str, topics: Sequence[str]) -> None:
        self.topics = list(topics)
        self.positions: dict[TopicPartition, int] = {}
        self.epoch = 0
        self._broker = broker
        self._group = broker.groups.setdefault(group, _Group(broker))
        self._lock = asyncio.Lock()
        self._batch_epoch = -1
        self._first: dict[TopicPartition, int] = {}
        self._next: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        """See Source."""
        self._broker.reach()
        await self._group.change(join=self)

    async def stop(self) -> None:
        """See Source."""
        await self._group.change(leave=self)
        self.positions = {}

    async def revoke(self) -> None:
        """Called by a rebalance: waits for what is held."""
        async with self._lock:
            self.epoch += 1

    async def batch(self, max_records: int, wait_ms: int) -> list[Received]:
        """See Source."""
        deadline = time.monotonic() + wait_ms / 1000
        while not (found := self._read(max_records)) and (left := deadline - time.monotonic()) > 0:
            async with self._broker.grown:
                try:
                    await asyncio.wait_for(self._broker.grown.wait(), min(left, 0.05))
                except TimeoutError:
                    continue
        return found

    def _read(self, max_records: int) -> list[Received]:
        if self._broker.away:
            return []
        found: list[Received] = []
        self._batch_epoch, self._first, self._next = self.epoch, {}, {}
        for (topic, partition), position in self.positions.items():
            part = self._broker.logs[topic][partition][position : position + max_records - len(found)]
            if part:
                self._first[topic, partition] = position
                self._next[topic, partition] = position + len(part)
                found += part
        self.positions.update(self._next)
        return found

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[bool]:
        """See Source."""
        async with self._lock:
            yield self._batch_epoch == self.epoch

    async def commit(self) -> None:
        """See Source."""
        if not self._broker.away and self._batch_epoch == self.epoch:
            self._group.committed.update(self._next)

    async def rewind(self) -> None:
        """See Source."""
        if self._batch_epoch == self.epoch:
            self.positions.update(self._first)


class MemoryAdmin:
    """See Admin."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    async def ensure_topics(self, names: Sequence[str], *, partitions: int, replication: int = 1) -> None:
        """See Admin. There is one copy, whatever `replication` says."""
        del replication
        self._broker.reach()
        self._broker.create(names, partitions)
