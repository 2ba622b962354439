"""The registers of the sample: households, who of them is monitored, enrolments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from shared.sample.domain import HISTORY_DAYS, Item, Record, at
from shared.sample.lives import Life, Monitored
from shared.sample.population import Family, Person

_UNINSURED = 0.02


def households(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Every household once, two years ago; again when a child is born."""
    begins = as_of - timedelta(days=HISTORY_DAYS)
    for life in lives:
        family = life.family
        first = family.before(begins)
        born = [person for person in family.members if person.born > begins]
        yield Item(_household(family, first, at(begins, random, as_of)), fixed=bool(born))
        for wave, child in enumerate(sorted(born, key=lambda person: person.born), 2):
            registered = child.born + timedelta(days=20)
            if registered > as_of:
                break
            record = _household(family, family.before(child.born), at(registered, random, as_of))
            yield Item({**record, "effective_on": child.born.isoformat()}, "corrected", wave)


def _household(family: Family, members: Sequence[Person], updated: str) -> Record:
    record: Record = {
        "source_id": f"HU-{family.household_no}",
        "source_updated_at": updated,
        "household_no": family.household_no,
        "division_code": family.village,
        "base_status": "lifted" if family.lifted else "general",
        "policy_entitled": family.entitled,
        "resettlement": "site" if family.resettled else "none",
        "no_labour_household": not family.able,
        "members": [_member(person) for person in members],
    }
    if family.lifted_year is not None:
        record["lifted_year"] = family.lifted_year
    if family.resettled:
        record["resettled_site"] = f"第{family.index % 34 + 1}安置区"
    return record


def _member(person: Person) -> Record:
    member: Record = {
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


def monitored(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """The households that the national system holds already, and what became of them since."""
    begins = as_of - timedelta(days=HISTORY_DAYS)
    for life in lives:
        held = life.monitored
        if held is None:
            continue
        known = max(held.identified + timedelta(days=random.randint(3, 20)), begins)
        record = _monitored(life.family, held) | {"source_updated_at": at(known, random, as_of)}
        yield Item(record, fixed=held.changed is not None)
        if held.changed is None:
            continue
        changed = max(held.changed, known + timedelta(days=1))
        after: Record = {"state": held.state, "source_updated_at": at(changed, random, as_of)}
        if held.state == "removed":
            way = "natural" if random.random() < 0.15 else "assisted"
            after |= {"removal_way": way, "removed_month": f"{changed:%Y-%m}"}
        yield Item(record | after, "corrected", 2)


def _monitored(family: Family, held: Monitored) -> Record:
    record: Record = {
        "source_id": f"JC-{held.identified.year}-{family.index + 1:06d}",
        "source_updated_at": "",
        "household_no": family.household_no,
        "monitored_kind": held.kind,
        "identified_month": f"{held.identified:%Y-%m}",
        "risk_types": list(held.risks),
        "state": "monitored",
        "whole_household_no_labour": not family.able,
    }
    if "natural_disaster" in held.risks:
        record["disaster_item"] = "meteorological"
    return record


def enrolments(lives: Sequence[Life], random: Random, as_of: date) -> Iterator[Item]:
    """Enrolments for this year and the last of everybody but the exempt and a few who did not enrol."""
    for life in lives:
        family = life.family
        for place, person in enumerate(family.members):
            if person.exempt:
                continue
            certain = family.index == 0 and place == 0  # one lifted head is without insurance in every sample
            for year in (as_of.year - 1, as_of.year):
                if person.born.year > year or (certain and year == as_of.year) or random.random() < _UNINSURED:
                    continue
                yield Item(_enrolment(family, place, year, random, as_of), fixed=year < as_of.year)


def _enrolment(family: Family, place: int, year: int, random: Random, as_of: date) -> Record:
    person = family.members[place]
    begun = max(date(year - 1, 11, 1), person.born)
    record: Record = {
        "source_id": f"CB-{year}-{family.index + 1:06d}-{place + 1}",
        "source_updated_at": at(begun + timedelta(days=random.randrange(70)), random, as_of),
        **family.naming(person),
        "insurance_year": year,
        "scheme": "employee" if person.employee else "resident",
        "status": "enrolled",
    }
    if family.lifted and not person.employee:
        record["subsidised"] = True
    if person.born.year == year:
        record["effective_on"] = person.born.isoformat()
    return record
