"""The same three values in Python, for one household, with the values that led to them.

The verdicts of all households come from SQL (`compile`); this is the explanation of one, and the
two are held to one answer by a property test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from services.screening.facts.domain import Fact
from services.screening.rules.language.compile import DIVIDEND_DIGITS, QUOTIENT_DIGITS
from services.screening.rules.language.silence import silencing
from services.screening.rules.language.tree import (
    And,
    Arithmetic,
    Between,
    Compare,
    FactRef,
    Leaf,
    Negative,
    Not,
    NotBelowZero,
    Number,
    OneOf,
    Or,
    ParameterRef,
    Predicate,
    Term,
    Text,
    Tree,
    fact_names,
    parameter_names,
)

Value = bool | int | Fraction | str | None
MissingReason = Literal["no_value", "feed_silent", "parameter_missing", "not_computable"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one household's rules are evaluated over.

    `values` are the household's facts (fen, counts, booleans, …; None or absent = nothing known),
    `parameters` those in force (money in fen), `silent` the feed numbers that are overdue or were
    never delivered, `facts` the declarations.
    """

    facts: Mapping[str, Fact]
    values: Mapping[str, object]
    parameters: Mapping[str, Fraction]
    silent: frozenset[int]


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a leaf is unknown: a fact or a parameter by name, the reason, and the silent feeds.

    `fact` is set for a parameter that is not read by the rule but by the definition of this fact."""

    name: str
    reason: MissingReason
    kinds: tuple[int, ...] = ()
    fact: str = ""


@dataclass(frozen=True, slots=True)
class EvaluatedLeaf:
    """A leaf with its truth; an unknown one says what it misses."""

    node: Leaf
    truth: bool | None
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """An AND, OR or NOT with its truth and its parts."""

    node: And | Or | Not
    truth: bool | None
    parts: tuple[Evaluated, ...]


Evaluated: TypeAlias = EvaluatedLeaf | Joined


def evaluate(tree: Tree, inputs: Inputs) -> Evaluated:
    """Every node of a checked tree with its truth."""
    return _predicate(tree.root, inputs)


def evaluated_leaves(evaluated: Evaluated) -> Iterator[EvaluatedLeaf]:
    """The leaves, from left to right."""
    if isinstance(evaluated, EvaluatedLeaf):
        yield evaluated
        return
    for part in evaluated.parts:
        yield from evaluated_leaves(part)


def deciding_leaves(evaluated: Evaluated) -> Iterator[EvaluatedLeaf]:
    """The leaves that the truth of the whole rests on: of a false AND the false parts, of an
    unknown OR the unknown ones."""
    if isinstance(evaluated, EvaluatedLeaf):
        yield evaluated
        return
    for part in evaluated.parts:
        if isinstance(evaluated.node, Not) or part.truth is evaluated.truth:
            yield from deciding_leaves(part)


def conjunction(truths: list[bool | None]) -> bool | None:
    """AND with three values."""
    if False in truths:
        return False
    return None if None in truths else True


def _disjunction(truths: list[bool | None]) -> bool | None:
    if True in truths:
        return True
    return None if None in truths else False


def _predicate(node: Predicate, inputs: Inputs) -> Evaluated:
    match node:
        case And(parts):
            evaluated = tuple(_predicate(part, inputs) for part in parts)
            return Joined(node, conjunction([e.truth for e in evaluated]), evaluated)
        case Or(parts):
            evaluated = tuple(_predicate(part, inputs) for part in parts)
            return Joined(node, _disjunction([e.truth for e in evaluated]), evaluated)
        case Not(part):
            inner = _predicate(part, inputs)
            return Joined(node, None if inner.truth is None else not inner.truth, (inner,))
        case _:
            truth = silencing(node, inputs.facts).apply(_judge(node, inputs), inputs.silent)
            return EvaluatedLeaf(node, truth, _missing(node, inputs) if truth is None else ())


def _judge(leaf: Leaf, inputs: Inputs) -> bool | None:
    """The leaf on what is known, silence aside."""
    match leaf:
        case FactRef(name):
            truth = inputs.values.get(name)
            return None if truth is None else bool(truth)
        case Compare(sign, left, right):
            return _compare(sign, value_of(left, inputs), value_of(right, inputs))
        case Between(value, low, high):
            known = value_of(value, inputs)
            return conjunction(
                [_compare("<=", value_of(low, inputs), known), _compare("<=", known, value_of(high, inputs))]
            )
        case OneOf(value, options):
            known = value_of(value, inputs)
            return None if known is None else known in [value_of(option, inputs) for option in options]


def _compare(sign: str, left: Value, right: Value) -> bool | None:  # noqa: PLR0911  # one return a node type
    if left is None or right is None:
        return None
    if isinstance(left, str) or isinstance(right, str):
        return (left == right) is (sign == "=")
    match sign:
        case "=":
            return left == right
        case "<>":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def value_of(term: Term, inputs: Inputs) -> Fraction | str | None:  # noqa: PLR0911  # one return a node type
    """The value of a term, None when any part of it is not known or it divides by zero."""
    match term:
        case FactRef(name):
            return _known(inputs.values.get(name))
        case ParameterRef(name):
            return inputs.parameters.get(name)
        case Number(value):
            return Fraction(value)
        case Text(value):
            return value
        case Negative(operand):
            known = _number_of(operand, inputs)
            return None if known is None else -known
        case NotBelowZero(operand):
            known = _number_of(operand, inputs)
            return None if known is None else max(known, Fraction(0))
        case Arithmetic(sign, left, right):
            return _calculate(sign, _number_of(left, inputs), _number_of(right, inputs))


def _known(value: object) -> Fraction | str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Fraction):
        return Fraction(value)
    raise TypeError(f"a fact cannot be a {type(value).__name__}")


def _number_of(term: Term, inputs: Inputs) -> Fraction | None:
    value = value_of(term, inputs)
    if isinstance(value, str):
        raise TypeError("text in arithmetic: the tree was not checked")
    return value


def _calculate(sign: str, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None:
        return None
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return None if right == 0 else _rounded(_rounded(left, DIVIDEND_DIGITS) / right, QUOTIENT_DIGITS)


def _rounded(value: Fraction, digits: int) -> Fraction:
    """Half away from zero, as SQL's numeric does."""
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**digits)


def _missing(leaf: Leaf, inputs: Inputs) -> tuple[Missing, ...]:
    """What the leaf would need to be known; a division by zero when nothing else is missing."""
    found: list[Missing] = []
    for name in fact_names(leaf):
        fact = inputs.facts[name]
        quiet = tuple(sorted(inputs.silent & set(fact.kinds))) if fact.silence != "none" else ()
        lacking = _lacking(fact, inputs)
        found += [Missing(parameter, "parameter_missing", fact=name) for parameter in lacking]
        if quiet:
            found.append(Missing(name, "feed_silent", quiet))
        elif inputs.values.get(name) is None and not lacking:
            found.append(Missing(name, "no_value", fact.kinds))
    found += [Missing(n, "parameter_missing") for n in parameter_names(leaf) if n not in inputs.parameters]
    return tuple(found) or (Missing("", "not_computable"),)


def _lacking(fact: Fact, inputs: Inputs) -> list[str]:
    """The parameters for want of which the fact has no value (its declaration knows no other reason)."""
    if inputs.values.get(fact.name) is not None:
        return []
    return [name for name in fact.parameters if name not in inputs.parameters]
