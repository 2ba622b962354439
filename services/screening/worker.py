"""Screening's worker: consumer, leader of the outbox, webhooks, sweep, runs and statuses in one process."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.delivery import retention
from services.screening.hooks import dispatcher
from services.screening.rules import service as rules
from services.screening.runs import execution, sweep
from services.screening.settings import Settings
from services.screening.status import keeping
from services.screening.warnings.consumer import Records
from shared.db import create_engine, transaction
from shared.events.topics import ASSETS, FEED_TOPICS, RECONCILIATION
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import KafkaPublisher, KafkaSource
from shared.messaging.outbox import Leader, TableStore
from shared.messaging.protocols import Publisher, Source

GROUP = "xianjie.screening"
TOPICS = (*FEED_TOPICS, RECONCILIATION, ASSETS)


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop`; the first part that fails ends the others and is raised."""
    source = KafkaSource(settings.kafka_bootstrap, GROUP, TOPICS)
    publisher = KafkaPublisher(settings.kafka_bootstrap, idempotence=settings.kafka_idempotence)
    await work(settings, source, publisher, stop)


async def work(settings: Settings, source: Source, publisher: Publisher, stop: asyncio.Event) -> None:
    """The same on any broker."""
    engine = engine_of(settings)
    try:
        async with transaction(engine) as conn:
            await rules.seed(conn, settings.demo_parameters)
        records = Records()
        consumer = Consumer(
            engine,
            source,
            records.handlers(),
            group=GROUP,
            max_records=settings.batch_records,
            wait_ms=settings.batch_wait_ms,
        )
        leader = Leader(engine, TableStore(), publisher, "screening")
        async with asyncio.TaskGroup() as parts:
            parts.create_task(consumer.run(stop))
            parts.create_task(leader.run(stop))
            parts.create_task(retention.run(engine, stop, settings.change_retention_days))
            parts.create_task(dispatcher.run(settings, stop))
            parts.create_task(sweep.run(engine, stop, settings.sweep_poll_seconds, records.now))
            parts.create_task(keeping.run(engine, stop, settings.sweep_poll_seconds, records.now))
            parts.create_task(execution.run(engine, stop, settings.sweep_poll_seconds, records.now))
    finally:
        await engine.dispose()


def engine_of(settings: Settings) -> AsyncEngine:
    """Five connections: batch, what is due, runs, statuses, and one over; sweeps and runs work in sessions of their
    own. A session that stops in a transaction is ended, so that it cannot hold its successor; and the facts
    statement never gets a generic plan."""
    return create_engine(
        settings.database_url.get_secret_value(),
        name="xianjie.screening.worker",
        pool_size=5,
        plan_cache_mode="force_custom_plan",
        idle_in_transaction_session_timeout="20s",
    )
