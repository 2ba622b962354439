"""Events, outbox rows and leaders for the tests of this folder."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import driver, transaction
from shared.events.base import Event
from shared.events.codec import encode
from shared.messaging import outbox
from shared.messaging.domain import Message
from shared.messaging.outbox.leader import Leader
from shared.messaging.protocols import OutboxStore, Publisher

TOPIC = "things.v1"
PATIENCE_SECONDS = 60


class ThingDoneV1(Event):
    """Something happened."""

    TYPE: ClassVar[str] = "test.thing.done.v1"
    TITLE: ClassVar[str] = "测试"
    TOPIC: ClassVar[str] = TOPIC

    number: int


class ThingDoneV2(Event):
    """The same, said in a way that V1 could not be changed into."""

    TYPE: ClassVar[str] = "test.thing.done.v2"
    TITLE: ClassVar[str] = "测试"
    TOPIC: ClassVar[str] = TOPIC

    numbers: list[int]


class OtherDoneV1(Event):
    """Something else."""

    TYPE: ClassVar[str] = "test.other.done.v1"
    TITLE: ClassVar[str] = "测试"
    TOPIC: ClassVar[str] = TOPIC

    number: int


def event_message(event: Event, event_id: str, key: str | None = None, topic: str = TOPIC) -> Message:
    return encode(event, event_id=event_id, source="/test", key=key or event_id, topic=topic)


def things(numbers: Sequence[int], topic: str = TOPIC) -> list[Message]:
    return [event_message(ThingDoneV1(number=n), f"thing.{n:06d}", f"key{n % 50}", topic) for n in numbers]


async def put(engine: AsyncEngine, messages: Sequence[Message]) -> None:
    """Commit messages to the outbox."""
    async with transaction(engine) as conn:
        await outbox.add(conn, messages)


async def rows(engine: AsyncEngine, sql: str, *args: Any) -> list[Any]:
    async with transaction(engine) as conn:
        return list(await (await driver(conn)).fetch(sql, *args))


async def value(engine: AsyncEngine, sql: str, *args: Any) -> Any:
    return (await rows(engine, sql, *args))[0][0]


async def unpublished(engine: AsyncEngine) -> int:
    return int(await value(engine, "SELECT count(*) FROM outbox WHERE published_at IS NULL"))


async def until(question: Callable[[], Awaitable[bool] | bool], what: str) -> None:
    """Wait until `question` is true; fails saying `what` when it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = question()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert time.monotonic() < deadline, f"never: {what}"
        await asyncio.sleep(0.02)


async def until_published(engine: AsyncEngine) -> None:
    async def done() -> bool:
        return await unpublished(engine) == 0

    await until(done, "everything published")


def _leader(engine: AsyncEngine, publisher: Publisher, store: OutboxStore | None, name: str) -> Leader:
    return Leader(engine, store or outbox.TableStore(), publisher, name, watch_seconds=0.2)


@asynccontextmanager
async def leading(
    engine: AsyncEngine, publisher: Publisher, store: OutboxStore | None = None, name: str = "test"
) -> AsyncIterator[asyncio.Task[None]]:
    """A leader at work; its failure, if any, is the test's."""
    stop = asyncio.Event()
    task = asyncio.create_task(_leader(engine, publisher, store, name).run(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE_SECONDS)
