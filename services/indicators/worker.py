"""The indicators worker: consumer, the pass that computes values, and leader of the outbox."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators.changes import retention
from services.indicators.settings import Settings
from services.indicators.values import service
from services.indicators.values.consumer import HANDLERS
from shared import logging
from shared.db import ERRORS, create_engine, transaction
from shared.events.topics import ASSETS, FEED_TOPICS, RECONCILIATION
from shared.http import idempotency
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import KafkaPublisher, KafkaSource
from shared.messaging.loop import backoff, pause
from shared.messaging.outbox import Leader, TableStore
from shared.messaging.protocols import Publisher, Source

GROUP = "xianjie.indicators"
TOPICS = (*FEED_TOPICS, RECONCILIATION, ASSETS)
MAX_PASS_FAILURES = 10
TIDY_SECONDS = 3_600.0

log = logging.get()


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop`; the first part that gives up ends the others and is raised."""
    source = KafkaSource(settings.kafka_bootstrap, GROUP, TOPICS)
    publisher = KafkaPublisher(settings.kafka_bootstrap, idempotence=settings.kafka_idempotence)
    await work(settings, source, publisher, stop)


async def work(settings: Settings, source: Source, publisher: Publisher, stop: asyncio.Event) -> None:
    """The same on any broker."""
    engine = engine_of(settings)
    try:
        consumer = Consumer(engine, source, HANDLERS, group=GROUP)
        leader = Leader(engine, TableStore(), publisher, "indicators")
        async with asyncio.TaskGroup() as parts:
            parts.create_task(consumer.run(stop))
            parts.create_task(leader.run(stop))
            parts.create_task(compute(engine, stop, settings.pass_interval_seconds))
            parts.create_task(tidy(engine, stop))
            parts.create_task(retention.run(engine, stop, settings.change_retention_days))
    finally:
        await engine.dispose()


async def compute(engine: AsyncEngine, stop: asyncio.Event, interval_seconds: float) -> None:
    """Run the pass until `stop`, resting after each at least as long as it took: while records pour in,
    the marks of many batches are done by one pass. A database that fails ten times in a row ends it
    with that error, for the supervisor to start again."""
    failures = 0
    while not stop.is_set():
        started = time.monotonic()
        try:
            async with transaction(engine) as conn:
                await service.run_pass(conn)
        except ERRORS as error:
            failures += 1
            log.warning("pass_failed", failures=failures, error=type(error).__name__)
            if failures >= MAX_PASS_FAILURES:
                raise
            await pause(stop, backoff(failures))
        else:
            failures = 0
            await pause(stop, max(interval_seconds, time.monotonic() - started))


async def tidy(engine: AsyncEngine, stop: asyncio.Event) -> None:
    """Forget idempotency keys older than 30 days, hourly, until `stop`."""
    while not stop.is_set():
        try:
            async with transaction(engine) as conn:
                await idempotency.forget(conn)
        except ERRORS as error:  # an hour later is early enough
            log.warning("idempotency_keys_not_tidied", error=type(error).__name__)
        await pause(stop, TIDY_SECONDS)


def engine_of(settings: Settings) -> AsyncEngine:
    """Three connections: batch, pass, and one over for what is tidied and purged. A session that stops in a
    transaction is ended, so that it cannot hold its successor; and the counting statements never get a generic plan."""
    return create_engine(
        settings.database_url.get_secret_value(),
        name="xianjie.indicators.worker",
        pool_size=3,
        plan_cache_mode="force_custom_plan",
        idle_in_transaction_session_timeout="20s",
    )
