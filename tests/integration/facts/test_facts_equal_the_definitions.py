"""Each fact equals a plain-Python computation at random (D, T), whatever the order of arrival."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from services.screening.facts import service as facts
from services.screening.facts.domain import SILENCE_KINDS
from services.screening.register import service as register
from shared import clock
from shared.db import create_engine, transaction
from shared.feeds import catalogue
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


async def test_a_feed_falls_silent_in_statements_when_it_is_overdue_in_answers(
    database: Callable[[str], str],
) -> None:
    events = history(Random(1))
    engine = create_engine(database("screening"), name="test", plan_cache_mode="force_custom_plan")
    changes = 0
    try:
        async with transaction(engine) as conn:
            await register.apply(conn, events)
        async with transaction(engine) as conn:
            arrivals = await facts.data_ages(conn, NOW)
            for (_, kind), came in sorted(arrivals.items()):
                last = clock.business_date(came) + timedelta(days=catalogue.BY_NUMBER[kind].overdue_days)
                said = []
                for known in (clock.end_of_day(last), clock.end_of_day(last) + timedelta(microseconds=1)):
                    seen = await facts.data_ages(conn, known)
                    for row in (await facts.rows(conn, facts.computed(None, last, known))).values():
                        ages = facts.data_age(seen, row.division_code, SILENCE_KINDS, known)
                        assert row.silent == {n for n, age in zip(SILENCE_KINDS, ages, strict=True) if age.overdue}
                        said.append(row.silent)
                changes += len(set(said)) > 1
    finally:
        await engine.dispose()
    assert changes
