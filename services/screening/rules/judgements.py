"""What of a stored verdict speaks for a warning and what against it: the leaves of the rule, said the way things are
from the values that were stored with them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from services.screening.facts.domain import FACTS, Fact
from services.screening.rules import shipped
from services.screening.rules.domain import RuleVersion
from services.screening.rules.language import Inputs, Tree, parse, statement, words
from services.screening.rules.language.tree import And, Leaf, Not, Or, Predicate

Wire: TypeAlias = str | int | bool | None
_FEN = 100


@dataclass(frozen=True, slots=True)
class Judgement:
    """One leaf in words; `supports`: whether that speaks for a hit, None when nobody knows. 不是脱贫户 supports a rule
    that is for others."""

    text: str
    supports: bool | None


def judgements(
    rule: RuleVersion,
    facts: Mapping[str, Wire],
    parameters: Mapping[str, Wire],
    truths: Iterable[bool | None],
) -> list[Judgement]:
    """The leaves of a verdict of this rule version from what evidence keeps: their truths from left to right, the
    values of its facts and parameters on the wire. Of an unknown one only what is asked is said: what a silent feed
    left behind is no answer. ValueError when the leaves are not this rule's."""
    inputs = Inputs(
        FACTS,
        {name: _of_fact(FACTS[name], value) for name, value in facts.items()},
        {name: _of_parameter(name, value) for name, value in parameters.items() if value is not None},
        frozenset(),
    )
    signed = [leaf for text in rule.texts for leaf in _signed(parse(text).root, wanted=True)]
    return [
        Judgement(words(Tree("", leaf), shipped.vocabulary()), None)
        if truth is None
        else Judgement(statement(leaf, shipped.vocabulary(), inputs, holds=truth), truth is wanted)
        for (leaf, wanted), truth in zip(signed, truths, strict=True)
    ]


def _signed(node: Predicate, *, wanted: bool) -> Iterator[tuple[Leaf, bool]]:
    """The leaves from left to right, each with the truth that brings a hit nearer."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _signed(part, wanted=wanted)
        case Not(part):
            yield from _signed(part, wanted=not wanted)
        case _:
            yield node, wanted


def _of_fact(fact: Fact, value: Wire) -> object:
    """The value as rules read it: fen, and the number of a grade."""
    if fact.type == "fen" and isinstance(value, str):
        return int(Fraction(value) * _FEN)
    if fact.type == "grade" and value is not None:
        return next((number for number, label in fact.labels.items() if label == value), None)
    return value


def _of_parameter(name: str, value: str | int) -> Fraction:
    return Fraction(value) * (_FEN if shipped.vocabulary().parameters[name].type == "fen" else 1)
