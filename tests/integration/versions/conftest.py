"""The projection alone, in a database of indicators: the smallest that holds its tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import ids
from shared.db import create_engine, driver, transaction
from shared.events.codec import Delivery
from shared.events.reconciliation import (
    DivisionTotal,
    FeedReconciledV1,
    FreshnessChangedV1,
    OutcomeCounts,
)
from shared.feeds.catalogue import BY_NUMBER
from shared.versions import freshness, service
from shared.versions.service import Applied

HANGJIN, DONGSHENG, CITY = "150625000000", "150602000000", "150600000000"
VILLAGE, OTHER_VILLAGE = "150625100201", "150602101201"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""When the records of these tests became known."""
LATER = NOON + timedelta(hours=5, minutes=40)


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


def manifest(
    kind: int, places: dict[str, int], *, unplaced: int = 0, last_at: datetime | None = LATER, name: str = "2026-11"
) -> Delivery:
    """A feed was reconciled: banner → how many versions were published for it."""
    feed = BY_NUMBER[kind]
    zero = OutcomeCounts(accepted=0, corrected=0, retracted=0, stale=0, duplicate=0, rejected=0)
    state = "fresh" if last_at else "never"
    totals = [DivisionTotal(division_code=c, published=n, state=state, last_at=last_at) for c, n in places.items()]
    event = FeedReconciledV1(
        manifest_id=str(ids.uuid7()), department=feed.department, kind=feed.kind, number=1, scope="period", name=name,
        revision=1, made_at=LATER, complete=True, attribution="named", submissions=0, sent=0, received=0, counts=zero,
        stored=0, published=0, kept=0, waiting=0, equations=[], balanced=True, unplaced_total=unplaced,
        published_total=sum(places.values()) + unplaced, sha256="-", divisions=totals,
    )  # fmt: skip
    return _delivery(event)


def changed(
    kind: int, division: str, published: int, *, unplaced: int = 0, last_at: datetime = LATER, state: str = "fresh"
) -> Delivery:
    """A feed became fresh or overdue somewhere."""
    feed = BY_NUMBER[kind]
    event = FreshnessChangedV1(
        department=feed.department, kind=feed.kind, division_code=division, state=state, was="never", since=last_at,
        last_at=last_at, last_by="delivery", overdue_after_days=feed.overdue_days, published=published,
        unplaced=unplaced, known_at=last_at,
    )  # fmt: skip
    return _delivery(event)


def _delivery(event: FeedReconciledV1 | FreshnessChangedV1) -> Delivery:
    return Delivery(event, str(ids.uuid7()), event.TYPE, event.TOPIC, 0, 0, event.department, "/xianjie/ingest", LATER)
