"""Emergency management in the sample: what families lost by disasters, who was hurt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.sample.domain import HISTORY_DAYS, Item, Record, at, money
from shared.sample.lives import Life
from shared.sample.population import ABLE

_HURT = 0.0015
"""Of the workers within 24 months."""
_CERTAINLY_HURT = 10
_CAUSES = ("natural_disaster", "production_accident", "traffic", "fire", "other")
_CAUSE_WEIGHTS = (8, 22, 48, 7, 15)
_OUTCOMES = ("injured", "disabled", "deceased", "missing")
_OUTCOME_WEIGHTS = (70, 18, 10, 2)


def losses(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """One record a family and event; some are corrected when the insurance has paid."""
    for life in lives:
        event = life.disaster
        if event is None:
            continue
        known = event.day + timedelta(days=random.randint(3, 9))
        harvest = event.kind in ("flood", "drought", "hail", "freeze")
        record: Record = {
            "source_id": f"ZQ-{event.day.year}-{life.family.index + 1:06d}",
            "source_updated_at": at(known, random, as_of),
            **life.family.naming(),
            "disaster_type": event.kind,
            "occurred_on": event.day.isoformat(),
            "house_damage": event.damage,
            "crop_loss" if harvest else "livestock_loss": money(random.randint(100_000, 3_200_000)),
        }
        if event.damage != "none":
            record["other_loss"] = money(random.randint(20_000, 600_000))
        if random.random() < 0.3:
            record["relief_given"] = money(random.randrange(50_000, 300_000, 10_000))
        paid = known + timedelta(days=random.randint(30, 90))
        insured = paid <= as_of and random.random() < 0.3
        yield Item(record, fixed=insured)
        if insured:
            payout = {
                "source_updated_at": at(paid, random, as_of),
                "insurance_payout": money(random.randint(80_000, 900_000)),
            }
            yield Item({**record, **payout}, "corrected", 2)


def casualties(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Accidents of workers; an injury may turn out to be for life."""
    for life in lives:
        certain = life.family.index == _CERTAINLY_HURT
        for place, person in enumerate(life.family.members):
            working = person.labour in ABLE
            if not (certain and place == 0) and not (working and random.random() < _HURT):
                continue
            day = as_of - timedelta(days=random.randint(5, HISTORY_DAYS - 10))
            record: Record = {
                "source_id": f"SW-{day.year}-{life.family.index + 1:06d}-{place + 1}",
                "source_updated_at": at(day + timedelta(days=2), random, as_of),
                **life.family.naming(person),
                "cause": random.choices(_CAUSES, weights=_CAUSE_WEIGHTS)[0],
                "occurred_on": day.isoformat(),
                "outcome": random.choices(_OUTCOMES, weights=_OUTCOME_WEIGHTS)[0],
            }
            found = day + timedelta(days=random.randint(60, 150))
            worse = record["outcome"] == "injured" and found <= as_of and random.random() < 0.15
            yield Item(record, fixed=worse)
            if worse:
                after = {"source_updated_at": at(found, random, as_of), "outcome": "disabled"}
                yield Item({**record, **after}, "corrected", 2)
