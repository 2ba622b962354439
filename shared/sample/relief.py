"""Civil affairs in the sample: allowances, extreme hardship, the margin, temporary relief."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.sample.domain import HISTORY_DAYS, Item, Record, at, money
from shared.sample.lives import Life

_LEFT = 0.006
"""Families with a good income that left the allowance within the 24 months."""
_ADJUSTED = 0.25
_RELIEVED, _RELIEVED_IN_NEED = 0.01, 0.15
_CERTAINLY_RELIEVED = (5, 7, 9)
_CAUSES = ("illness", "schooling", "fire", "traffic", "accident", "hardship")


def minimum_living(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Who has the allowance, whose amount was adjusted, and who left it, most with a time of tapering."""
    for life in lives:
        left = life.net is None and random.random() < _LEFT
        if life.net != "minimum" and not left:
            continue
        covered = life.family.members[: random.randint(1, len(life.family.members))]
        amount = len(covered) * random.randrange(38_000, 72_000, 500)
        record = _begun("DB", life, random, as_of) | {
            "certificate_no": f"NB{life.family.village[:6]}{life.family.index + 1:06d}",
            "covered_members": [person.id_number for person in covered],
            "monthly_amount": money(amount),
            "category": random.choices("ABC", weights=(20, 45, 35))[0],
            "status": "active",
        }
        adjusted = not left and random.random() < _ADJUSTED
        yield Item(record, fixed=left or adjusted)
        if left:
            yield Item(_exit(record, random, as_of, tapers=True), "corrected", 2)
        elif adjusted:
            day = as_of - timedelta(days=random.randint(1, 30))
            changed = {"effective_on": f"{day:%Y-%m}-01", "source_updated_at": at(day, random, as_of)}
            yield Item({**record, **changed, "monthly_amount": money(amount + 3_000)}, "corrected", 2)


def extreme_hardship(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Old people alone, most of them at home."""
    for life in lives:
        if life.net != "extreme":
            continue
        home = random.random() < 0.8
        yield Item(
            _begun("TK", life, random, as_of)
            | {
                "mode": "dispersed" if home else "institution",
                "self_care": random.choices(("full", "partial", "none"), weights=(50, 35, 15))[0],
                "monthly_amount": money(random.randrange(110_000, 190_000, 1_000)),
                "status": "active",
            }
        )


def margin(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Families a little above the allowance."""
    for life in lives:
        if life.net != "margin":
            continue
        record = _begun("BY", life, random, as_of) | {
            "covered_members": [person.id_number for person in life.family.members],
            "status": "active",
        }
        left = random.random() < 0.1
        yield Item(record, fixed=left)
        if left:
            yield Item(_exit(record, random, as_of, tapers=False), "corrected", 2)


def temporary(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """A payment here and there, more often where there was a disaster or a hospital."""
    for life in lives:
        need = _RELIEVED_IN_NEED if life.disaster or life.confirmed else _RELIEVED
        if random.random() >= need and life.family.index not in _CERTAINLY_RELIEVED:
            continue
        cause = "disaster" if life.disaster else "illness" if life.stays else random.choice(_CAUSES)
        paid = as_of - timedelta(days=random.randint(50, HISTORY_DAYS - 10))
        yield Item(
            {
                "source_id": f"LS-{paid.year}-{life.family.index + 1:06d}",
                "source_updated_at": at(paid + timedelta(days=4), random, as_of),
                **life.family.naming(),
                "relief_kind": "expenditure" if cause in ("illness", "schooling") else "emergency",
                "amount": money(random.randrange(100_000, 900_000, 10_000)),
                "paid_on": paid.isoformat(),
                "cause": cause,
            }
        )


def _begun(prefix: str, life: Life, random: Random, as_of: date) -> Record:
    """The envelope of a benefit, and its first month."""
    begun = as_of - timedelta(days=random.randint(90, 2_000))
    known = max(begun + timedelta(days=12), as_of - timedelta(days=HISTORY_DAYS))
    return {
        "source_id": f"{prefix}-{begun.year}-{life.family.index + 1:06d}",
        "source_updated_at": at(known, random, as_of),
        **life.family.naming(),
        "start_month": f"{begun:%Y-%m}",
    }


def _exit(record: Record, random: Random, as_of: date, *, tapers: bool) -> Record:
    first = date.fromisoformat(record["source_updated_at"][:10])
    day = min(first + timedelta(days=random.randint(60, 700)), as_of)
    after: Record = {
        "source_updated_at": at(day, random, as_of),
        "status": "exited",
        "exit_month": f"{day:%Y-%m}",
    }
    if day == first:  # the same morning would be no later version
        after["source_updated_at"] = f"{day}T18:00:00+08:00"
    if tapers:
        after["exit_reason"] = random.choice(("income", "income", "property", "voluntary"))
        if random.random() < 0.7:
            after["tapering_until"] = f"{day + timedelta(days=180):%Y-%m}"
    return {**record, **after}
