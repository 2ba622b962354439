"""The seam to whoever keeps what was published: logs that are read from a position on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from shared.events.message import Received


class Batch(Protocol):
    """Some messages of a log, and the position of the last."""

    @property
    def position(self) -> int:
        """Where the next batch begins."""

    @property
    def messages(self) -> Sequence[Received]:
        """The messages."""


class Log(Protocol):
    """What another service keeps of what it published."""

    @property
    def title(self) -> str:
        """Its name for people."""

    def after(self, position: int) -> AsyncIterator[Batch]:
        """Its messages behind `position`, in order, in batches."""
