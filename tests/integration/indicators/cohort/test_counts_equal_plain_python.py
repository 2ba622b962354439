"""Every calculation at random (D, T), for every division, equals a plain-Python count from the records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators.cohort import repository, service
from services.indicators.cohort.domain import Count
from shared.db import create_engine, transaction
from tests.factories import oracle_indicators as oracle
from tests.factories.histories import history, moments

KINDS = (7, 9, 10, 11, 11, 13, 13, *[17] * 5, 18, 18, 19, 20, 21, 22, 22, 23, 23)


@pytest.fixture
async def engine(database: Callable[[str], str]) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(database("indicators"), name="test", plan_cache_mode="force_custom_plan")
    yield engine
    await engine.dispose()


async def taken(engine: AsyncEngine, random: Random, records: int) -> list[Any]:
    """A random history, arriving in any order and in batches of any size."""
    events: list[Any] = history(random, records=records, kinds=KINDS)
    arriving = random.sample(events, len(events))
    while arriving:
        batch, arriving = arriving[: (size := random.randint(1, 20))], arriving[size:]
        async with transaction(engine) as conn:
            await service.apply(conn, batch)
    return events


def as_counts(counts: Sequence[Count]) -> dict[str, tuple[int, int]]:
    return {c.division_code: (c.numerator, c.denominator) for c in counts if c.denominator}


@pytest.mark.parametrize("seed", range(8))
async def test_counts_at_random_days(engine: AsyncEngine, seed: int) -> None:
    random = Random(seed)
    events = await taken(engine, random, records=60)
    for day, known in moments(random, events, 8):
        town = oracle.town(events, day, known)
        for name, expected in oracle.CALCULATIONS.items():
            async with transaction(engine) as conn:
                counts = await service.counts(conn, name, [day], known)
            assert as_counts(counts) == oracle.counts(expected(town)), (name, day, known)


@pytest.mark.parametrize("seed", range(8))
async def test_incomes_of_random_years(engine: AsyncEngine, seed: int) -> None:
    random = Random(seed)
    events = await taken(engine, random, records=60)
    for _, known in moments(random, events, 6):
        async with transaction(engine) as conn:
            found = await repository.incomes(conn, [date(2025, 12, 31), date(2026, 12, 31)], known)
        for year in (2025, 2026):
            last = date(year, 12, 31)
            expected = oracle.income(events, year, last, known)
            assert {
                c.division_code: (c.net_fen, c.heads, c.net_before_fen, c.heads_before, c.households, c.without)
                for c in found
                if c.day == last
            } == {
                place: (m.net, m.heads, m.net_before, m.heads_before, m.households, m.without)
                for place, m in expected.items()
            }


async def test_days_and_banners_are_counted_as_if_each_alone(engine: AsyncEngine) -> None:
    random = Random(77)
    events = await taken(engine, random, records=80)
    known: datetime = max(event.time for event in events)
    days = sorted({day for day, _ in moments(random, events, 5)})
    for name in service.CALCULATIONS:
        async with transaction(engine) as conn:
            together = await service.counts(conn, name, days, known)
            for day in days:
                alone = await service.counts(conn, name, [day], known)
                assert {c.division_code: c for c in alone} == {c.division_code: c for c in together if c.day == day}
            of_one = await service.counts(conn, name, days, known, ["150602000000"])
        assert set(of_one) == {c for c in together if c.division_code.startswith("150602")}
        assert together, name
