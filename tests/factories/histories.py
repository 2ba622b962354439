"""Random histories of records over a few people and households: corrections, changes, retractions,
members who move, records before their household, late knowledge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from shared.events.codec import Delivery
from tests.factories.deliveries import appraisal, enrolment, household, record, renovation, settlement

PEOPLE = [f"p1.{chr(65 + i)}{'A' * 25}" for i in range(9)]
HOUSES = ["152728000001", "152728000002", "152728000003"]
VILLAGES = ["150625100201", "150602101201"]
FIRST = date(2025, 1, 1)


def history(random: Random, records: int = 25) -> list[Delivery]:
    """Versions of `records` records in the order of their knowledge; no two of one record at one time."""
    clock = datetime(2025, 1, 1, tzinfo=UTC)
    drawn: list[Delivery] = []
    used: set[tuple[int, str, datetime]] = set()
    last: dict[tuple[int, str], Any] = {}
    for _ in range(records * 2):
        clock += timedelta(hours=random.randint(1, 400))
        kind = random.choice([7, 8, 8, 9, 10, 17, 17])
        source_id = f"{kind}-{random.randrange(max(2, records // 4))}"
        updated = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=random.randrange(16_000))
        if (kind, source_id, updated) in used:
            continue
        used.add((kind, source_id, updated))
        drawn.append(_version(random, kind, source_id, updated, clock, last))
    return drawn


def _version(
    random: Random, kind: int, source_id: str, updated: datetime, known: datetime, last: dict[tuple[int, str], Any]
) -> Delivery:
    day = FIRST + timedelta(days=random.randrange(700))
    if kind == 17:
        no = random.choice(HOUSES)
        members = random.sample(PEOPLE, random.randint(1, 4))
        exempt = tuple(m for m in members if random.random() < 0.2)
        data = household(no, *members, lifted=random.random() < 0.5, exempt=exempt)
        return record(
            17,
            source_id,
            updated,
            None if random.random() < 0.1 else data,
            household_no=no,
            division=random.choice(VILLAGES),
            known_at=known,
            effective_on=day,
        )
    subject = random.choice(PEOPLE)
    previous = last.get((kind, source_id))
    last[kind, source_id] = subject
    data = {
        7: lambda: enrolment(random.choice([2025, 2026]), status=random.choice(["enrolled", "terminated"])),
        8: lambda: settlement(day, f"{random.randrange(30_000)}.{random.randrange(100):02d}"),
        9: lambda: appraisal(day, random.choice("ABCD")),
        10: lambda: renovation(day.year, *random.choice([("planned", None), ("accepted", day)])),
    }[kind]()
    return record(
        kind,
        source_id,
        updated,
        None if random.random() < 0.1 else data,
        subject=subject,
        known_at=known,
        effective_on=day,
        previous=previous if previous != subject else None,
    )
