"""Appraisals and renovations of the sample: some unsafe houses repaired, some under way, some forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from shared.codes.dwelling import UNSAFE
from shared.sample.domain import Chooser, Item, at, later
from shared.sample.population import Family

_APPRAISER = "91150600MA0N00001W"
_GENERAL_SHARE = 0.3
_STEPS = ("planned", "started", "roofed", "accepted")


def appraise(families: Sequence[Family], random: Random) -> dict[int, tuple[str, int]]:
    """Household index → (grade, days before the sample's last day): every lifted household, a third of the others.
    The first two are unsafe, so that the smallest sample has one repaired and one forgotten."""
    fate: dict[int, tuple[str, int]] = {}
    for family in families:
        if family.index < 2:
            fate[family.index] = ("D" if family.index else "C", 500)
        elif family.lifted or random.random() < _GENERAL_SHARE:
            grade = random.choices(("A", "B", "C", "D"), weights=(560, 400, 28, 12))[0]
            fate[family.index] = (grade, random.randrange(60, 700))
    return fate


def appraisals(
    families: Sequence[Family], fate: dict[int, tuple[str, int]], random: Random, as_of: date
) -> Iterator[Item]:
    """One appraisal a household in `fate`."""
    chooser = Chooser("housing/dwelling-appraisal", random)
    for family in families:
        if family.index not in fate:
            continue
        grade, days = fate[family.index]
        day = as_of - timedelta(days=days)
        record: dict[str, Any] = _head(family) | {
            "source_id": f"JD-{day.year}-{family.index + 1:06d}",
            "source_updated_at": at(day + timedelta(days=3), random, as_of),
            "grade": grade,
            "appraised_on": day.isoformat(),
            "appraiser": _APPRAISER,
            "floor_area_m2": f"{random.randint(48, 140)}.{random.randrange(100):02d}",
            "structure": random.choice(("brick_timber", "brick_concrete", "earth", "timber")),
        }
        yield Item(record)
        if chooser.choose(["bad_grade"]):
            wrong = random.choice(("肆级", ""))
            yield Item(
                {**record, "source_id": record["source_id"] + "-W", "grade": wrong}, "rejected", label="bad_grade"
            )


def renovations(
    families: Sequence[Family], fate: dict[int, tuple[str, int]], random: Random, as_of: date
) -> Iterator[Item]:
    """The unsafe houses: six of ten repaired and accepted, a quarter under way, the others without any record."""
    for family in families:
        grade, days = fate.get(family.index, ("A", 0))
        if grade not in UNSAFE or family.index == 1:
            continue
        draw = 0.0 if family.index == 0 else random.random()
        steps = len(_STEPS) if draw < 0.6 and days > 300 else random.randint(1, 3)
        if draw < 0.85:
            yield from _steps(family, as_of - timedelta(days=days), steps, random, as_of)


def _steps(family: Family, appraised: date, steps: int, random: Random, as_of: date) -> Iterator[Item]:
    begun = appraised + timedelta(days=random.randint(20, 40))
    updated, last_day = at(begun, random, as_of), as_of.isoformat()
    solution = random.choice(("rebuild", "repair"))
    for step, progress in enumerate(_STEPS[:steps]):
        if updated[:10] > last_day:
            return
        record: dict[str, Any] = _head(family) | {
            "source_id": f"GZ-{begun.year}-{family.index + 1:06d}",
            "source_updated_at": updated,
            "plan_year": begun.year,
            "progress": progress,
            "subsidy": f"{random.randrange(14000, 50000, 500)}.00",
            "subsidy_paid": progress == "accepted",
            "solution": solution,
        }
        if progress == "accepted":
            record["accepted_on"] = updated[:10]
        yield Item(record, "corrected" if step else "accepted", wave=step + 1)
        updated = later(updated, days=random.randint(20, 70))


def _head(family: Family) -> dict[str, Any]:
    return {"division_code": family.village, "id_number": family.head.id_number, "name": family.head.name}
