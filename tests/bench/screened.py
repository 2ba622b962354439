"""What the benchmarks of screening share: the worker's kind of engine, and the shipped rules and parameters."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from services.screening.rules import service as rules
from shared.db import create_engine, transaction

_FIRST_DAY = date(2024, 1, 1)


def engine_for(url: str) -> AsyncEngine:
    """As the worker's: the facts statement never gets a generic plan."""
    return create_engine(url, name="bench", pool_size=3, plan_cache_mode="force_custom_plan")


async def seeded(engine: AsyncEngine) -> None:
    """Rules and demo parameters, known before the population's first record."""
    async with transaction(engine) as conn:
        await rules.seed(conn, True, known_at=datetime(2024, 1, 1, tzinfo=UTC), demo_from=_FIRST_DAY)
