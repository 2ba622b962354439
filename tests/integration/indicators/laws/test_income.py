"""Net income per head of lifted households, of a year and of the year before, equals plain Python at random T, and the
households listed behind it are those that were counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from services.indicators.cohort import service
from shared.db import transaction
from shared.events.codec import Delivery
from tests.factories import deliveries as made
from tests.factories import oracle_indicators as oracle
from tests.factories.drawn import HOUSES
from tests.integration.indicators.laws.conftest import lives
from tests.integration.indicators.laws.test_counts import CODES, listed, projected

YEARS = (2024, 2025)
Sums = tuple[int, int, int, int, int, int]


def reports(random: Random, count: int) -> list[Delivery]:
    """Reports of years and of other twelve months, corrected and withdrawn now and then, some twice for one year."""
    return [_report(random, number) for number in range(count)]


def _report(random: Random, number: int) -> Delivery:
    end = random.choice([date(2023, 12, 1), date(2024, 12, 1), date(2024, 12, 1), date(2025, 12, 1), date(2025, 9, 1)])
    updated = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=random.randrange(15_000), seconds=number)
    data = made.income(
        end,
        f"{random.randrange(30_000)}.{random.randrange(100):02d}",
        f"{random.randrange(20_000)}.50",
        f"{random.randrange(30_000)}.00",
        other=f"{random.randrange(3_000)}.00",
        members=random.randint(1, 6),
    )
    source_id = f"I-{end:%Y%m}-{random.randrange(5)}"
    house = Random(source_id).choice(HOUSES)
    return made.record(18, source_id, updated, None if random.random() < 0.1 else data, household_no=house)


def sums(mean: oracle.Mean) -> Sums:
    return (mean.net, mean.heads, mean.net_before, mean.heads_before, mean.households, mean.without)


async def check(url: str, seed: int, asked: int) -> int:
    """How many means had two years to compare."""
    random = Random(f"income-{seed}")
    events = [*lives(random, 60), *reports(random, 60)]
    compared = 0
    async with projected(url, random, events) as engine:
        for known in [random.choice(events).time for _ in range(asked)]:
            async with transaction(engine) as conn:
                found = await service.income(conn, YEARS, known, CODES)
                for year in YEARS:
                    expected = oracle.income(events, year, date(year, 12, 31), known)
                    for code in CODES:
                        one = found[year, code]
                        said = (
                            one.net_fen, one.heads, one.net_before_fen, one.heads_before, one.households, one.without
                        )  # fmt: skip
                        assert said == sums(expected.get(code, oracle.Mean())), (seed, year, known, code)
                        compared += one.households > 0
                    for code in expected:
                        behind = await listed(conn, "income_growth_gap", date(year, 12, 31), known, code)
                        counted = [one for one in behind if one[3]]
                        assert len(counted) == expected[code].households
                        assert len(behind) == expected[code].households + expected[code].without
    return compared


@pytest.mark.parametrize("seed", range(3))
async def test_income_per_head(database: Callable[[str], str], seed: int) -> None:
    assert await check(database("indicators"), seed, asked=5)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
async def test_income_per_head_many_times(database: Callable[[str], str], seed: int) -> None:
    await check(database("indicators"), seed, asked=10)
