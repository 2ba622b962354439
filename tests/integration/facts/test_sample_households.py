"""Two hundred households of the sample at five random (D, T): every fact by SQL as by definition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from services.screening.register import service as register
from shared import clock
from shared.db import driver, transaction
from shared.sample import generate
from tests.factories.sampled import deliveries
from tests.integration.facts.conftest import Scratch, batches, by_definition, by_sql, differences

HOUSEHOLDS = 200
AS_OF = date(2026, 11, 20)
BATCH = 2_000


@pytest.fixture
def at_the_end(tmp_path: Path) -> Iterator[None]:
    """The clock stands at the end of the sample's last day."""
    file = tmp_path / "clock"
    file.write_text(clock.end_of_day(AS_OF).isoformat())
    clock.follow(file)
    yield
    clock.follow(None)


async def _equal(scratch: Scratch, seed: int) -> None:
    random = Random(seed)
    events = list(deliveries(generate(HOUSEHOLDS, seed, AS_OF), random))
    async with transaction(scratch.engine) as conn:
        for batch in batches(events, random, BATCH):
            await register.apply(conn, batch)
        await (await driver(conn)).execute("ANALYZE")  # as the worker does for a table that grew
    for _ in range(5):
        day = AS_OF - timedelta(days=random.randrange(500))
        known = clock.end_of_day(day + timedelta(days=random.choice([-40, 0, 0, 200])))
        expected = by_definition(events, day, known)
        async with transaction(scratch.engine) as conn:
            everybody = await by_sql(conn, None, day, known)
            assert differences(everybody, expected) == [], (day, known)
            some = random.sample(sorted(expected), 20)
            assert await by_sql(conn, some, day, known) == {no: everybody[no] for no in some}


@pytest.mark.usefixtures("at_the_end")
def test_the_sample_by_sql_and_by_definition(scratch: Scratch) -> None:
    scratch.runner.run(_equal(scratch, 5))


@pytest.mark.long
@pytest.mark.usefixtures("at_the_end")
@pytest.mark.parametrize("seed", range(10, 20))
def test_more_samples_by_sql_and_by_definition(scratch: Scratch, seed: int) -> None:
    scratch.runner.run(_equal(scratch, seed))
