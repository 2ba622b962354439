"""Who is received now: how many requests of one department, how many of them hold a connection or are streams, and
that a submission of several parts is received once at a time."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.ingest.admission import repository
from services.ingest.admission.errors import DepartmentBusyError
from shared import logging
from shared.db import ERRORS, create_engine, transaction
from shared.http.idempotency import KeyInFlightError

RESERVED_CONNECTIONS = 2
"""Connections of the pool that a single department leaves to the others."""
STREAMS = 4
"""Streams of one department that one process receives at a time: each holds up to two parts in memory."""

log = logging.get()


class Admission:
    """One a process. `in_flight`: requests of a department; `pool_size`: connections of the process."""

    def __init__(self, in_flight: int, pool_size: int, streams: int = STREAMS) -> None:
        self._in_flight = in_flight
        self._streams = streams
        self._handled: Counter[str] = Counter()
        self._streaming: Counter[str] = Counter()
        slots = max(1, pool_size - RESERVED_CONNECTIONS)
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(slots))

    @contextmanager
    def enter(self, department: str) -> Iterator[None]:
        """Count a request in before its body is read. DepartmentBusyError when the department has its share."""
        with _one_of(self._handled, department, self._in_flight, "本部门同时处理的请求", "limit_in_flight"):
            yield

    @contextmanager
    def stream(self, department: str) -> Iterator[None]:
        """Count a stream in, which has entered already. DepartmentBusyError when the department has its share."""
        with _one_of(self._streaming, department, self._streams, "本部门同时进行的逐行报送", "limit_streams"):
            yield

    def connection(self, department: str) -> asyncio.Semaphore:
        """Hold it while holding a connection; whoever waits here waits behind its own department only."""
        return self._slots[department]


@contextmanager
def _one_of(counted: Counter[str], department: str, limit: int, what: str, name: str) -> Iterator[None]:
    if counted[department] >= limit:
        raise DepartmentBusyError(
            f"{what}已达 {limit} 个，请稍后重试。", headers={"Retry-After": "1"}, extra={name: limit}
        )
    counted[department] += 1
    try:
        yield
    finally:
        counted[department] -= 1


class Turns:
    """Submissions of several parts that this process receives, each under an advisory lock of the database: another
    request for it is told so, whichever process it reaches, and when this process dies the lock is gone with its
    session. One session for all of them, while there are any."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._url = engine.url.render_as_string(hide_password=False)
        self._session: AsyncEngine | None = None
        self._held: set[int] = set()
        self._asking = asyncio.Lock()

    @asynccontextmanager
    async def hold(self, number: int) -> AsyncIterator[None]:
        """Receive under this lock. KeyInFlightError when somebody does."""
        if number in self._held:
            raise _in_flight()
        self._held.add(number)
        try:
            if not await self._lock(number):
                raise _in_flight()
            try:
                yield
            finally:
                await self._unlock(number)
        finally:
            self._held.discard(number)
            await self._leave()

    async def _lock(self, number: int) -> bool:
        async with self._asking:
            if self._session is None:
                self._session = create_engine(self._url, name="xianjie.ingest.receiving", pool_size=1)
            async with transaction(self._session) as conn:
                return await repository.try_lock(conn, number)

    async def _unlock(self, number: int) -> None:
        try:
            async with self._asking:
                if self._session is not None:
                    async with transaction(self._session) as conn:
                        await repository.unlock(conn, number)
        except ERRORS as error:  # a dead session holds no lock
            log.warning("lock_session_lost", error=type(error).__name__)

    async def _leave(self) -> None:
        async with self._asking:
            if not self._held and self._session is not None:
                session, self._session = self._session, None
                await session.dispose()


def lock_number(claim: bytes | None, submission_id: UUID) -> int:
    """The lock of a submission: with a claim that of its idempotency key (`shared.http.idempotency`), so that no other
    request with the key runs meanwhile."""
    name = claim[:8] if claim is not None else submission_id.bytes[8:]
    return int.from_bytes(name, "big", signed=True)


async def is_received(conn: AsyncConnection, claim: bytes | None, submission_id: UUID) -> bool:
    """Whether any process is receiving it now."""
    return await repository.is_held(conn, lock_number(claim, submission_id))


def _in_flight() -> KeyInFlightError:
    return KeyInFlightError("同一幂等键的请求正在处理，请稍后重试。", headers={"Retry-After": "1"})
