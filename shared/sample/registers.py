"""The household register's file and the enrolments of the sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from shared.codes import divisions
from shared.sample.domain import HISTORY_DAYS, Chooser, Item, at, later
from shared.sample.population import Family, Numbers, Person, make_person

_BIRTHS = 0.02
_UNINSURED = 0.02
_ABLE = ("ordinary", "skilled")


def households(families: Sequence[Family], random: Random, numbers: Numbers, as_of: date) -> Iterator[Item]:
    """Every household once, two years ago; some again when a child is born, with the defects of this feed."""
    chooser = Chooser("rural-revitalization/household", random)
    for family in families:
        record = _household(family, at(as_of - timedelta(days=HISTORY_DAYS), random, as_of))
        full_name = divisions.path(family.village)
        named = divisions.resolve(full_name).code == family.village
        possible = ["two_heads"] * (len(family.members) > 1) + ["village_name_for_code"] * named
        label = chooser.choose(possible)
        if label == "two_heads":
            yield Item(_two_heads(record), "rejected", label=label)
        if label == "village_name_for_code":
            yield Item({**record, "division_code": full_name}, label=label)
        else:
            yield Item(record)
        if random.random() < _BIRTHS and len(family.members) < 6:
            yield _birth(family, random, numbers, as_of)


def _household(family: Family, updated: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "source_id": f"HU-{family.household_no}",
        "source_updated_at": updated,
        "household_no": family.household_no,
        "division_code": family.village,
        "base_status": "lifted" if family.lifted else "general",
        "policy_entitled": family.entitled,
        "resettlement": "site" if family.resettled else "none",
        "no_labour_household": not any(person.labour in _ABLE for person in family.members),
        "members": [_member(person) for person in family.members],
    }
    if family.lifted_year is not None:
        record["lifted_year"] = family.lifted_year
    if family.resettled:
        record["resettled_site"] = f"第{family.index % 34 + 1}安置区"
    return record


def _member(person: Person) -> dict[str, Any]:
    member: dict[str, Any] = {
        "id_number": person.id_number,
        "name": person.name,
        "relation": person.relation,
        "health": [person.health],
        "labour": person.labour,
        "education": person.education,
        "works_away_months": person.away_months,
        "insurance_exempt": person.exempt,
    }
    if person.stage is not None:
        member["in_school_stage"] = person.stage
    return member


def _two_heads(record: dict[str, Any]) -> dict[str, Any]:
    """The file as it was before the clerk saw the message; the right one follows."""
    members = [dict(member, relation="head") if place < 2 else member for place, member in enumerate(record["members"])]
    return {**record, "source_updated_at": later(record["source_updated_at"], days=-1), "members": members}


def _birth(family: Family, random: Random, numbers: Numbers, as_of: date) -> Item:
    relation, male = ("grandson", True) if random.random() < 0.5 else ("granddaughter", False)
    age = random.uniform(0.1, 0.9)
    child = make_person(random, numbers, family.village[:6], relation, age, male=male, as_of=as_of)
    family.members.append(child)
    registered = min(child.born + timedelta(days=20), as_of)
    record = _household(family, at(registered, random, as_of))
    return Item({**record, "effective_on": child.born.isoformat()}, "corrected", wave=2)


def enrolments(families: Sequence[Family], random: Random, as_of: date) -> Iterator[Item]:
    """Enrolments for this year and the last of everybody but the exempt and a few who did not enrol."""
    chooser = Chooser("medical-insurance/enrolment", random)
    for family in families:
        for place, person in enumerate(family.members):
            if person.exempt:
                continue
            certain = family.index == 0 and place == 0  # one lifted head is without insurance in every sample
            for year in (as_of.year - 1, as_of.year):
                if person.born.year > year or (certain and year == as_of.year) or random.random() < _UNINSURED:
                    continue
                yield from _enrolment(family, place, year, chooser, random, as_of)


def _enrolment(family: Family, place: int, year: int, chooser: Chooser, random: Random, as_of: date) -> Iterator[Item]:
    person = family.members[place]
    begun = max(date(year - 1, 11, 1), person.born)
    record: dict[str, Any] = {
        "source_id": f"CB-{year}-{family.index + 1:06d}-{place + 1}",
        "source_updated_at": at(begun + timedelta(days=random.randrange(70)), random, as_of),
        "division_code": family.village,
        "id_number": person.id_number,
        "name": person.name,
        "insurance_year": year,
        "scheme": "employee" if person.employee else "resident",
        "status": "enrolled",
    }
    if family.lifted and not person.employee:
        record["subsidised"] = True
    if person.born.year == year:
        record["effective_on"] = person.born.isoformat()
    yield Item(record)
    if chooser.choose(["both_schemes"] if not person.employee and record["insurance_year"] == as_of.year else []):
        second = {name: value for name, value in record.items() if name != "subsidised"}
        yield Item(second | {"source_id": record["source_id"] + "-Z", "scheme": "employee"}, label="both_schemes")
