"""The ingest worker: leads the outbox, reconciles what was published, and drops what is past its time."""

from __future__ import annotations

import asyncio

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.ingest.quarantine import service as quarantine
from services.ingest.reconciliation import service as reconciliation
from services.ingest.relay.service import Relay
from services.ingest.settings import Settings
from shared import logging
from shared.db import create_engine, transaction
from shared.http import idempotency
from shared.messaging.kafka import KafkaPublisher
from shared.messaging.outbox import Leader

HOUSEKEEPING_SECONDS = 3600.0
RECONCILING_SECONDS = 5.0
_AWAY = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""The database is away: the leader waits for it, and whatever else the worker does waits for its next time."""

log = logging.get()


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Number and publish committed parts until `stop`; ends with the leader's error when it gives up."""
    engine = create_engine(settings.database_url.get_secret_value(), name="xianjie.ingest.worker", pool_size=2)
    publisher = KafkaPublisher(settings.kafka_bootstrap, idempotence=settings.kafka_idempotence)
    leader = Leader(engine, Relay(settings.kafka_partitions), publisher, "ingest")
    try:
        async with asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(_keep_house(engine)), tasks.create_task(_reconcile(engine))]
            await leader.run(stop)
            for task in beside:
                task.cancel()
    finally:
        await engine.dispose()


async def _keep_house(engine: AsyncEngine) -> None:
    """Hourly: idempotency keys older than 30 days and quarantined content older than 90."""
    while True:
        try:
            async with transaction(engine) as conn:
                keys, refused = await idempotency.forget(conn), await quarantine.drop_expired(conn)
        except _AWAY as error:
            log.warning("housekeeping_skipped", error=type(error).__name__)
        else:
            log.info("housekeeping_done", idempotency_keys=keys, quarantined=refused)
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def _reconcile(engine: AsyncEngine) -> None:
    """Step after step while there is anything to count or a manifest due, then every five seconds."""
    while True:
        try:
            more = await reconciliation.tick(engine)
        except _AWAY as error:
            log.warning("reconciling_skipped", error=type(error).__name__)
            more = False
        if not more:
            await asyncio.sleep(RECONCILING_SECONDS)
