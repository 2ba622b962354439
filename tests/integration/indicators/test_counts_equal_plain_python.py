"""Coverage at random (D, T), for every division, equals a plain-Python count from the records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from services.indicators.cohort import repository, service
from services.indicators.cohort.domain import Count
from shared.codes import divisions
from shared.db import create_engine, transaction
from shared.events.codec import Delivery
from tests.factories import oracle
from tests.factories.histories import history

Counts = dict[str, tuple[int, int]]


def expected(events: Sequence[Delivery], day: date, known: datetime) -> tuple[Counts, Counts]:
    """(insured, housed) by division: numerator and denominator, from the words of the design."""
    today = oracle.Known(events, known).on(day)
    facts = oracle.facts(events, day, known)
    enrolled = {
        v.subject for v in today.visible(7) if v.data["status"] == "enrolled" and v.data["insurance_year"] == day.year
    }
    insured: dict[str, list[bool]] = defaultdict(list)
    housed: dict[str, list[bool]] = defaultdict(list)
    for key, (no, member) in today.homes.items():
        if not facts[no]["lifted"]:
            continue
        division = str(today.households[no].division)
        for place in ("150600000000", divisions.banner_of(division), divisions.township_of(division)):
            housed[str(place)].append(facts[no]["dwelling_unsafe"] is False)
            if not member.get("insurance_exempt"):
                insured[str(place)].append(key in enrolled)
    return tuple({place: (sum(found), len(found)) for place, found in by.items()} for by in (insured, housed))  # type: ignore[return-value]


def as_counts(counts: Sequence[Count], day: date) -> Counts:
    return {count.division_code: (count.numerator, count.denominator) for count in counts if count.day == day}


@pytest.mark.parametrize("seed", range(6))
async def test_counts_at_random_days(database: Callable[[str], str], seed: int) -> None:
    random = Random(seed)
    events: list[Any] = history(random, records=40)
    arriving = random.sample(events, len(events))
    engine = create_engine(database("indicators"), name="test", plan_cache_mode="force_custom_plan")
    try:
        while arriving:
            batch, arriving = arriving[: (size := random.randint(1, 12))], arriving[size:]
            async with transaction(engine) as conn:
                await service.apply(conn, batch)
        for _ in range(4):
            known = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=random.randrange(14_000))
            days = [date(2025, 1, 1) + timedelta(days=random.randrange(800)) for _ in range(5)]
            async with transaction(engine) as conn:
                insured = await repository.insured(conn, days, known)
                housed = await repository.housed(conn, days, known)
            for day in days:
                assert (as_counts(insured, day), as_counts(housed, day)) == expected(events, day, known)
    finally:
        await engine.dispose()
