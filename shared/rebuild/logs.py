"""The seam to whoever keeps what was published: logs that are read from a position on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol

from shared.events.message import Received


class Batch(NamedTuple):
    """Some messages of a log, and the position of the last."""

    position: int
    messages: list[Received]


class Log(Protocol):
    """What another service keeps of what it published."""

    @property
    def title(self) -> str:
        """Its name for people."""

    def after(self, position: int) -> AsyncIterator[Batch]:
        """Its messages behind `position`, in order, in batches."""
