"""What both sides of the bus agree on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from shared.events.message import Headers, Message, Received

__all__ = ["Ack", "BrokerError", "Headers", "Message", "Published", "Received", "partition_of", "runs"]

MAX_MESSAGE_BYTES = 1_000_000
"""Largest message that an outbox takes: a broker refuses 1 MiB by default, and a message that it
refuses for ever would stop every later one. `shared.messaging.dead` says how dead letters fit."""


class BrokerError(Exception):
    """The broker is away, or did not acknowledge everything in time. Try again; nothing is lost."""


class Ack(NamedTuple):
    """`size` messages of one batch stand at `base_offset` and after. `first` is the index, in the list that
    was published, of the message at `base_offset`."""

    topic: str
    partition: int
    base_offset: int
    size: int
    first: int


class Published(NamedTuple):
    """What the broker acknowledged: (partition, offset) of each message in the given order, and the batches."""

    places: list[tuple[int, int]]
    acks: list[Ack]


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key: CRC-32 modulo the number of partitions. Every producer to our topics must
    use it (librdkafka: `partitioner=consistent`)."""
    return crc32(key) % partitions


def runs(places: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Places as [(partition, base_offset, count)] of consecutive offsets, in order of partition and offset."""
    found: list[tuple[int, int, int]] = []
    for partition, offset in sorted(places):
        if found:
            last, base, count = found[-1]
            if last == partition and base + count == offset:
                found[-1] = (partition, base, count + 1)
                continue
        found.append((partition, offset, 1))
    return found
