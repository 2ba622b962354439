"""What befalls the families of the sample: incomes, bills, help, disasters. The departments' files tell of it later.

Shares without a source are ours: plausible, no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from random import Random
from types import MappingProxyType
from typing import Literal

from shared.codes.lists import get
from shared.sample.population import SMALL, Family

Net = Literal["minimum", "margin", "extreme"]
LIFTED_MEAN_2020_FEN = 2_118_390
"""Mean net income per head of the lifted households in 2020, by the plan."""
GROWTH = 1.06
"""Of incomes, a year."""
_GENERAL_TO_LIFTED = 1.12
_SPREAD = 0.35
"""Of the logarithm of incomes."""
_LINE_FEN = 830_000
"""The monitoring line of Inner Mongolia in 2024."""
_BURDENED = (0.02, 0.08)
"""Share of general and of lifted families with in-catalogue bills over the line of 26,000 and of 10,000 yuan."""
CERTAIN = (0, 3)
"""Families whose burden is certain: a lifted and a general one in the smallest sample."""
_CONFIRMED = 0.02
"""One county: of a hundred medical warnings two are confirmed by a visit."""
_CERTAINLY_CONFIRMED = 5
_LINES_FEN = (2_600_000, 1_000_000)
_LOW: tuple[tuple[Net, float, float], ...] = (("minimum", 0.035, 0.22), ("margin", 0.01, 0.02))
"""(safety net, share of general, of lifted families)."""
_ALONE = 0.25
"""Share of single people without labour who are cared for by the state."""
_CERTAIN_NETS: Mapping[int, Net] = MappingProxyType(
    {1: "minimum", 6: "minimum", 7: "margin", 8: "extreme", 10: "margin"}
)
_LOW_FACTOR = 0.45
_OTHERS_FACTOR = (1.023, 1.155)
"""So that the means hold although some families stand low."""
_DROPS = 0.04
"""Families whose income fell by a third or more within half a year."""
_MONITORED_SHARES = (0.0054, 0.075, 0.055)
"""Of general, of low and of lifted families: about 1.2 % of all."""
_CERTAINLY_MONITORED, _CERTAINLY_REMOVED, _CERTAINLY_HIT = 2, 11, 9
_EVENTS, _HIT = 5, 0.06
"""Disasters in the 24 months, each in one banner, and the share of its families that it hit."""
_CERTIFIED, _CHANGED = 0.92, 0.08
"""Share of the disabled with a certificate, and of certificates whose grade was changed."""
_APPRAISED = 0.3
"""Share of the houses of general families that were appraised."""


@dataclass(frozen=True, slots=True)
class Monitored:
    """A household in the national system, and until when."""

    kind: str
    identified: date
    risks: tuple[str, ...]
    state: str
    changed: date | None


@dataclass(frozen=True, slots=True)
class Disaster:
    """An event, and what it did to one family."""

    kind: str
    day: date
    damage: str


@dataclass(frozen=True, slots=True)
class Card:
    """A member's disability by certificate: `before` is the grade that an older certificate gave."""

    place: int
    category: str
    grade: str
    before: str | None
    issued: date


@dataclass(slots=True)
class Life:
    """One family's two years. `income_fen` is net per head over the last twelve months; `stays` are (days before the
    last day, in-catalogue self-payment in fen) of the heavy bills; `confirmed` says that a visit would confirm the
    medical warning; `drop` how many times the last income the one of a year before was."""

    family: Family
    income_fen: int
    net: Net | None
    stays: tuple[tuple[int, int], ...]
    confirmed: bool
    drop: float
    monitored: Monitored | None
    disaster: Disaster | None
    cards: tuple[Card, ...]
    house: tuple[str, int] | None
    """Grade, and how many days before the last day it was appraised."""

    @property
    def cared_for(self) -> bool:
        """Lifted, monitored or of low income: whom the departments watch."""
        return self.family.lifted or self.monitored is not None or self.net is not None


def live(families: Sequence[Family], random: Random, as_of: date) -> list[Life]:
    """The lives of the families, in their order."""
    banners = sorted({family.village[:6] for family in families})
    kinds = [kind for kind in get("disaster_type").values() if kind in ("flood", "drought", "hail", "snow", "freeze")]
    events = [(random.choice(banners), random.choice(kinds), random.randint(10, 700)) for _ in range(_EVENTS)]
    return [_life(family, random, as_of, events) for family in families]


def _life(family: Family, random: Random, as_of: date, events: Sequence[tuple[str, str, int]]) -> Life:
    net = _net(family, random)
    stays: tuple[tuple[int, int], ...] = ()
    certain = (*CERTAIN, _CERTAINLY_CONFIRMED)
    if family.index in certain or random.random() < _BURDENED[family.lifted]:
        line = _LINES_FEN[family.lifted]  # two stays within twelve months, either of them too little by itself
        stays = tuple((random.randint(20, 300), int(line * random.uniform(0.55, 0.95))) for _ in range(2))
    confirmed = bool(stays) and (
        family.index == _CERTAINLY_CONFIRMED or (family.index >= SMALL and random.random() < _CONFIRMED)
    )
    income = _income(family, random, as_of, net)
    if confirmed:
        net, income = None, int(_LINE_FEN * random.uniform(0.75, 1.05))
    elif stays:
        paid = sum(fen for _, fen in stays) * 3 // 2 // len(family.members)
        income = max(income, int(_LINE_FEN * random.uniform(1.3, 1.6)) + paid)
    return Life(
        family=family,
        income_fen=income,
        net=net,
        stays=stays,
        confirmed=confirmed,
        drop=random.uniform(1.5, 2.2) if random.random() < _DROPS else 1.0,
        monitored=None if confirmed else _monitored(family, random, as_of, net, income),
        disaster=_disaster(family, random, as_of, events),
        cards=tuple(_cards(family, random, as_of)),
        house=_house(family, random),
    )


def _net(family: Family, random: Random) -> Net | None:
    if family.index < SMALL:
        return _CERTAIN_NETS.get(family.index)
    if len(family.members) == 1 and not family.able and random.random() < _ALONE:
        return "extreme"
    for net, general, lifted in _LOW:
        if random.random() < (lifted if family.lifted else general):
            return net
    return None


def _income(family: Family, random: Random, as_of: date, net: Net | None) -> int:
    years = (as_of - date(2020, 12, 31)).days / 365.25
    mean = LIFTED_MEAN_2020_FEN * GROWTH**years * (1 if family.lifted else _GENERAL_TO_LIFTED)
    factor = _LOW_FACTOR if net else _OTHERS_FACTOR[family.lifted]
    return int(mean * factor * exp(random.gauss(-(_SPREAD**2) / 2, _SPREAD)))


def _monitored(family: Family, random: Random, as_of: date, net: Net | None, income: int) -> Monitored | None:
    share = _MONITORED_SHARES[2 if family.lifted else 1 if net else 0]
    if family.index not in (_CERTAINLY_MONITORED, _CERTAINLY_REMOVED) and random.random() >= share:
        return None
    days = 500 if family.index == _CERTAINLY_REMOVED else random.randint(30, 1_400)
    identified = as_of - timedelta(days=days)
    state, changed = "monitored", None
    if days > 420:
        state = (
            "removed"
            if family.index == _CERTAINLY_REMOVED
            else random.choice(("removed", "removed", "tracked", "monitored"))
        )
        if state != "monitored":
            changed = as_of - timedelta(days=random.randint(45, days - 240))
    kind = "unstable" if family.lifted else "marginal" if income < 2 * _LINE_FEN else "sudden"
    return Monitored(kind, identified, _risks(family, random), state, changed)


def _risks(family: Family, random: Random) -> tuple[str, ...]:
    health = {person.health for person in family.members}
    risks = [risk for sick, risk in (("major_disease", "illness"), ("disabled", "disability")) if sick in health]
    if not family.able:
        risks.append("labour_shortage")
    others = ("illness", "industry_failure", "employment", "accident", "natural_disaster", "schooling")
    risks.append(random.choice([risk for risk in others if risk not in risks]))
    return tuple(risks)


def _cards(family: Family, random: Random, as_of: date) -> Iterator[Card]:
    for place, person in enumerate(family.members):
        if person.health != "disabled" or (place and random.random() > _CERTIFIED):
            continue
        category = random.choices("1234567", weights=(12, 10, 2, 48, 10, 13, 5))[0]
        grade = random.choices("1234", weights=(15, 25, 30, 30))[0]
        before = str(int(grade) + 1) if grade < "4" and family.index >= SMALL and random.random() < _CHANGED else None
        days = random.randint(60, 700) if before else random.randint(60, 3_000)
        yield Card(place, category, grade, before, max(as_of - timedelta(days=days), person.born + timedelta(days=20)))


def _disaster(family: Family, random: Random, as_of: date, events: Sequence[tuple[str, str, int]]) -> Disaster | None:
    for banner, kind, days in events:
        if family.index == _CERTAINLY_HIT or (family.village.startswith(banner) and random.random() < _HIT):
            damage = random.choices(("none", "minor", "serious", "collapsed"), weights=(62, 28, 8, 2))[0]
            return Disaster(kind, as_of - timedelta(days=days), damage)
    return None


def _house(family: Family, random: Random) -> tuple[str, int] | None:
    """Every lifted household's, a third of the others'. The first two are unsafe, so that the smallest sample has one
    repaired and one forgotten."""
    if family.index < 2:
        return ("D" if family.index else "C", 500)
    if family.index < SMALL:
        return random.choice("AB"), random.randrange(60, 700)
    if not family.lifted and random.random() > _APPRAISED:
        return None
    return random.choices("ABCD", weights=(560, 400, 28, 12))[0], random.randrange(60, 700)
