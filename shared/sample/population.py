"""Made-up households over the real villages of Ordos. Nobody real is in it: identity numbers use the sequence numbers
990–999, which no authority gives out, and names are made of characters found nowhere else in the system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from random import Random

import yaml

from shared.codes import divisions
from shared.codes.identity import check_digit
from shared.sample.domain import Record
from shared.sample.stages import Track, stage_on

LIFTED_SHARE = 0.055
"""7,176 of 130,000 households, by the plan."""
_POLICY_SHARE = 0.9
_RESETTLED_SHARE = 0.06
_BIRTHS = 0.02
"""Households with a grandchild born in the 24 months, beside the children that they have."""
_FIRST_SEQUENCE = 990
_DOCUMENTED = "19700101"
"""The birth date of the examples in the catalogue: kept free, so that an example is never taken for a leak."""
_ADULT, _OLD, DAYS_OF_A_YEAR = 16, 60, 365.25
_CHARACTERS = yaml.safe_load(files(__package__).joinpath("names.yaml").read_text("utf-8"))
_TRACKS = tuple(Track)
_LONGEST = Track.UNIVERSITY
ABLE = ("ordinary", "skilled")
"""Who counts as a worker."""
SMALL = 12
"""So many households hold every kind and every defect: what happens seldom is left out of the first ones, or made sure
of there."""
_CERTAIN_HEALTH = {2: "disabled", 5: "major_disease", 6: "disabled", 7: "chronic", 8: "disabled", 9: "disabled"}
"""The head's health in the first households, so that a small sample has records of every kind."""
_CERTAIN_STUDENT = 1
"""A household with a daughter of 19 at a university, for the same reason."""


@dataclass(slots=True)
class Person:
    """A member as the household record names them; `relation`, `labour` and the others are values of the lists."""

    id_number: str
    name: str
    relation: str
    born: date
    labour: str
    health: str
    education: str
    stage: str | None
    away_months: int
    exempt: bool
    employee: bool
    """Insured through an employer, not as a resident."""
    track: Track
    """How long this one goes to school."""

    def age(self, day: date) -> int:
        """Whole years on a day."""
        return int((day - self.born).days / DAYS_OF_A_YEAR)


@dataclass(slots=True)
class Family:
    """A household with its members, the head first; the last may be born in the months of the history."""

    index: int
    household_no: str
    village: str
    lifted: bool
    lifted_year: int | None
    entitled: bool
    resettled: bool
    members: list[Person]

    @property
    def head(self) -> Person:
        return self.members[0]

    @property
    def able(self) -> list[Person]:
        """Its workers."""
        return [person for person in self.members if person.labour in ABLE]

    def naming(self, person: Person | None = None) -> Record:
        """The fields by which a record names a member, or the head."""
        named = person or self.head
        return {"division_code": self.village, "id_number": named.id_number, "name": named.name}

    def before(self, day: date) -> list[Person]:
        """The members who were born by then."""
        return [person for person in self.members if person.born <= day]


class Numbers:
    """Gives out identity numbers that are valid and were not given before."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def take(self, random: Random, banner: str, born: date, *, male: bool) -> tuple[str, date]:
        """A number of that sex, born on the day or, when the ten of a day are used up, some days before."""
        while True:
            sequence = _FIRST_SEQUENCE + 2 * random.randrange(5) + male
            first_17 = f"{banner}{born:%Y%m%d}{sequence}"
            if first_17 not in self._given and first_17[6:14] != _DOCUMENTED:
                self._given.add(first_17)
                return first_17 + check_digit(first_17), born
            born -= timedelta(days=random.randrange(3))


def make_name(random: Random) -> str:
    """A name of two or three rare characters."""
    given = random.choices(_CHARACTERS["given"], k=random.choice((1, 2, 2)))
    surname: str = random.choice(_CHARACTERS["surnames"])
    return surname + "".join(given)


def populate(households: int, random: Random, as_of: date) -> list[Family]:
    """That many households, drawn over the rural villages, as they are on the sample's last day."""
    numbers = Numbers()
    villages = [place.code for place in divisions.all_divisions() if place.rural]
    return [_family(index, random.choice(villages), random, numbers, as_of) for index in range(households)]


def _family(index: int, village: str, random: Random, numbers: Numbers, as_of: date) -> Family:
    lifted = index in (0, 4) or (index != 3 and random.random() < LIFTED_SHARE)  # the smallest sample has both
    members = [
        _person(random, numbers, village[:6], relation, age, male=male, as_of=as_of)
        for relation, age, male in _composition(random)
    ]
    if index == _CERTAIN_STUDENT:
        members.append(_person(random, numbers, village[:6], "daughter", 19, male=False, as_of=as_of, track=_LONGEST))
    if index in _CERTAIN_HEALTH:
        members[0].health, members[0].labour = _CERTAIN_HEALTH[index], "weak"
    return Family(
        index=index,
        household_no=f"{village[:6]}{index + 1:06d}",
        village=village,
        lifted=lifted,
        lifted_year=random.randint(2014, 2020) if lifted else None,
        entitled=lifted and random.random() < _POLICY_SHARE,
        resettled=lifted and (index == 4 or random.random() < _RESETTLED_SHARE),
        members=members,
    )


def _composition(random: Random) -> Sequence[tuple[str, float, bool]]:
    """(relation, age in years, male) of each member: 2.9 persons in the mean, an old countryside."""
    age = random.triangular(28, 82, 58)
    male = random.random() < 0.85
    people: list[tuple[str, float, bool]] = [("head", age, male)]
    if random.random() < 0.82:
        people.append(("spouse", max(21.0, age + random.uniform(-5, 3)), not male))
    for _ in range(random.choices((0, 1, 2, 3), weights=(45, 33, 19, 3))[0]):
        child = age - random.uniform(22, 34)
        if child > 0.5:
            boy = random.random() < 0.52
            people.append(("son" if boy else "daughter", child, boy))
    if age < 62 and random.random() < 0.18:
        people.append(("mother", age + random.uniform(19, 28), False))
    if random.random() < _BIRTHS:
        boy = random.random() < 0.52
        people.append(("grandson" if boy else "granddaughter", random.uniform(0.1, 1.1), boy))
    return people


def _person(
    random: Random, numbers: Numbers, banner: str, relation: str, age: float, *, male: bool, as_of: date,
    track: Track | None = None,
) -> Person:  # fmt: skip
    day = as_of - timedelta(days=int(age * DAYS_OF_A_YEAR) + random.randrange(300))
    number, born = numbers.take(random, banner, day, male=male)
    whole = int((as_of - born).days / DAYS_OF_A_YEAR)
    health = _health(random, whole)
    labour = _labour(random, whole, health)
    track = track or random.choices(_TRACKS, weights=(8, 22, 34, 36))[0]
    place = stage_on(born, track, as_of)
    return Person(
        id_number=number,
        name=make_name(random),
        relation=relation,
        born=born,
        labour="none" if place else labour,
        health=health,
        education=_education(random, whole),
        stage=place[0] if place else None,
        away_months=random.choice((0, 0, 0, 3, 6, 10)) if labour in ABLE and not place else 0,
        exempt=male and 18 <= whole <= 24 and not place and random.random() < 0.05,
        employee=18 <= whole < _OLD and not place and random.random() < 0.08,
        track=track,
    )


def _health(random: Random, age: int) -> str:
    ill = 0.04 + max(0, age - 40) * 0.008
    draw = random.random()
    if draw < 0.012:
        return "major_disease"
    if draw < 0.04:
        return "disabled"
    return "chronic" if draw < 0.04 + ill else "healthy"


def _labour(random: Random, age: int, health: str) -> str:
    if age < _ADULT or age > 75:
        return "none"
    if health in ("major_disease", "disabled"):
        return random.choice(("weak", "lost"))
    if age >= _OLD:
        return random.choice(("weak", "weak", "none"))
    return "skilled" if random.random() < 0.12 else "ordinary"


def _education(random: Random, age: int) -> str:
    if age < 12:
        return "primary" if age >= 6 else "illiterate"
    if age < 18:
        return "junior"
    weights = (3, 22, 45, 14, 6, 7, 3) if age < 50 else (18, 48, 27, 5, 1, 1, 0)
    kinds = ("illiterate", "primary", "junior", "senior", "secondary_vocational", "college", "bachelor")
    return random.choices(kinds, weights=weights)[0]
