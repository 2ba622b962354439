"""The projection alone, in a database of indicators: the smallest that holds its tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db import create_engine, driver, transaction
from shared.events.codec import Delivery
from shared.versions import freshness, service
from shared.versions.service import Applied

HANGJIN, DONGSHENG, CITY = "150625000000", "150602000000", "150600000000"
VILLAGE, OTHER_VILLAGE = "150625100201", "150602101201"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""When the records of these tests became known."""
LATER = NOON + timedelta(hours=5, minutes=40)
"""When ingest spoke of freshness."""


@dataclass
class Projection:
    """The projection and what is asked of it."""

    engine: AsyncEngine

    async def take(self, *deliveries: Delivery) -> Applied:
        """One batch of records."""
        async with transaction(self.engine) as conn:
            return await service.apply(conn, list(deliveries))

    async def hear(self, *deliveries: Delivery, kinds: Iterable[int] | None = None) -> None:
        """What ingest says of freshness."""
        async with transaction(self.engine) as conn:
            await freshness.claim(conn, deliveries, None if kinds is None else set(kinds))

    async def settle(self) -> None:
        """What a worker does now and then."""
        async with transaction(self.engine) as conn:
            await freshness.settle(conn)

    async def rows(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """What the database holds."""
        async with transaction(self.engine) as conn:
            return [tuple(row) for row in await (await driver(conn)).fetch(sql, *args)]

    async def spoke(self) -> set[tuple[int, str, int]]:
        """Signs of life: (kind, banner, hour of the day in UTC)."""
        rows = await self.rows("SELECT kind, banner_code, known_hour FROM feed_arrival")
        return {(kind, banner, hour.hour) for kind, banner, hour in rows}


@pytest.fixture
async def projection(database: Callable[[str], str]) -> AsyncIterator[Projection]:
    """An empty projection."""
    engine = create_engine(database("indicators"), name="xianjie.test", pool_size=4)
    yield Projection(engine)
    await engine.dispose()
