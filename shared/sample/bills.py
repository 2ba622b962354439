"""Medical bills of the sample: many small ones, and a few families whose burden crosses the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from shared.codes.identity import CHECK_DIGITS
from shared.sample.domain import HISTORY_DAYS, Chooser, Item, at, later
from shared.sample.population import Family, Person

_RATES = {"healthy": 0.9, "chronic": 2.6, "disabled": 1.8, "major_disease": 3.0}
"""Bills a person in 24 months, in the mean."""
_BURDENED = (0.02, 0.08)
"""Share of general and of lifted families with a burden over the line of 26,000 and of 10,000 yuan."""
_CERTAIN = (0, 3)
"""Families whose burden is certain and without a defect: a lifted and a general one in the smallest sample."""
_LINES_FEN = (2_600_000, 1_000_000)
_EVERYDAY_FEN = 120_000
_ALWAYS = ("wrong_check_digit", "disability_card_as_id", "amounts_do_not_add_up", "impossible_date", "duplicate")
_OLD_ENOUGH_DAYS = 40


def bills(families: Sequence[Family], random: Random, as_of: date) -> Iterator[Item]:
    """Two years of settlements, with the defects of this feed."""
    chooser = Chooser("medical-insurance/settlement", random)
    count = 0
    for family in families:
        for person, days, compliant in _events(family, random, as_of):
            count += 1
            record = _bill(family, person, f"JS-{count:08d}", as_of - timedelta(days=days), compliant, random, as_of)
            if family.index in _CERTAIN and record["setting"] == "inpatient":
                yield Item(record)
            else:
                yield from _sent(record, chooser, days, random)


def _events(family: Family, random: Random, as_of: date) -> Iterator[tuple[Person, int, int]]:
    """(person, days before the last day, in-catalogue self-payment in fen) of each bill."""
    if family.index in _CERTAIN or random.random() < _BURDENED[family.lifted]:
        line = _LINES_FEN[family.lifted]
        ill = family.head
        for _ in range(2):  # two stays within twelve months, either of them too little by itself
            yield ill, random.randint(20, 300), int(line * random.uniform(0.55, 0.95))
    for person in family.members:
        alive_days = min((as_of - person.born).days, HISTORY_DAYS)
        expected = _RATES[person.health]
        bills = int(expected) + (random.random() < expected % 1)
        for _ in range(bills):
            yield (
                person,
                random.randrange(1, max(2, alive_days)),
                int(_EVERYDAY_FEN * min(random.expovariate(2), 1.5)) + 500,
            )


def _bill(
    family: Family, person: Person, source_id: str, day: date, compliant: int, random: Random, as_of: date
) -> dict[str, Any]:
    total = int(compliant * random.uniform(2.6, 4.2))
    own = int(compliant * random.uniform(1.0, 1.35))
    critical = int((total - own) * random.choice((0, 0, 0.08)))
    assistance = int((total - own) * 0.15) if family.lifted else 0
    amounts = {
        "total": total,
        "basic_paid": total - own - critical - assistance,
        "critical_illness_paid": critical,
        "medical_assistance_paid": assistance,
        "self_paid": own,
        "self_paid_in_catalogue": compliant,
    }
    return {
        "source_id": source_id,
        "source_updated_at": at(day + timedelta(days=2), random, as_of),
        "division_code": family.village,
        "id_number": person.id_number,
        "name": person.name,
        "setting": "inpatient"
        if compliant > 2 * _EVERYDAY_FEN
        else random.choice(("outpatient", "chronic_outpatient")),
        "settled_on": day.isoformat(),
        "hospital_code": f"H{family.village[:6]}{random.randint(1, 40):05d}",
        **{name: f"{fen // 100}.{fen % 100:02d}" for name, fen in amounts.items()},
    }


def _sent(record: dict[str, Any], chooser: Chooser, days: int, random: Random) -> Iterator[Item]:
    """The record as it is sent: right, or with a defect, or in several versions."""
    possible = list(_ALWAYS)
    possible += ["lower_case_x"] * record["id_number"].endswith("X")
    possible += ["amounts_with_separators"] * (len(record["total"]) > len("999.99"))
    possible += ["correction_before_original", "retraction"] * (days > _OLD_ENOUGH_DAYS)
    label = chooser.choose(possible)
    if label is not None and label in _WRONG:
        yield Item({**record, **_WRONG[label](record)}, "rejected", label=label)
    elif label == "lower_case_x":
        yield Item({**record, "id_number": record["id_number"].lower()}, label=label)
    elif label == "correction_before_original":
        hospital = record["hospital_code"][:-5] + "00099"
        newer = later(record["source_updated_at"], days=random.randint(3, 20))
        yield Item({**record, "source_updated_at": newer, "hospital_code": hospital})
        yield Item(record, "stale", wave=2, label=label)
    elif label == "duplicate":
        yield Item(record)
        again = {**record, "source_updated_at": later(record["source_updated_at"], hours=1)}
        yield Item(random.choice((record, again)), "duplicate", wave=2, label=label)
    elif label == "retraction":
        yield Item(record)
        yield Item(_retract(record), "retracted", wave=2, label=label)
    else:
        yield Item(record)


def _retract(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "source_id": record["source_id"],
        "source_updated_at": later(record["source_updated_at"], days=5),
        "op": "retract",
        "retract_reason": "重复结算，已冲销",
        "id_number": record["id_number"],
    }


def _wrong_check(record: dict[str, Any]) -> dict[str, Any]:
    number: str = record["id_number"]
    return {"id_number": number[:17] + CHECK_DIGITS[(CHECK_DIGITS.index(number[17]) + 3) % 11]}


_WRONG: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "wrong_check_digit": _wrong_check,
    "disability_card_as_id": lambda record: {"id_number": record["id_number"] + "43"},
    "amounts_do_not_add_up": lambda record: {"total": f"{int(record['total'][:-3]) + 900}.00"},
    "amounts_with_separators": lambda record: {"total": f"{int(record['total'][:-3]):,}.00"},
    "impossible_date": lambda record: {"settled_on": record["settled_on"][:5] + "02-30"},
}
