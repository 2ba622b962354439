"""Appraisals and renovations of the sample: some unsafe houses repaired, some under way, some forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.codes.dwelling import UNSAFE
from shared.sample.domain import Item, Record, at, later
from shared.sample.lives import Life

_APPRAISER = "91150600MA0N00001W"
_STEPS = ("planned", "started", "roofed", "accepted")


def appraisals(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """One appraisal a house."""
    for life in lives:
        if life.house is None:
            continue
        grade, days = life.house
        day = as_of - timedelta(days=days)
        record: Record = {
            "source_id": f"JD-{day.year}-{life.family.index + 1:06d}",
            "source_updated_at": at(day + timedelta(days=3), random, as_of),
            **life.family.naming(),
            "grade": grade,
            "appraised_on": day.isoformat(),
            "appraiser": _APPRAISER,
            "floor_area_m2": f"{random.randint(48, 140)}.{random.randrange(100):02d}",
            "structure": random.choice(("brick_timber", "brick_concrete", "earth", "timber")),
        }
        yield Item(record, fixed=grade in UNSAFE)


def renovations(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """The unsafe houses: six of ten repaired and accepted, a quarter under way, the others without any record."""
    for life in lives:
        index = life.family.index
        grade, days = life.house or ("A", 0)
        if grade not in UNSAFE or index == 1:
            continue
        draw = 0.0 if index == 0 else random.random()
        steps = len(_STEPS) if draw < 0.6 and days > 300 else random.randint(1, 3)
        if draw < 0.85:
            yield from _steps(life, as_of - timedelta(days=days), steps, random, as_of)


def _steps(life: Life, appraised: date, steps: int, random: Random, as_of: date) -> Iterator[Item]:
    begun = appraised + timedelta(days=random.randint(20, 40))
    updated, last_day = at(begun, random, as_of), as_of.isoformat()
    solution = random.choice(("rebuild", "repair"))
    subsidy = f"{random.randrange(14000, 50000, 500)}.00"
    for step, progress in enumerate(_STEPS[:steps]):
        if updated[:10] > last_day:
            return
        record: Record = {
            "source_id": f"GZ-{begun.year}-{life.family.index + 1:06d}",
            "source_updated_at": updated,
            **life.family.naming(),
            "plan_year": begun.year,
            "progress": progress,
            "subsidy": subsidy,
            "subsidy_paid": progress == "accepted",
            "solution": solution,
        }
        if progress == "accepted":
            record["accepted_on"] = updated[:10]
        yield Item(record, "corrected" if step else "accepted", step + 1, fixed=True)
        updated = later(updated, days=random.randint(20, 70))
