"""How many requests of one department are handled at a time, and how many of them hold a connection."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from services.ingest.admission.errors import DepartmentBusyError

RESERVED_CONNECTIONS = 2
"""Connections of the pool that a single department leaves to the others."""


class Admission:
    """One a process. `in_flight`: requests of a department; `pool_size`: connections of the process."""

    def __init__(self, in_flight: int, pool_size: int) -> None:
        self._in_flight = in_flight
        self._handled: Counter[str] = Counter()
        slots = max(1, pool_size - RESERVED_CONNECTIONS)
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(slots))

    @contextmanager
    def enter(self, department: str) -> Iterator[None]:
        """Count a request in before its body is read. DepartmentBusyError when the department has its share."""
        if self._handled[department] >= self._in_flight:
            limit = self._in_flight
            raise DepartmentBusyError(
                f"本部门同时处理的请求已达 {limit} 个，请稍后重试。",
                headers={"Retry-After": "1"},
                extra={"limit_in_flight": limit},
            )
        self._handled[department] += 1
        try:
            yield
        finally:
            self._handled[department] -= 1

    def connection(self, department: str) -> asyncio.Semaphore:
        """Hold it while holding a connection; whoever waits here waits behind its own department only."""
        return self._slots[department]
