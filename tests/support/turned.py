"""The clock of a development stack, turned by hand: a file that every process of it reads, and this one too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

from shared import clock


class Turned:
    """It is nine in the morning of the day to which it was turned, and a second later with every turn to that day."""

    def __init__(self, file: Path, day: str) -> None:
        self.file = file
        self._last = datetime.min.replace(tzinfo=clock.SHANGHAI)
        self.to(day)

    @classmethod
    @contextmanager
    def begin(cls, file: Path, day: str) -> Iterator[Turned]:
        """A clock that this process follows until the end of the block."""
        turned = cls(file, day)
        clock.follow(file)
        try:
            yield turned
        finally:
            clock.follow(None)

    def to(self, day: str) -> None:
        """Turn it forward; ValueError for a day that is past."""
        nine = datetime.combine(date.fromisoformat(day), time(9), clock.SHANGHAI)
        if nine.date() < self._last.date():
            raise ValueError(f"the clock is past {day}")
        self._last = max(nine, self._last + timedelta(seconds=1)) if nine.date() == self._last.date() else nine
        part = self.file.with_suffix(".part")
        part.write_text(self._last.isoformat())
        part.replace(self.file)  # a process never reads half of it
