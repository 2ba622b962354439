"""Screening and the ledger of assets, each with its database and its worker, on one broker of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.assets import worker as assets_worker
from services.assets.app import build
from services.assets.settings import Settings
from services.local.broker import Tansu
from services.screening import worker as screening_worker
from shared.events.codec import Delivery, encode
from shared.events.topics import names
from shared.http.issuer import DevIssuer
from shared.messaging.kafka import KafkaAdmin, KafkaPublisher
from tests.integration.assets.conftest import BANNER, issuer, settings
from tests.integration.screening.conftest import World, make_world, settings_for, world
from tests.unit.http.support import client

__all__ = ["issuer", "make_world", "settings", "world"]
PATIENCE_SECONDS = 90


@dataclass
class Both:
    """Both services. Nobody of one is asked about the other: what one knows of the other came over the bus."""

    world: World
    app: FastAPI
    settings: Settings
    issuer: DevIssuer
    bootstrap: str

    def person(self, role: str) -> httpx.AsyncClient:
        """Somebody of the banner with a token of today."""
        return client(self.app, self.issuer.sign(role, division=BANNER))

    async def publish(self, *deliveries: Delivery) -> None:
        """As ingest does."""
        publisher = KafkaPublisher(self.bootstrap, idempotence=False)
        await publisher.start()
        try:
            await publisher.publish(
                [encode(d.event, event_id=d.event_id, source=d.source, key=d.key, time=d.time) for d in deliveries]
            )
        finally:
            await publisher.stop()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Both workers until the end of the block; their failure is the test's."""
        stop = asyncio.Event()
        bus: dict[str, Any] = {"kafka_bootstrap": self.bootstrap, "kafka_idempotence": False}
        assets = self.settings.model_copy(update={**bus, "findings_interval_seconds": 0.2})
        screening = settings_for(self.world.url, sweep_poll_seconds=0.2, batch_wait_ms=20, **bus)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(assets_worker.run(assets, stop))
            tasks.create_task(screening_worker.run(screening, stop))
            try:
                yield
            finally:
                stop.set()


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the bus will bring."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await true():  # noqa: ASYNC110 - what the bus brought is in a database
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker whose topics nobody else uses."""
    started = Tansu.start(log=tmp_path_factory.mktemp("tansu") / "broker.log")
    yield started.bootstrap
    started.kill()


@pytest.fixture
async def both(world: World, settings: Settings, issuer: DevIssuer, broker: str, tmp_path: Path) -> AsyncIterator[Both]:
    """Both, with their topics; nobody works yet."""
    await KafkaAdmin(broker).ensure_topics(names(), partitions=2)
    app = build(settings)
    yield Both(world, app, settings, issuer, broker)
    await app.state.engine.dispose()
