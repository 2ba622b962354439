"""Messages packed by partition for a producer with a batch API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.messaging.domain import Message, partition_of
from shared.messaging.protocols import TopicPartition as Place


@dataclass(slots=True)
class Batch:
    """Messages for one partition; `indices` say which of the given list."""

    topic: str
    partition: int
    builder: Any
    indices: list[int] = field(default_factory=list)


async def packed(producer: Any, messages: Sequence[Message]) -> list[Batch]:
    """Messages by partition, packed in batches in the order in which these fill up."""
    counts = {topic: len(await producer.partitions_for(topic)) for topic in {m.topic for m in messages}}
    filling: dict[Place, Batch] = {}
    full: list[Batch] = []
    for index, (topic, key, value, headers, timestamp_ms) in enumerate(messages):
        place = (topic, partition_of(key, counts[topic]))
        batch = filling.get(place)
        if batch is None:
            batch = filling[place] = Batch(*place, producer.create_batch())
        if batch.builder.append(timestamp=timestamp_ms, key=key, value=value, headers=list(headers)) is None:
            full.append(batch)
            batch = filling[place] = Batch(*place, producer.create_batch())
            batch.builder.append(timestamp=timestamp_ms, key=key, value=value, headers=list(headers))
        batch.indices.append(index)
    return full + list(filling.values())
