"""What an overdue feed does to a leaf.

Sums, maxima, counts and an unsafe house (`clear`) are lower bounds of the truth while a feed is
silent: what they already prove stands, what they do not prove is unknown. So a leaf that grows
truer with the fact keeps its TRUE, one that grows falser keeps its FALSE, and any other keeps
nothing. Facts of absence (`both`) prove nothing while their feed is silent. A level from the newest
record (`latest`: an income, a grade) is the best that is known whichever way it is compared: a
leaf that is TRUE on it stands, and one that is FALSE may have become true since, so it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from services.screening.facts.domain import Fact
from services.screening.rules.language.tree import (
    Arithmetic,
    Compare,
    FactRef,
    Leaf,
    Negative,
    NotBelowZero,
    Number,
    ParameterRef,
    Term,
    fact_names,
)


class Way(IntEnum):
    """How a leaf moves when a fact grows: truer, falser, or nobody can say."""

    TRUER = 1
    FALSER = -1
    UNCLEAR = 0

    def flipped(self) -> Way:
        """The same seen from the other side of a minus sign."""
        return Way(-self)


@dataclass(frozen=True, slots=True)
class Silencing:
    """Feed numbers, ascending: when one of them is silent, `keeps_true` leaves only TRUE standing,
    `keeps_false` only FALSE, `blocks` nothing."""

    keeps_true: tuple[int, ...]
    keeps_false: tuple[int, ...]
    blocks: tuple[int, ...]

    def apply(self, truth: bool | None, silent: frozenset[int]) -> bool | None:
        """The truth that is left of `truth` when the feeds in `silent` are."""
        if not silent.isdisjoint(self.blocks):
            return None
        if truth is False and not silent.isdisjoint(self.keeps_true):
            return None
        if truth is True and not silent.isdisjoint(self.keeps_false):
            return None
        return truth


def silencing(leaf: Leaf, facts: Mapping[str, Fact]) -> Silencing:
    """What silence blocks in this leaf, by feed."""
    ways = _leaf_ways(leaf, facts)
    by_kind: dict[int, Way] = {}
    for name in fact_names(leaf):
        fact = facts[name]
        if fact.silence == "none":
            continue
        way = _way(fact, ways.get(name, Way.UNCLEAR))
        for kind in fact.kinds:
            by_kind[kind] = _joined(by_kind.get(kind, way), way)

    def having(wanted: Way) -> tuple[int, ...]:
        return tuple(sorted(kind for kind, way in by_kind.items() if way is wanted))

    return Silencing(having(Way.TRUER), having(Way.FALSER), having(Way.UNCLEAR))


def _way(fact: Fact, moves: Way) -> Way:
    """What stands of a leaf while a feed of this fact is silent: its TRUE, its FALSE, or nothing."""
    match fact.silence:
        case "clear":
            return moves
        case "latest":
            return Way.TRUER
        case _:
            return Way.UNCLEAR


def _leaf_ways(leaf: Leaf, facts: Mapping[str, Fact]) -> dict[str, Way]:
    match leaf:
        case FactRef(name):
            return {name: Way.TRUER}
        case Compare(">" | ">=", left, right):
            return _merged(_ways(left, facts), _flipped(_ways(right, facts)))
        case Compare("<" | "<=", left, right):
            return _merged(_flipped(_ways(left, facts)), _ways(right, facts))
        case _:
            return {}


def _ways(term: Term, facts: Mapping[str, Fact]) -> dict[str, Way]:  # noqa: PLR0911  # one return a node type
    """How the term moves when each of its facts grows."""
    match term:
        case FactRef(name):
            return {name: Way.TRUER}
        case Negative(operand):
            return _flipped(_ways(operand, facts))
        case NotBelowZero(operand):
            return _ways(operand, facts)
        case Arithmetic("+", left, right):
            return _merged(_ways(left, facts), _ways(right, facts))
        case Arithmetic("-", left, right):
            return _merged(_ways(left, facts), _flipped(_ways(right, facts)))
        case Arithmetic(sign, left, right):
            above = _scaled(_ways(left, facts), _never_negative(right, facts))
            below = _scaled(_ways(right, facts), _never_negative(left, facts))
            return _merged(above, below if sign == "*" else _flipped(below))
        case _:
            return {}


def _never_negative(term: Term, facts: Mapping[str, Fact]) -> bool:
    """Whether the term cannot be below zero. Amounts may be (a net income), counts may not."""
    match term:
        case Number(value):
            return value >= 0
        case ParameterRef() | NotBelowZero():
            return True
        case FactRef(name):
            return facts[name].type in ("count", "days")
        case Arithmetic("+" | "*" | "/", left, right):
            return _never_negative(left, facts) and _never_negative(right, facts)
        case _:
            return False


def _joined(one: Way, other: Way) -> Way:
    return one if one is other else Way.UNCLEAR


def _merged(one: dict[str, Way], other: dict[str, Way]) -> dict[str, Way]:
    return {
        name: _joined(one.get(name, other.get(name, Way.UNCLEAR)), other.get(name, one.get(name, Way.UNCLEAR)))
        for name in one.keys() | other.keys()
    }


def _flipped(ways: dict[str, Way]) -> dict[str, Way]:
    return {name: way.flipped() for name, way in ways.items()}


def _scaled(ways: dict[str, Way], by_never_negative: bool) -> dict[str, Way]:
    return ways if by_never_negative else dict.fromkeys(ways, Way.UNCLEAR)
