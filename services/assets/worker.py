"""The worker of assets: publishes what the ledger committed. It consumes nothing yet."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.assets.settings import Settings
from shared import logging
from shared.db import create_engine, transaction
from shared.http import idempotency
from shared.messaging.kafka import KafkaPublisher
from shared.messaging.outbox import Leader, TableStore

TIDY_EVERY = timedelta(hours=1)


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Lead the outbox and forget old idempotency keys until `stop`. Raises what its parts raise when
    they give up, so that the supervisor starts the process again."""
    url = settings.database_url.get_secret_value()
    publisher = KafkaPublisher(settings.kafka_bootstrap, idempotence=settings.kafka_idempotence)
    engine = create_engine(url, name="xianjie.assets.worker", pool_size=1)
    try:
        async with asyncio.TaskGroup() as parts:
            parts.create_task(Leader(url, TableStore(), publisher, "assets").run(stop))
            parts.create_task(_tidy(engine, stop))
    finally:
        await engine.dispose()


async def _tidy(engine: AsyncEngine, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            async with transaction(engine) as conn:
                await idempotency.forget(conn)
        except (SQLAlchemyError, OSError) as error:  # an hour later is early enough
            logging.get().warning("idempotency_keys_not_tidied", error=type(error).__name__)
        try:
            await asyncio.wait_for(stop.wait(), TIDY_EVERY.total_seconds())
        except TimeoutError:
            continue
