"""Drinking water in the sample: a visit to every family, a second where something was wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.sample.domain import Item, Record, at
from shared.sample.lives import Life

_STANDARDS = ("quantity_ok", "quality_ok", "convenience_ok", "reliability_ok")
_UNSAFE = 0.012
_MENDED = 0.6


def checks(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Each check is an event of its own."""
    for life in lives:
        supply = random.choices(("central", "well", "delivered"), weights=(78, 20, 2))[0]
        wrong = random.choice(_STANDARDS) if random.random() < _UNSAFE else None
        yield Item(_check(life, 1, random.randint(200, 700), supply, wrong, random, as_of), fixed=wrong is not None)
        if wrong or life.cared_for:
            still = wrong if random.random() > _MENDED else None
            yield Item(_check(life, 2, random.randint(10, 180), supply, still, random, as_of), fixed=wrong is not None)


def _check(life: Life, number: int, days: int, supply: str, wrong: str | None, random: Random, as_of: date) -> Record:
    day = as_of - timedelta(days=days)
    return {
        "source_id": f"YS-{life.family.index + 1:06d}-{number}",
        "source_updated_at": at(day + timedelta(days=3), random, as_of),
        "household_no": life.family.household_no,
        **{standard: standard != wrong for standard in _STANDARDS},
        "checked_on": day.isoformat(),
        "supply": supply,
    }
