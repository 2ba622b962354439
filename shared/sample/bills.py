"""Medical bills of the sample: many small ones, and a few families whose burden crosses the lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.sample.domain import HISTORY_DAYS, Item, Record, at, money
from shared.sample.lives import CERTAIN, Life
from shared.sample.population import Person

_RATES = {"healthy": 0.9, "chronic": 2.6, "disabled": 1.8, "major_disease": 3.0}
"""Bills a person in 24 months, in the mean."""
_EVERYDAY_FEN = 120_000


def bills(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Two years of settlements. The heavy bills of the certain families, and of those a visit would confirm, stay
    without a defect."""
    count = 0
    for life in lives:
        kept = life.family.index in CERTAIN or life.confirmed
        for person, days, compliant in _events(life, random, as_of):
            count += 1
            record = _bill(life, person, f"JS-{count:08d}", as_of - timedelta(days=days), compliant, random, as_of)
            yield Item(record, fixed=kept and record["setting"] == "inpatient")


def _events(life: Life, random: Random, as_of: date) -> Iterator[tuple[Person, int, int]]:
    """(person, days before the last day, in-catalogue self-payment in fen) of each bill."""
    for days, fen in life.stays:
        yield life.family.head, days, fen
    for person in life.family.members:
        alive_days = min((as_of - person.born).days, HISTORY_DAYS)
        expected = _RATES[person.health]
        bills = int(expected) + (random.random() < expected % 1)
        for _ in range(bills):
            yield (
                person,
                random.randrange(1, max(2, alive_days)),
                int(_EVERYDAY_FEN * min(random.expovariate(2), 1.5)) + 500,
            )


def _bill(life: Life, person: Person, source_id: str, day: date, compliant: int, random: Random, as_of: date) -> Record:
    total = int(compliant * random.uniform(2.6, 4.2))
    own = int(compliant * random.uniform(1.0, 1.35))
    critical = int((total - own) * random.choice((0, 0, 0.08)))
    assistance = int((total - own) * 0.15) if life.family.lifted else 0
    amounts = {
        "total": total,
        "basic_paid": total - own - critical - assistance,
        "critical_illness_paid": critical,
        "medical_assistance_paid": assistance,
        "self_paid": own,
        "self_paid_in_catalogue": compliant,
    }
    inpatient = compliant > 2 * _EVERYDAY_FEN
    return {
        "source_id": source_id,
        "source_updated_at": at(day + timedelta(days=2), random, as_of),
        **life.family.naming(person),
        "setting": "inpatient" if inpatient else random.choice(("outpatient", "chronic_outpatient")),
        "settled_on": day.isoformat(),
        "hospital_code": f"H{life.family.village[:6]}{random.randint(1, 40):05d}",
        **{name: money(fen) for name, fen in amounts.items()},
    }
