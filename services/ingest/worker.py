"""The ingest worker: leads the outbox, reads files, reconciles what was published, drops what is past its time."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from services.ingest.files import service as files
from services.ingest.intake.service import Intake, intake_of
from services.ingest.quarantine import service as quarantine
from services.ingest.reading import service as reading
from services.ingest.reconciliation import service as reconciliation
from services.ingest.relay.service import Relay
from services.ingest.settings import Settings
from services.ingest.streams import service as streams
from shared import logging
from shared.db import ERRORS, create_engine, transaction
from shared.http import idempotency
from shared.messaging.kafka import KafkaPublisher
from shared.messaging.outbox import Leader

HOUSEKEEPING_SECONDS = 3600.0
RECONCILING_SECONDS = 5.0
READING_SECONDS = 1.0
_POOL = 5
"""One for each thing that is done beside the others: a file takes two."""
PLANS = {"plan_cache_mode": "force_custom_plan", "enable_seqscan": "off"}
"""What is counted and reconciled is looked up by its parts and submissions, however stale the statistics are: its cost
must follow what came, never the size of the tables."""

log = logging.get()


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Number and publish committed parts until `stop`; ends with the leader's error when it gives up."""
    engine = create_engine(settings.database_url.get_secret_value(), name="xianjie.ingest.worker", pool_size=2, **PLANS)
    publisher = KafkaPublisher(settings.kafka_bootstrap, idempotence=settings.kafka_idempotence)
    intake = intake_of(*(key.get_secret_value() for key in (settings.pepper, settings.vault_key, settings.bus_key)))
    leader = Leader(engine, Relay(settings.kafka_partitions), publisher, "ingest")
    try:
        async with asyncio.TaskGroup() as tasks:
            jobs = (_keep_house(engine), _reconcile(engine), _read_files(engine, intake))
            beside = [tasks.create_task(job) for job in jobs]
            await leader.run(stop)
            for task in beside:
                task.cancel()
    finally:
        await engine.dispose()


async def _keep_house(engine: AsyncEngine) -> None:
    """Hourly: idempotency keys older than 30 days, quarantined content and files older than 90."""
    while True:
        try:
            async with transaction(engine) as conn:
                keys = await idempotency.forget(conn) + await streams.forget(conn)
                refused = await quarantine.drop_expired(conn)
                chunks = await files.drop_expired(conn)
        except ERRORS as error:
            log.warning("housekeeping_skipped", error=type(error).__name__)
        else:
            log.info("housekeeping_done", idempotency_keys=keys, quarantined=refused, file_chunks=chunks)
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def _reconcile(engine: AsyncEngine) -> None:
    """Step after step while there is anything to count or a manifest due, then every five seconds."""
    while True:
        try:
            more = await reconciliation.tick(engine)
        except ERRORS as error:
            # To be seen on `xianjie_ingest_uncounted_seconds` and on the page once it lasts.
            cause = type(getattr(error, "orig", error)).__name__
            log.warning("reconciling_skipped", error=type(error).__name__, cause=cause)
            more = False
        if not more:
            await asyncio.sleep(RECONCILING_SECONDS)


async def _read_files(engine: AsyncEngine, intake: Intake) -> None:
    """File after file while any waits, then every second."""
    while True:
        try:
            more = await reading.read_next(engine, intake)
        except ERRORS as error:
            log.warning("reading_skipped", error=type(error).__name__)
            more = False
        if not more:
            await asyncio.sleep(READING_SECONDS)
