"""Random histories of records of all kinds over a few people and households: corrections, changes, retractions,
tombstones, members who move, records before their household, late knowledge, benefits that begin and end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from shared import clock
from shared.events.assets import IncomeStoppedV1
from shared.events.codec import Delivery
from shared.events.records import RecordAcceptedV1
from shared.feeds import catalogue
from tests.factories.deliveries import record
from tests.factories.drawn import DRAW, FIRST, HOUSES, PEOPLE, SPAN_DAYS

VILLAGES = ["150625100201", "150602101201", "150602100204", "150621107212"]
"""In a key banner; nothing special; a key village; one that a name of the plan may or may not mean."""
KINDS = (*range(1, 24), 17, 17, 17, 17, 7, 7, 8, 22)
_BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
_HOURS = 16_000


def history(random: Random, records: int = 25, kinds: Sequence[int] = KINDS) -> list[Delivery]:
    """Versions of about `records` records in the order of their knowledge; no two of one record at one time."""
    return told([random.getrandbits(48) for _ in range(records * 2)], records, kinds)


def told(seeds: Sequence[int], records: int, kinds: Sequence[int] = KINDS) -> list[Delivery]:
    """A history of one version a seed, each drawn by itself, so that a failing one gets shorter by leaving some out."""
    known = _BEGIN
    subjects: dict[tuple[int, str], str | None] = {}
    drawn: list[Delivery] = []
    used: set[tuple[int, str, datetime]] = set()
    for seed in seeds:
        random = Random(seed)
        known += timedelta(hours=random.randint(1, _HOURS // records), microseconds=random.choice([0, 0, 1]))
        kind = random.choice(kinds)
        source_id = f"{kind}-{random.randrange(max(2, records // len(set(kinds))))}"
        updated = _BEGIN + timedelta(hours=random.randrange(_HOURS))
        if (kind, source_id, updated) in used:
            continue
        used.add((kind, source_id, updated))
        delivery = _version(random, kind, source_id, updated, known, subjects.get((kind, source_id)))
        subjects[kind, source_id] = delivery.event.meta.subject_key
        drawn.append(delivery)
    return drawn


def _version(
    random: Random, kind: int, source_id: str, updated: datetime, known: datetime, before: str | None
) -> Delivery:
    day = FIRST + timedelta(days=random.randrange(SPAN_DAYS))
    data, effective_on = DRAW[kind](random, day)
    if random.random() < 0.15:
        effective_on = FIRST + timedelta(days=random.randrange(SPAN_DAYS))
    of_household = catalogue.BY_NUMBER[kind].subject == "household"
    # A record keeps its subject as a rule, and is now and then found to be somebody else's.
    subject, number = Random(source_id if random.random() < 0.75 else random.random()), None
    person = None if of_household else subject.choice(PEOPLE)
    if of_household:
        number = subject.choice(HOUSES)
    return record(
        kind,
        source_id,
        updated,
        None if random.random() < 0.08 else data,
        subject=person,
        household_no=number,
        division=random.choice(VILLAGES) if kind == 17 or random.random() < 0.6 else None,
        known_at=known,
        effective_on=effective_on or clock.business_date(updated),
        previous=before if before != person else None,
    )


def stops(random: Random, count: int = 4) -> list[Delivery]:
    """Assets whose income stopped, with some of the households that it went to."""
    return [_stop(random, index) for index in range(count)]


def _stop(random: Random, index: int) -> Delivery:
    event = IncomeStoppedV1(
        asset_id=f"A{index % 3}",
        stopped_on=FIRST + timedelta(days=random.randrange(SPAN_DAYS)),
        reason="overdue",
        households=sorted(random.sample(HOUSES, random.randint(0, 2))),
        known_at=_BEGIN + timedelta(hours=random.randrange(_HOURS)),
    )
    event_id = str(UUID(int=random.getrandbits(128), version=4))
    return Delivery(
        event, event_id, event.TYPE, event.TOPIC, 0, index, event.asset_id, "/xianjie/assets", event.known_at
    )


_DAY_OR_MONTH = re.compile(r"\d{4}-\d\d(-\d\d)?")
_AROUND = (-1, 0, 0, 1, 30, 89, 90, 90, 91, 179, 180, 181, 364, 365, 365, 366)


def _days_in(data: dict[str, Any]) -> list[date]:
    """Every day, and first day of a month, that a record speaks of."""
    written = (value for value in data.values() if isinstance(value, str) and _DAY_OR_MONTH.fullmatch(value))
    return [date.fromisoformat(value if len(value) > 7 else f"{value}-01") for value in written]


def moments(random: Random, events: Sequence[Delivery], count: int) -> list[tuple[date, datetime]]:
    """Random (D, T), mostly where something begins, ends or becomes known."""
    known = [event.time for event in events]
    days = [clock.business_date(instant) for instant in known]
    for event in events:
        if isinstance(event.event, RecordAcceptedV1):
            days += [event.event.meta.effective_on or FIRST, *_days_in(event.event.data)]
    found = []
    for _ in range(count):
        day = FIRST + timedelta(days=random.randrange(SPAN_DAYS + 100))
        if random.random() < 0.9:
            day = random.choice(days) + timedelta(days=random.choice(_AROUND))
        if random.random() < 0.1:
            day = date(2026, 1, random.randint(1, 31))  # last year's enrolment still counts, or nobody knows
        instant = random.choice(known[-len(known) * 2 // 3 :]) - timedelta(microseconds=random.choice([0, 1]))
        found.append((day, max(known) if random.random() < 0.3 else instant))
    return found
