"""Each fact equals a plain-Python computation at random (D, T), whatever the order of arrival."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from services.screening.facts import service as facts
from services.screening.register import service as register
from shared.db import create_engine, transaction
from tests.factories import oracle
from tests.factories.histories import history

NOW = datetime(2027, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(6))
async def test_facts_at_random_days_equal_the_oracle(database: Callable[[str], str], seed: int) -> None:
    random = Random(seed)
    events = history(random)
    arriving = random.sample(events, len(events))
    engine = create_engine(database("screening"), name="test", plan_cache_mode="force_custom_plan")
    try:
        while arriving:
            batch, arriving = arriving[: (size := random.randint(1, 12))], arriving[size:]
            async with transaction(engine) as conn:
                await register.apply(conn, batch)
        for _ in range(6):
            day = date(2025, 1, 1) + timedelta(days=random.randrange(800))
            known = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=random.randrange(14_000))
            async with transaction(engine) as conn:
                everybody = await facts.rows(conn, facts.computed(None, day, known))
                expected = oracle.facts(events, day, known)
                assert {no: row.values for no, row in everybody.items()} == expected
                some = sorted(expected)[:2]
                chosen = await facts.rows(conn, facts.computed(some, day, known))
                assert {no: row.values for no, row in chosen.items()} == {no: expected[no] for no in some}
    finally:
        await engine.dispose()


@pytest.mark.parametrize("seed", range(4))
async def test_rows_stored_batch_by_batch_equal_rows_computed_at_the_end(
    database: Callable[[str], str], seed: int
) -> None:
    random = Random(100 + seed)
    events = history(random)
    arriving = random.sample(events, len(events))
    today = date(2026, 12, 1)
    engine = create_engine(database("screening"), name="test", plan_cache_mode="force_custom_plan")
    try:
        while arriving:
            batch, arriving = arriving[: (size := random.randint(1, 7))], arriving[size:]
            async with transaction(engine) as conn:
                touched = await register.apply(conn, batch)
                await facts.refresh(conn, touched.households, touched.kinds, today, NOW)
        async with transaction(engine) as conn:
            live = await facts.rows(conn, facts.stored(None, NOW))
            afresh = await facts.rows(conn, facts.computed(None, today, NOW))
        assert live == afresh
        assert {no: row.values for no, row in live.items()} == oracle.facts(events, today, NOW)
    finally:
        await engine.dispose()
