"""The worker of assets: consumer, leader of the outbox, findings and stopped income as entries and days bring them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from services.assets.beneficiaries.consumer import HANDLERS
from services.assets.findings import service as findings
from services.assets.income import stops
from services.assets.settings import Settings
from shared import clock, logging
from shared.db import ERRORS, create_engine, transaction
from shared.events.topics import HOUSEHOLDS
from shared.http import idempotency
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import KafkaPublisher, KafkaSource
from shared.messaging.loop import pause
from shared.messaging.outbox import Leader, TableStore
from shared.messaging.protocols import Publisher, Source

GROUP = "xianjie.assets"
TOPICS = (HOUSEHOLDS,)
TIDY_SECONDS = timedelta(hours=1).total_seconds()


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop`; the first part that gives up ends the others and is raised, for the supervisor to start
    the process again."""
    source = KafkaSource(settings.kafka_bootstrap, GROUP, TOPICS)
    publisher = KafkaPublisher(settings.kafka_bootstrap, idempotence=settings.kafka_idempotence)
    await work(settings, source, publisher, stop)


async def work(settings: Settings, source: Source, publisher: Publisher, stop: asyncio.Event) -> None:
    """The same on any broker."""
    engine = create_engine(
        settings.database_url.get_secret_value(),
        name="xianjie.assets.worker",
        pool_size=3,
        idle_in_transaction_session_timeout="20s",
    )
    try:
        async with asyncio.TaskGroup() as parts:
            parts.create_task(Consumer(engine, source, HANDLERS, group=GROUP).run(stop))
            parts.create_task(Leader(engine, TableStore(), publisher, "assets").run(stop))
            parts.create_task(_look(engine, stop, settings))
            parts.create_task(_tidy(engine, stop))
    finally:
        await engine.dispose()


async def _look(engine: AsyncEngine, stop: asyncio.Event, settings: Settings) -> None:
    """Findings, and income that stopped, once an interval: entries change them and so do days that pass. With the
    day's first look income is told to have stopped whoever is at work on the asset: see `stops.tell`."""
    last_day = None
    while not stop.is_set():
        today = clock.today()
        try:
            async with transaction(engine) as conn:
                await findings.look(conn, today)
                await stops.tell(conn, settings.income_grace_days, today, at_work=today == last_day)
            last_day = today
        except ERRORS as error:  # the next look is soon
            logging.get().warning("findings_not_looked_at", error=type(error).__name__)
        await pause(stop, settings.findings_interval_seconds)


async def _tidy(engine: AsyncEngine, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            async with transaction(engine) as conn:
                await idempotency.forget(conn)
        except ERRORS as error:  # an hour later is early enough
            logging.get().warning("idempotency_keys_not_tidied", error=type(error).__name__)
        await pause(stop, TIDY_SECONDS)
