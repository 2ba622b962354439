"""The two shapes a message has: on its way to the bus and coming from it. Plain tuples, because
tens of thousands a second are made of them."""

from __future__ import annotations

from typing import NamedTuple

Headers = tuple[tuple[str, bytes], ...]


class Message(NamedTuple):
    """To be published. `timestamp_ms` is integer Unix milliseconds (a float would mean 1970)."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers
    timestamp_ms: int


class Received(NamedTuple):
    """Read from `partition` of `topic` at `offset`. A foreign producer may have left key or value out."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int
