"""Counts at random (D, T), for every division, equal a plain-Python count from the records; who is listed behind a
number is who was counted; a banner asked for alone has its numbers among all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from random import Random

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.indicators.cohort import service
from shared.codes import divisions
from shared.db import create_engine, transaction
from shared.events.codec import Delivery
from tests.factories import oracle_indicators as oracle
from tests.factories.histories import moments
from tests.integration.indicators.laws.conftest import lives

CODES = [place.code for place in divisions.all_divisions() if place.level in ("city", "banner", "township")]
_PAGE = 3


@asynccontextmanager
async def projected(url: str, random: Random, events: Sequence[Delivery]) -> AsyncIterator[AsyncEngine]:
    """A database that took the events in some order, in batches of some size."""
    engine = create_engine(url, name="test", plan_cache_mode="force_custom_plan")
    arriving = random.sample(events, len(events))
    try:
        while arriving:
            batch, arriving = arriving[: (size := random.randint(1, 12))], arriving[size:]
            async with transaction(engine) as conn:
                await service.apply(conn, batch)
        yield engine
    finally:
        await engine.dispose()


async def counted(conn: AsyncConnection, name: str, day: date, known: datetime) -> oracle.Counts:
    """Numerator and denominator by division, of the divisions that have a denominator."""
    coverages = await service.coverage(conn, name, [day], known, CODES)
    found = {code: coverages[day, code] for code in CODES}
    return {code: (one.numerator, one.denominator) for code, one in found.items() if one.denominator}


async def listed(
    conn: AsyncConnection, name: str, day: date, known: datetime, code: str, *, counted: bool | None = None
) -> list[tuple[str, str | None, str, bool]]:
    """Everybody behind the number of a division, page by page."""
    found: list[tuple[str, str | None, str, bool]] = []
    after: tuple[str, str] | None = None
    while True:
        page = await service.contributions(conn, name, day, known, code, counted=counted, after=after, limit=_PAGE)
        found += [(one.household_no, one.person_key, one.division_code, one.covered) for one in page]
        if len(page) < _PAGE:
            return found
        after = (page[-1].household_no, page[-1].person_key or "")


def units(town: oracle.Town, name: str, code: str) -> list[tuple[str, str | None, str, bool]]:
    """The same from the records."""
    found = [
        (unit.household_no or "", unit.person_key, unit.division, unit.covered)
        for unit in oracle.CALCULATIONS[name](town)
        if code in oracle.places(unit.division)
    ]
    return sorted(found, key=lambda one: (one[0], one[1] or ""))


async def check(url: str, seed: int, records: int, asked: int) -> set[str]:
    """The names of which something was counted."""
    random = Random(seed)
    events = lives(random, records)
    somebody: set[str] = set()
    async with projected(url, random, events) as engine:
        for day, known in moments(random, events, asked):
            town = oracle.town(events, day, known)
            async with transaction(engine) as conn:
                for name, calculation in oracle.CALCULATIONS.items():
                    expected = oracle.counts(calculation(town))
                    assert await counted(conn, name, day, known) == expected, (seed, name, day, known)
                    somebody |= {name} if expected else set()
                    for code in random.sample(sorted(expected), min(2, len(expected))):
                        everybody = units(town, name, code)
                        assert await listed(conn, name, day, known, code) == everybody, (seed, name, day, known, code)
                        for covered in (True, False):
                            assert await listed(conn, name, day, known, code, counted=covered) == [
                                one for one in everybody if one[3] is covered
                            ]
    return somebody


@pytest.mark.parametrize("seed", range(4))
async def test_counts_and_who_is_behind_them(database: Callable[[str], str], seed: int) -> None:
    assert len(await check(database("indicators"), seed, records=90, asked=6)) >= len(oracle.CALCULATIONS) - 2


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
async def test_counts_and_who_is_behind_them_many_times(database: Callable[[str], str], seed: int) -> None:
    assert await check(database("indicators"), seed, records=Random(seed).choice([40, 90, 150]), asked=12)


@pytest.mark.parametrize("seed", range(2))
async def test_a_banner_alone_has_its_numbers_among_all(database: Callable[[str], str], seed: int) -> None:
    random = Random(f"banners-{seed}")
    events = lives(random, 90)
    async with projected(database("indicators"), random, events) as engine:
        for day, known in moments(random, events, 4):
            async with transaction(engine) as conn:
                for name in oracle.CALCULATIONS:
                    await _same_alone(conn, name, day, known)


async def _same_alone(conn: AsyncConnection, name: str, day: date, known: datetime) -> None:
    every = await service.coverage(conn, name, [day], known, CODES)
    for banner in sorted({divisions.banner_of(code) or "" for code in CODES} - {"", divisions.CITY}):
        within = [code for code in CODES if divisions.banner_of(code) == banner]
        alone = await service.coverage(conn, name, [day], known, within, banners=[banner])
        assert alone == {(day, code): every[day, code] for code in within}
