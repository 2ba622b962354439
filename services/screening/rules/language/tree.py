"""The tree of a rule: what is left of a text once everything that is not allowed has been refused.

Every node carries `at`, the offset of its first character, for messages. Predicates have three
values (true, false, unknown); terms have a quantity or none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

ComparisonSign = Literal["=", "<>", "<", "<=", ">", ">="]
ArithmeticSign = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class FactRef:
    """A fact by name; in the place of a predicate it is a boolean fact."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """`:name`."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Number:
    """A plain number without a unit, at most twelve digits before and six after the point."""

    value: Decimal
    at: int


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted word, to compare a text fact with."""

    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Negative:
    """− operand."""

    operand: Term
    at: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """left sign right; a division by zero has no value."""

    sign: ArithmeticSign
    left: Term
    right: Term
    at: int


@dataclass(frozen=True, slots=True)
class NotBelowZero:
    """GREATEST(operand, 0), without a value when the operand has none (SQL's own GREATEST skips NULL)."""

    operand: Term
    at: int


@dataclass(frozen=True, slots=True)
class Compare:
    """left sign right."""

    sign: ComparisonSign
    left: Term
    right: Term
    at: int


@dataclass(frozen=True, slots=True)
class Between:
    """low ≤ value ≤ high."""

    value: Term
    low: Term
    high: Term
    at: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is one of the listed numbers or words."""

    value: Term
    options: tuple[Number | Text, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Not:
    """Unknown stays unknown."""

    part: Predicate
    at: int


@dataclass(frozen=True, slots=True)
class And:
    """False when any part is false, else unknown when any is unknown."""

    parts: tuple[Predicate, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Or:
    """True when any part is true, else unknown when any is unknown."""

    parts: tuple[Predicate, ...]
    at: int


Term: TypeAlias = FactRef | ParameterRef | Number | Text | Negative | Arithmetic | NotBelowZero
Leaf: TypeAlias = FactRef | Compare | Between | OneOf
Predicate: TypeAlias = Leaf | Not | And | Or
Node: TypeAlias = Term | Predicate

LEAVES = get_args(Leaf)


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed rule text and its root."""

    text: str
    root: Predicate


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911  # one return a node type
    """The nodes directly below, from left to right."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Between(value, low, high):
            return (value, low, high)
        case OneOf(value, options):
            return (value, *options)
        case Negative(operand) | NotBelowZero(operand):
            return (operand,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, from left to right."""
    waiting: list[Node] = [node]
    while waiting:
        top = waiting.pop()
        yield top
        waiting.extend(reversed(children(top)))


def leaves(node: Predicate) -> Iterator[Leaf]:
    """The judgements that AND, OR and NOT join, from left to right."""
    waiting: list[Predicate] = [node]
    while waiting:
        top = waiting.pop()
        match top:
            case And(parts) | Or(parts):
                waiting.extend(reversed(parts))
            case Not(part):
                waiting.append(part)
            case _:
                yield top


def fact_names(node: Node) -> tuple[str, ...]:
    """The facts named at or below the node, each once, in the order they are named."""
    return tuple(dict.fromkeys(n.name for n in walk(node) if isinstance(n, FactRef)))


def parameter_names(node: Node) -> tuple[str, ...]:
    """The parameters named at or below the node, each once, in the order they are named."""
    return tuple(dict.fromkeys(n.name for n in walk(node) if isinstance(n, ParameterRef)))
