"""Health in the sample: the diseases of special treatment, and chronic illness with or without a family doctor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.sample.domain import HISTORY_DAYS, Item, Record, at
from shared.sample.lives import Life

_OF_ADULTS = ("03", "04", "05", "06", "07", "08", "09", "12", "22", "23", "24", "26", "28", "29", "30")
_OF_CHILDREN = ("01", "02", "16", "18")
_CHILD = 15
_CHRONIC = ("hypertension", "diabetes", "tuberculosis", "severe_mental_disorder")
_WEIGHTS = (68, 26, 2, 4)
_CONTRACTED = 0.95


def major_disease(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """A diagnosis, and for half of them what became of it."""
    for life in lives:
        for place, person in enumerate(life.family.members):
            alive = (as_of - person.born).days
            if person.health != "major_disease" or alive < 60:
                continue
            day = as_of - timedelta(days=random.randint(20, min(HISTORY_DAYS - 10, alive)))
            child = person.age(as_of) < _CHILD
            record: Record = {
                "source_id": f"DJB-{day.year}-{life.family.index + 1:06d}-{place + 1}",
                "source_updated_at": at(day + timedelta(days=6), random, as_of),
                **life.family.naming(person),
                "disease_code": random.choice(_OF_CHILDREN if child else _OF_ADULTS),
                "diagnosed_on": day.isoformat(),
                "treatment_status": random.choice(("diagnosed", "in_treatment", "in_treatment")),
            }
            changed = day + timedelta(days=random.randint(40, 300))
            again = changed < as_of and random.random() < 0.5
            yield Item(record, fixed=again)
            if again:
                after = {
                    "source_updated_at": at(changed, random, as_of),
                    "effective_on": changed.isoformat(),
                    "treatment_status": random.choice(("in_treatment", "treated", "stable", "stable")),
                }
                if after["treatment_status"] == record["treatment_status"]:
                    after["treatment_status"] = "treated"
                yield Item({**record, **after}, "corrected", 2)


def chronic_care(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Most have signed with a doctor and are seen every quarter; a few have not."""
    for life in lives:
        for place, person in enumerate(life.family.members):
            if person.health != "chronic" or (as_of - person.born).days < HISTORY_DAYS:
                continue
            signed = random.random() < _CONTRACTED
            record: Record = {
                "source_id": f"MB-{life.family.index + 1:06d}-{place + 1}",
                "source_updated_at": at(as_of - timedelta(days=random.randint(100, 700)), random, as_of),
                **life.family.naming(person),
                "disease": random.choices(_CHRONIC, weights=_WEIGHTS)[0],
                "contracted": signed,
            }
            if signed:
                record["last_follow_up_on"] = record["source_updated_at"][:10]
            again = signed and random.random() < 0.6
            yield Item(record, fixed=again)
            if again:
                seen = as_of - timedelta(days=random.randint(0, 90))
                after = {"source_updated_at": at(seen, random, as_of), "last_follow_up_on": seen.isoformat()}
                yield Item({**record, **after}, "corrected", 2)
