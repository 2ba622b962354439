"""Ingest with its bus in memory, its worker's steps taken one by one, and a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.ingest.reconciliation import service
from services.ingest.relay.service import Relay
from shared import clock
from shared.db import create_engine, transaction
from shared.events.codec import Delivery, decode
from shared.events.topics import PARTITIONS, RECONCILIATION, names
from shared.messaging.memory import MemoryBroker
from tests.integration.ingest.conftest import SETTLEMENT, Api, api, settings

__all__ = ["api", "settings"]

CITY = "150600000000"
HANGJIN = "150625000000"
DONGSHENG = "150602000000"
NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)
"""Noon in Shanghai; the records of the factories are of the days before."""


@dataclass
class Books:
    """The API and what the worker does for it."""

    api: Api
    clock_file: Path
    engine: AsyncEngine
    broker: MemoryBroker = field(default_factory=MemoryBroker)
    relay: Relay = field(default_factory=lambda: Relay(PARTITIONS))

    def __post_init__(self) -> None:
        self.broker.create(names())

    def now(self, instant: datetime) -> None:
        """Set the clock."""
        self.clock_file.write_text(instant.isoformat())

    def later(self, **much: float) -> None:
        """Move the clock."""
        self.now(clock.now() + timedelta(**much))

    async def publish(self) -> None:
        """What the leader does, without its connection, lock and waiting: those have tests of their own."""
        publisher = self.broker.publisher()
        await publisher.start()
        await self.number()
        async with transaction(self.engine) as conn:
            while (batch := await self.relay.take(conn, 10_000)).messages:
                published = await publisher.publish(batch.messages)
                await self.relay.mark(conn, batch, published.places)

    async def number(self) -> None:
        """What the leader does while the broker is away."""
        async with transaction(self.engine) as conn:
            while await self.relay.number(conn):
                pass

    async def work(self) -> None:
        """Take the worker's steps while there is anything to do."""
        while await service.tick(self.engine):
            pass

    async def settle(self) -> None:
        """Publish, count, tell, and publish what was told."""
        await self.publish()
        await self.work()
        await self.publish()

    def told(self, kind: str) -> list[Any]:
        """Events of `freshness.changed` or `feed.reconciled` on the bus, in the order they were told."""
        deliveries = [decode(message) for message in self.broker.messages(RECONCILIATION)]
        return [d.event for d in deliveries if isinstance(d, Delivery) and d.type == f"xianjie.{kind}.v1"]

    def changes(self) -> list[tuple[str, str, str]]:
        """(division, was, state) of every change of freshness on the bus."""
        return [(e.division_code, e.was, e.state) for e in self.told("freshness.changed")]

    async def close(self, period: str, sent: int, feed: str = SETTLEMENT, **more: Any) -> Any:
        """The answer to a closing."""
        headers = {**self.api.bearer(), **more.pop("headers", {})}
        body = {"period": period, "records_sent": sent, **more}
        return await self.api.client.post(f"/v1/feeds/{feed}/deliveries", json=body, headers=headers)

    async def freshness(self, division: str = HANGJIN, kind: str = "settlement") -> Any:
        """How a feed stands."""
        [row] = (await self.api.get("/v1/freshness", kind=kind, division=division)).json()["items"]
        return row

    async def reconcile(self, **scope: str) -> Any:
        """The file of the manifest made now."""
        department, _, kind = SETTLEMENT.partition("/")
        body = {"department": department, "kind": kind, **scope}
        made = (await self.api.client.post("/v1/manifests", json=body, headers=self.api.bearer())).json()
        return (await self.api.get(made["manifest_url"])).json()

    async def incidents(self, state: str = "open") -> list[Any]:
        """As the API lists them."""
        items: list[Any] = (await self.api.get("/v1/incidents", state=state)).json()["items"]
        return items


@pytest.fixture
def clock_file(tmp_path: Path) -> Iterator[Path]:
    """The clock stands at NOON until moved."""
    file = tmp_path / "clock"
    file.write_text(NOON.isoformat())
    clock.follow(file)
    yield file
    clock.follow(None)


@pytest.fixture
async def books(clock_file: Path, api: Api) -> AsyncIterator[Books]:
    """Ingest with its worker's steps in hand."""
    made = Books(api, clock_file, create_engine(api.url, name="test.worker"))
    yield made
    await made.engine.dispose()
