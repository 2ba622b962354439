"""What a text has written out and can be seen to make no sense, whatever the household: a division by
zero is always unknown, bounds the wrong way round are never met."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from services.screening.rules.language.errors import RuleTextError
from services.screening.rules.language.tree import (
    Arithmetic,
    Between,
    Leaf,
    Negative,
    NotBelowZero,
    Number,
    Term,
    walk,
)


def senseless(leaf: Leaf, text: str) -> Iterator[RuleTextError]:
    """The places of a leaf of `text` that rest on written numbers alone and cannot be meant."""
    for node in walk(leaf):
        match node:
            case Arithmetic("/", _, right) if written(right) == 0:
                yield RuleTextError("除数为零，永远算不出结果", text, right.at)
            case Between(_, low, high):
                least, most = written(low), written(high)
                if least is not None and most is not None and least > most:
                    yield RuleTextError("下限大于上限，没有数值能在两者之间", text, low.at)


def written(term: Term) -> Fraction | None:
    """What a term of numbers only comes to; None when it names anything or has no value."""
    match term:
        case Number(value):
            return Fraction(value)
        case Negative(operand):
            inner = written(operand)
            return None if inner is None else -inner
        case NotBelowZero(operand):
            inner = written(operand)
            return None if inner is None else max(inner, Fraction(0))
        case Arithmetic(sign, left, right):
            one, other = written(left), written(right)
            return None if one is None or other is None else _worked_out(sign, one, other)
        case _:
            return None


def _worked_out(sign: str, left: Fraction, right: Fraction) -> Fraction | None:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right if right else None
