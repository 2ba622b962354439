"""Ctrl-C as a wish that is asked for at safe points, so that no step is left half done."""

from __future__ import annotations

import signal
import threading
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):  # noqa: N818  # a wish of the person at the keyboard, not an error
    """Somebody asked us to stop."""


class Interrupt:
    """Takes over SIGINT, SIGTERM and SIGHUP of this process until `release`."""

    def __init__(self) -> None:
        self._wish = threading.Event()
        self._before = {number: signal.signal(number, self._wished) for number in _SIGNALS}

    def check(self) -> None:
        """Raises Interrupted when somebody asked."""
        if self._wish.is_set():
            raise Interrupted

    def wait(self, seconds: float) -> None:
        """Sleep, but wake up and raise Interrupted when somebody asks."""
        self._wish.wait(seconds)
        self.check()

    def forever(self) -> None:
        """Wait until somebody asks."""
        while not self._wish.wait(3600):
            pass

    def release(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _wished(self, _number: int, _frame: FrameType | None) -> None:
        self._wish.set()
