"""A projection to put records into, and histories in which people, homes and incomes change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators.cohort import service
from services.indicators.cohort.domain import Touched
from shared.db import create_engine, driver, transaction
from shared.events.codec import Delivery
from tests.factories.deliveries import record
from tests.factories.histories import history

KINDS = (7, 9, 10, 11, 11, *[13] * 4, *[17] * 6, *[18] * 8, 19, 20, 21, 22, 22, 23, 23)
DAY = date(2026, 5, 10)
HANGJIN, DONGSHENG, CITY = "150625000000", "150602000000", "150600000000"
TOWNSHIP, VILLAGE, OTHER_VILLAGE = "150625100000", "150625100201", "150602101201"
START = datetime(2026, 1, 1, tzinfo=UTC)


def person(letter: str) -> str:
    """A person key."""
    return f"p1.{letter * 26}"


@dataclass
class Projection:
    """A database, and a clock that moves by an hour with every record made; `now` is the newest instant."""

    engine: AsyncEngine
    now: datetime = START

    def made(self, kind: int, source_id: str, data: dict[str, Any] | None, **more: Any) -> Delivery:
        """A version, known an hour after the one before."""
        self.now += timedelta(hours=1)
        return record(kind, source_id, self.now, data, **more)

    async def take(self, *deliveries: Delivery) -> list[Touched]:
        """One batch."""
        async with transaction(self.engine) as conn:
            return await service.apply(conn, deliveries)

    async def rows(self, sql: str, *args: Any) -> list[Any]:
        """What the database holds."""
        async with transaction(self.engine) as conn:
            return list(await (await driver(conn)).fetch(sql, *args))

    async def lived(self, random: Random, records: int, *, kinds: Sequence[int] = KINDS) -> list[Delivery]:
        """A random history, taken in any order and in batches of any size. Incomes end in December."""
        events = [_of_december(random, one) for one in history(random, records=records, kinds=kinds)]
        arriving = random.sample(events, len(events))
        while arriving:
            batch, arriving = arriving[: (size := random.randint(1, 20))], arriving[size:]
            await self.take(*batch)
        return events


def _of_december(random: Random, delivery: Delivery) -> Delivery:
    event = delivery.event
    if "period_end_month" not in event.data or random.random() < 0.1:
        return delivery
    year = random.choice([2023, 2024, 2024, 2025, 2025])
    data = {**event.data, "period_end_month": f"{year}-12"}
    meta = event.meta.model_copy(update={"effective_on": date(year, 12, 31)})
    return delivery._replace(event=event.model_copy(update={"data": data, "meta": meta}))


@pytest.fixture
async def projection(database: Callable[[str], str]) -> AsyncIterator[Projection]:
    """An empty one."""
    engine = create_engine(database("indicators"), name="test", plan_cache_mode="force_custom_plan")
    yield Projection(engine)
    await engine.dispose()
