"""The consumer loop: one batch is one transaction, and offsets come last.

inbox (ids never seen) → handlers → dead letters through the outbox → commit → offsets. Whatever fails, the
batch is read again; what was committed is known by its id. Nothing is ever skipped but well-formed
events of types that nobody here handles.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import clock, logging, metrics
from shared.db import transaction
from shared.events.base import Event
from shared.events.codec import Delivery, UndecodableError, decode
from shared.events.message import Message, Received
from shared.events.registry import Registry, registry
from shared.messaging import outbox
from shared.messaging.dead import dead_letter
from shared.messaging.domain import BrokerError
from shared.messaging.inbox import repository as inbox
from shared.messaging.loop import backoff, pause, until
from shared.messaging.protocols import Source

Handler = Callable[[AsyncConnection, list[Delivery]], Awaitable[None]]
"""Takes all new deliveries of its classes in one batch, in order of partition and offset, in the batch's
transaction. It must bear an older version after a newer one."""

MAX_RECORDS = 2_000
WAIT_MS = 250
MAX_FAILURES = 10
DEAD_WINDOW = 1_000
DEAD_LEAST = 20
DEAD_RATIO = 0.25
PURGE_SECONDS = 3_600.0

log = logging.get()


class TooManyDeadLettersError(Exception):
    """So much does not parse that this code must be wrong, not the data. Nothing of the batch was stored."""


class Sorted(NamedTuple):
    """A batch by what is to be done with it."""

    deliveries: list[Delivery]
    dead: list[Message]
    unknown: Counter[str]


class Consumer:
    """Applies what `source` brings with `handlers`, as one member of `group`.

    `max_failures` batches that fail in a row end `run` with the last error. Several members may run at once.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        source: Source,
        handlers: Mapping[type[Event], Handler],
        *,
        group: str,
        max_records: int = MAX_RECORDS,
        wait_ms: int = WAIT_MS,
        max_failures: int = MAX_FAILURES,
    ) -> None:
        self._engine = engine
        self._source = source
        self._handlers = dict(handlers)
        self._registry: Registry = registry(handlers)
        self._group = group
        self._max_records = max_records
        self._wait_ms = wait_ms
        self._max_failures = max_failures
        self._window: deque[tuple[int, int]] = deque()
        self._purge_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`. Raises the last error after `max_failures` in a row, or
        TooManyDeadLettersError at once."""
        failures = 0
        try:
            await self._join(stop)
            while not stop.is_set():
                try:
                    await self.step()
                    failures = 0
                except TooManyDeadLettersError:
                    raise
                except Exception as error:  # any failure: read the batch again, never skip it
                    failures += 1
                    log.warning("batch_failed", group=self._group, failures=failures, error=type(error).__name__)
                    if failures >= self._max_failures:
                        raise
                    await self._source.rewind()
                    await pause(stop, backoff(failures))
        finally:
            await self._source.stop()

    async def _join(self, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                await until(stop, self._source.start())
            except BrokerError as error:
                failures += 1
                log.warning("broker_failed", group=self._group, failures=failures, error=str(error))
                await pause(stop, backoff(failures))
            else:
                return

    async def step(self) -> int:
        """One batch, from the broker to its offsets; how many messages it had."""
        batch = await self._source.batch(self._max_records, self._wait_ms)
        if not batch:
            await self._purge()
            return 0
        with metrics.BATCH_SECONDS.time():
            found = self._sort(batch)
            self._bound_dead_letters(len(batch), len(found.dead))
            async with self._source.hold() as held:
                if not held:  # the partitions went to another member, who reads the batch
                    return 0
                async with transaction(self._engine) as conn:
                    fresh = await self._apply(conn, found)
                await self._source.commit()
        self._count(found, fresh)
        return len(batch)

    def _sort(self, batch: Sequence[Received]) -> Sorted:
        found = Sorted([], [], Counter())
        for received in batch:
            try:
                delivery = decode(received, self._registry)
            except UndecodableError as error:
                found.dead.append(dead_letter(received, error.reason, group=self._group))
                log.warning(
                    "dead_letter",
                    topic=received.topic,
                    partition=received.partition,
                    offset=received.offset,
                    reason=error.reason,
                )
                continue
            if isinstance(delivery, Delivery):
                found.deliveries.append(delivery)
            else:
                found.unknown[received.topic] += 1
        return found

    def _bound_dead_letters(self, seen: int, dead: int) -> None:
        window = [*self._window, (seen, dead)]
        all_dead = sum(bad for _, bad in window)
        if all_dead >= DEAD_LEAST and all_dead > DEAD_RATIO * sum(all_ for all_, _ in window):
            raise TooManyDeadLettersError(f"{all_dead} of the last {sum(all_ for all_, _ in window)} messages")
        self._window.append((seen, dead))
        while sum(all_ for all_, _ in self._window) - self._window[0][0] >= DEAD_WINDOW:
            self._window.popleft()

    async def _apply(self, conn: AsyncConnection, found: Sorted) -> list[Delivery]:
        await inbox.limit_idle(conn)
        first = {delivery.event_id: delivery for delivery in reversed(found.deliveries)}
        new = await inbox.new_ids(conn, first, clock.now())
        fresh = [d for d in found.deliveries if d.event_id in new and first[d.event_id] is d]
        for handler, deliveries in self._by_handler(fresh).items():
            await handler(conn, deliveries)
        await outbox.add(conn, found.dead)
        return fresh

    def _by_handler(self, fresh: Sequence[Delivery]) -> dict[Handler, list[Delivery]]:
        calls: dict[Handler, list[Delivery]] = {handler: [] for handler in self._handlers.values()}
        for delivery in fresh:
            calls[self._handlers[type(delivery.event)]].append(delivery)
        return {handler: deliveries for handler, deliveries in calls.items() if deliveries}

    def _count(self, found: Sorted, fresh: Sequence[Delivery]) -> None:
        results: Counter[tuple[str, str]] = Counter((delivery.topic, "applied") for delivery in fresh)
        seen = Counter(delivery.topic for delivery in found.deliveries)
        for topic, count in seen.items():
            results[topic, "duplicate"] += count - results[topic, "applied"]
        results.update({(topic, "unknown"): count for topic, count in found.unknown.items()})
        results.update(Counter((message.topic.removesuffix(".dead"), "dead") for message in found.dead))
        for (topic, result), count in results.items():
            metrics.CONSUMED.labels(topic, result).inc(count)

    async def _purge(self) -> None:
        """Now and then, when idle: forget ids older than any message can be."""
        if time.monotonic() < self._purge_at:
            return
        async with transaction(self._engine) as conn:
            done = await inbox.purge(conn, clock.now() - inbox.KEEP)
        if done < inbox.PURGE_AT_ONCE:
            self._purge_at = time.monotonic() + PURGE_SECONDS
