"""The dispatcher: takes the change feed into each subscription's queue and sends what is due.

Any number of workers may run one. A subscription is worked on under its row's lock, so that no two decide at once
what is next; a message is then claimed for a while, and sent with no lock and no connection held. A worker that dies
leaves claims that run out: a message may be sent twice, under the same id, and is never lost.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import SystemRandom
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.screening.delivery import service as feed
from services.screening.delivery.errors import CursorExpiredError
from services.screening.delivery.service import Filter
from services.screening.hooks import domain, events, payloads, signing
from services.screening.hooks.domain import Answer, Message, Webhook
from services.screening.hooks.repository import queue, subscriptions
from services.screening.hooks.sender import Sender
from services.screening.hooks.site import site_of, tls_of
from services.screening.settings import Settings
from shared import clock, logging, metrics
from shared.db import create_engine, transaction
from shared.events.topics import RETENTION_DAYS
from shared.messaging import outbox
from shared.privacy.sealing import Sealer, UnsealError

AT_ONCE = 8
"""Requests under way to one receiver from one worker."""
MOST_WAITING = 1_000
"""A queue is no longer than this: the rest stays in the change feed, so a dead receiver fills nothing."""
POLL_SECONDS = 0.05
LEASE = timedelta(seconds=60)
LAST_SECONDS = 3.0
"""How long requests may still take after the process was told to stop."""
FORGET_SECONDS = 60.0
FORGET_AT_ONCE = 1_000

_random = SystemRandom().random
log = logging.get()


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """What a worker does of this room until `stop`: nothing where there is no key to read secrets with. It has
    connections of its own, so that it neither waits for the consumer nor makes it wait."""
    site = site_of(settings)
    if site.sealer is None:
        return
    engine = create_engine(
        settings.database_url.get_secret_value(),
        name="xianjie.screening.hooks",
        pool_size=3,
        idle_in_transaction_session_timeout="20s",
    )
    try:
        await Dispatcher(engine, Sender(site.gate, tls_of(settings)), site.sealer).run(stop)
    finally:
        await engine.dispose()


class Dispatcher:
    """Of one process. `random` gives [0, 1) for the jitter of retries."""

    def __init__(
        self,
        engine: AsyncEngine,
        sender: Sender,
        sealer: Sealer,
        random: Callable[[], float] = _random,
        last_seconds: float = LAST_SECONDS,
    ) -> None:
        self._engine = engine
        self._sender = sender
        self._sealer = sealer
        self._random = random
        self._last_seconds = last_seconds
        self._token = uuid4()
        self._under_way: Counter[UUID] = Counter()
        self._sending: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`; the first failure of our own ends it and is raised."""
        forget_at = 0.0
        try:
            async with asyncio.TaskGroup() as group:
                while not stop.is_set():
                    if time.monotonic() >= forget_at:
                        await self._forget()
                        forget_at = time.monotonic() + FORGET_SECONDS
                    if not await self.tick(group):
                        await self._rest()
                await self._leave()
        finally:
            await self._sender.close()

    async def tick(self, group: asyncio.TaskGroup) -> int:
        """Begin to send whatever is due and has a free place; how many were begun."""
        now = clock.now()
        async with transaction(self._engine) as conn:
            newest = await feed.newest(conn)
            at_work = await queue.at_work(conn, newest, now)
        begun = 0
        for webhook_id in at_work:
            free = AT_ONCE - self._under_way[webhook_id]
            if free <= 0:
                continue
            async with transaction(self._engine) as conn:
                webhook = await subscriptions.take(conn, webhook_id)
                messages = [] if webhook is None else await self._claim(conn, webhook, newest, free)
            for message in messages:
                assert webhook is not None  # noqa: S101 - a type: there are messages of it
                self._begin(group, webhook, message)
            begun += len(messages)
        return begun

    async def _claim(self, conn: AsyncConnection, webhook: Webhook, newest: int, free: int) -> list[Message]:
        if webhook.enabled:
            await self._fill(conn, webhook, newest)
        now = clock.now()
        changes = webhook.enabled and (webhook.not_before is None or webhook.not_before <= now)
        return await queue.claim(conn, webhook.webhook_id, self._token, now, now + LEASE, changes=changes, limit=free)

    async def _fill(self, conn: AsyncConnection, webhook: Webhook, newest: int) -> None:
        if webhook.cursor >= newest:
            return
        room = MOST_WAITING - (await queue.waiting(conn, [webhook.webhook_id]))[webhook.webhook_id]
        if room <= 0:
            return
        wanted = Filter(webhook.prefix, webhook.rules, webhook.severities)
        try:
            page = await feed.read(conn, wanted, webhook.cursor, room)
        except CursorExpiredError:
            await self._disable(conn, webhook, events.Last("cursor_expired"))
            return
        await queue.put(conn, webhook.webhook_id, payloads.of_changes(page.items), clock.now())
        await subscriptions.advance(conn, webhook.webhook_id, int(page.next))

    def _begin(self, group: asyncio.TaskGroup, webhook: Webhook, message: Message) -> None:
        self._under_way[webhook.webhook_id] += 1
        task = group.create_task(self._send(webhook, message))
        self._sending.add(task)
        task.add_done_callback(lambda done: self._ended(done, webhook.webhook_id))

    def _ended(self, task: asyncio.Task[None], webhook_id: UUID) -> None:
        self._sending.discard(task)
        self._under_way[webhook_id] -= 1
        if not self._under_way[webhook_id]:
            del self._under_way[webhook_id]
        self._woken.set()

    async def _send(self, webhook: Webhook, message: Message) -> None:
        try:
            headers = signing.headers(self._sealer, webhook, message, clock.now())
        except UnsealError:
            log.warning("webhook_secret_unreadable", webhook_id=str(webhook.webhook_id))
            answer = Answer(None, 0, "secret_unreadable")
        else:
            answer = await self._sender.post(webhook.url, headers, message.payload)
        metrics.WEBHOOK_ATTEMPTS.labels(answer.failure or "delivered").inc()
        await self._settle(webhook, message, answer)

    async def _settle(self, webhook: Webhook, message: Message, answer: Answer) -> None:
        now = clock.now()
        verdict = domain.verdict(message, answer, now, self._random)
        attempt = {
            "at": now.isoformat(),
            "code": answer.code,
            "milliseconds": answer.milliseconds,
            "failure": answer.failure,
        }
        async with transaction(self._engine) as conn:
            if verdict.disable is not None or verdict.not_before is not None:
                await subscriptions.lock(conn, webhook.webhook_id)  # before its messages, as everybody else
            if not await queue.settle(conn, message, self._token, verdict, attempt, now):
                return
            if verdict.not_before is not None:
                await subscriptions.leave_alone(conn, webhook.webhook_id, verdict.not_before)
            if verdict.disable is not None:
                last = events.Last(verdict.disable, message.event_id, answer.code, answer.failure)
                await self._disable(conn, webhook, last)

    async def _disable(self, conn: AsyncConnection, webhook: Webhook, last: events.Last) -> None:
        now = clock.now()
        if await subscriptions.disable(conn, webhook.webhook_id, last.reason, now):
            await outbox.add(conn, [events.disabled(webhook, last, now)])
            log.warning("webhook_disabled", webhook_id=str(webhook.webhook_id), reason=last.reason)

    async def _rest(self) -> None:
        """Until a request ends, or for a moment."""
        self._woken.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)

    async def _leave(self) -> None:
        """Let what is under way end; what does not is given back, to be sent again by whoever comes."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=self._last_seconds)
        for task in tuple(self._sending):
            task.cancel()
        async with transaction(self._engine) as conn:
            await queue.release(conn, self._token)

    async def _forget(self) -> None:
        before = clock.now() - timedelta(days=RETENTION_DAYS)
        async with transaction(self._engine) as conn:
            await queue.forget(conn, before, FORGET_AT_ONCE)
