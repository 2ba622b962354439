"""One way to reach the twin, the embedded broker and Apache Kafka."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.messaging.domain import Message, Received
from shared.messaging.kafka import KafkaAdmin, KafkaPublisher, KafkaSource
from shared.messaging.memory import MemoryBroker
from shared.messaging.protocols import Admin, Publisher, Source

PATIENCE_SECONDS = 30


@dataclass
class Bus:
    """`bootstrap` is None for the twin. Everything made here is stopped by `close`."""

    bootstrap: str | None
    idempotence: bool = True
    memory: MemoryBroker = field(default_factory=MemoryBroker)
    made: list[Publisher | Source] = field(default_factory=list)

    def publisher(self) -> Publisher:
        """A producer, not started."""
        if self.bootstrap is None:
            made: Publisher = self.memory.publisher()
        else:
            made = KafkaPublisher(self.bootstrap, idempotence=self.idempotence)
        self.made.append(made)
        return made

    def source(self, group: str, topics: Sequence[str]) -> Source:
        """A group member, not started."""
        if self.bootstrap is None:
            made: Source = self.memory.source(group, topics)
        else:
            made = KafkaSource(self.bootstrap, group, topics)
        self.made.append(made)
        return made

    def admin(self) -> Admin:
        """What makes topics."""
        return self.memory.admin() if self.bootstrap is None else KafkaAdmin(self.bootstrap)

    async def close(self) -> None:
        """Stop everything."""
        await asyncio.gather(*(one.stop() for one in self.made))


def message(topic: str, key: str, value: str, **headers: str) -> Message:
    """A small message at a fixed time."""
    packed = tuple((name, text.encode()) for name, text in headers.items())
    return Message(topic, key.encode(), value.encode(), packed, 1_764_000_000_123)


async def read(source: Source, count: int, *, commit: bool = True) -> list[Received]:
    """The next `count` messages or more; fails when they do not come."""
    found: list[Received] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found) < count:
        assert time.monotonic() < deadline, f"only {len(found)} of {count} came"
        batch = await source.batch(1_000, 200)
        async with source.hold() as held:
            if held:
                found += batch
                if commit:
                    await source.commit()
    return found
