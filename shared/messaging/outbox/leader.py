"""The leader of an outbox: the only one in its service who produces to Kafka.

Two loops share one connection, which holds a session advisory lock: one **numbers** committed rows, the
other **publishes** them in that order. Numbering goes on while the broker is away, because change
feeds read numbered rows. When the connection dies, lock, numbering and marking die together; the next
leader publishes again what was not marked, under the same ids and positions: at least once, and
consumers apply it once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import clock, logging, metrics
from shared.db import create_engine
from shared.events.topics import RETENTION_DAYS
from shared.messaging.domain import BrokerError, Published
from shared.messaging.loop import backoff, pause
from shared.messaging.outbox import amnesia, repository
from shared.messaging.protocols import OutboxBatch, OutboxStore, Publisher, TopicPartition

TAKE_AT_ONCE = 10_000
POLL_SECONDS = 0.02
LOCK_POLL_SECONDS = 0.5
WATCH_SECONDS = 5.0
LAST_SEND_SECONDS = 3.0
"""How long a send may still take after the process was told to stop."""
MAX_FAILURES = 20

# A leader that was stopped (SIGSTOP) or whose machine is gone must not keep the lock: the server ends a
# session that says nothing for 20 s, and a living leader says something every 20 ms.
_SESSION = {
    "idle_session_timeout": "20s",
    "idle_in_transaction_session_timeout": "20s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}

log = logging.get()


class Leader:
    """Numbers and publishes what `store` holds. `name` is the lock's: one leader works, others wait.
    Every `watch_seconds` an idle one compares the broker's log with what it knows, looks for rows that
    somebody made wait again, and counts what waits."""

    def __init__(
        self,
        database: AsyncEngine | str,
        store: OutboxStore,
        publisher: Publisher,
        name: str,
        *,
        watch_seconds: float = WATCH_SECONDS,
    ) -> None:
        self._url = database if isinstance(database, str) else database.url.render_as_string(hide_password=False)
        self._store = store
        self._publisher = publisher
        self._name = name
        self._watch_seconds = watch_seconds
        self._turn = asyncio.Lock()  # one question at a time on the one connection
        self._numbered = asyncio.Event()
        self._known: dict[TopicPartition, tuple[int, str]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Lead, or wait to lead, until `stop`. A broker that is away is waited for without end; 20 failures of
        anything else in a row are raised, for the supervisor to start the process again."""
        failures = 0
        while not stop.is_set():
            engine = create_engine(self._url, name=f"xianjie.leader.{self._name}", pool_size=1, **_SESSION)
            began = time.monotonic()
            try:
                async with engine.connect() as conn:
                    if await self._elected(conn, stop):
                        await self._lead(conn, stop)
            except Exception as error:  # supervision: whatever it was, a new session starts from the database
                failures = 1 if time.monotonic() - began > 60 else failures + 1
                log.warning("leader_failed", leader=self._name, failures=failures, error=_cause(error))
                if failures >= MAX_FAILURES:
                    raise
                await pause(stop, backoff(failures))
            finally:
                await engine.dispose()  # ends the session, and with it the lock

    async def _elected(self, conn: AsyncConnection, stop: asyncio.Event) -> bool:
        while not stop.is_set():
            async with conn.begin():
                if await repository.try_lock(conn, self._name):
                    self._known = await repository.broker_log(conn)
                    log.info("leader_elected", leader=self._name)
                    return True
            await pause(stop, LOCK_POLL_SECONDS)
        return False

    async def _lead(self, conn: AsyncConnection, stop: asyncio.Event) -> None:
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._number(conn, stop))
                both.create_task(self._publish(conn, stop))
        finally:
            await self._publisher.stop()

    @asynccontextmanager
    async def _transaction(self, conn: AsyncConnection) -> AsyncIterator[None]:
        async with self._turn, conn.begin():
            yield

    async def _number(self, conn: AsyncConnection, stop: asyncio.Event) -> None:
        count_at = 0.0
        while not stop.is_set():
            async with self._transaction(conn):
                numbered = await self._store.number(conn)
            if numbered:
                self._numbered.set()
            else:
                await pause(stop, POLL_SECONDS)
            if time.monotonic() >= count_at:
                await self._measure(conn)
                count_at = time.monotonic() + self._watch_seconds
        self._numbered.set()  # lets the other loop see `stop`

    async def _measure(self, conn: AsyncConnection) -> None:
        async with self._transaction(conn):
            backlog = await self._store.backlog(conn)
        metrics.OUTBOX_ROWS.set(backlog.messages)
        age = (clock.now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
        metrics.OUTBOX_AGE_SECONDS.set(max(0.0, age))

    async def _publish(self, conn: AsyncConnection, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                await self._publisher.start()
                await self._compare(conn)
                while not stop.is_set():
                    await self._publish_next(conn, stop)
                    failures = 0
            except BrokerError as error:
                failures += 1
                log.warning("broker_failed", leader=self._name, failures=failures, error=str(error))
                await self._publisher.stop()  # a new producer, then the outbox is read again
                await pause(stop, backoff(failures))

    async def _publish_next(self, conn: AsyncConnection, stop: asyncio.Event) -> None:
        self._numbered.clear()
        async with self._transaction(conn):
            batch = await self._store.take(conn, TAKE_AT_ONCE)
        if batch.messages:
            published = await self._send(batch, stop)
            if published is not None:
                await self._settle(conn, batch, published)
            return
        try:
            await asyncio.wait_for(self._numbered.wait(), self._watch_seconds)
        except TimeoutError:
            await self._compare(conn)

    async def _send(self, batch: OutboxBatch, stop: asyncio.Event) -> Published | None:
        """None when the process stops before the broker has answered: the batch stays unmarked."""
        sending = asyncio.ensure_future(self._publisher.publish(batch.messages))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait([sending, stopping], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait([sending], timeout=LAST_SEND_SECONDS)
            return await sending if sending.done() else None
        finally:
            sending.cancel()
            stopping.cancel()

    async def _settle(self, conn: AsyncConnection, batch: OutboxBatch, published: Published) -> None:
        if amnesia.contradicts(self._known, published.acks):
            await self._start_over(conn)  # this batch included: it was never marked
            return
        known = repository.last_known(published.acks, batch.messages)
        async with self._transaction(conn):
            await self._store.mark(conn, batch, published.places)
            await repository.remember(conn, known)
        self._known.update(known)
        for topic, count in Counter(message.topic for message in batch.messages).items():
            metrics.PUBLISHED.labels(topic).inc(count)

    async def _compare(self, conn: AsyncConnection) -> None:
        if await amnesia.forgotten(self._publisher, self._known):
            await self._start_over(conn)

    async def _start_over(self, conn: AsyncConnection) -> None:
        """The broker has lost its log: publish the last 30 days again, in order, under the same positions."""
        async with self._transaction(conn):
            waiting = await self._store.forget_published(conn, clock.now() - timedelta(days=RETENTION_DAYS))
            await repository.forget_broker_log(conn)
        self._known = {}
        metrics.AMNESIA.inc()
        log.error("broker_forgot_its_log", leader=self._name, published_again=waiting)
        await self._publisher.stop()
        await self._publisher.start()  # which waits for a broker that is still making its topics


def _cause(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__
