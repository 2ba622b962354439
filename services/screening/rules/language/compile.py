"""From a tree to SQL, by dialect.

The predicate reads facts and `silent_<feed number>` from a relation `f` and parameters from a
relation `p`. It never fails on any row: arithmetic is on decimals, a division by zero is NULL.
Every group stands in parentheses, so that no dialect's precedence matters.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from sqlglot import exp

from services.screening.facts.domain import Fact
from services.screening.rules.language.silence import silencing
from services.screening.rules.language.tree import (
    And,
    Arithmetic,
    Between,
    Compare,
    ComparisonSign,
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
)

Dialect = Literal["postgres", "duckdb", "spark"]

DIVIDEND_DIGITS = 12
QUOTIENT_DIGITS = 6
"""Digits after the point that a dividend and a quotient are rounded to, half away from zero, so that
every engine and the explanation in Python agree to the last digit."""

_DECIMAL = "DECIMAL(38, 6)"

_COMPARISONS: dict[ComparisonSign, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_ARITHMETIC: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def compile_predicate(tree: Tree, facts: Mapping[str, Fact], dialect: Dialect = "postgres") -> str:
    """The boolean SQL expression of a checked tree."""
    return _predicate(tree.root, facts).sql(dialect=dialect, comments=False)


def _predicate(node: Predicate, facts: Mapping[str, Fact]) -> exp.Expr:
    match node:
        case And(parts):
            return _joined(exp.And, [_predicate(part, facts) for part in parts])
        case Or(parts):
            return _joined(exp.Or, [_predicate(part, facts) for part in parts])
        case Not(part):
            return exp.Paren(this=exp.Not(this=_predicate(part, facts)))
        case _:
            return _leaf(node, facts)


def _joined(kind: type[exp.Binary], parts: list[exp.Expr]) -> exp.Expr:
    joined = parts[0]
    for part in parts[1:]:
        joined = kind(this=joined, expression=part)
    return exp.Paren(this=joined)


def _leaf(leaf: Leaf, facts: Mapping[str, Fact]) -> exp.Expr:
    """The leaf, then what silence leaves of it: OR NULL turns FALSE, AND NULL turns TRUE into NULL."""
    sql = exp.Paren(this=_judgement(leaf))
    rule = silencing(leaf, facts)
    lost_false = rule.keeps_true + rule.blocks
    lost_true = rule.keeps_false + rule.blocks
    if lost_false:
        sql = exp.Paren(this=exp.Or(this=sql, expression=_null_when_silent(lost_false)))
    if lost_true:
        sql = exp.Paren(this=exp.And(this=sql, expression=exp.Not(this=_null_when_silent(lost_true))))
    return sql


def _null_when_silent(kinds: tuple[int, ...]) -> exp.Expr:
    """NULL while any of the feeds is silent, else FALSE."""
    silent = _joined(exp.Or, [exp.column(f"silent_{kind}", table="f") for kind in sorted(kinds)])
    return exp.Nullif(this=silent, expression=exp.true())


def _judgement(leaf: Leaf) -> exp.Expr:
    match leaf:
        case FactRef(name):
            return exp.column(name, table="f")
        case Compare(sign, left, right):
            return _COMPARISONS[sign](this=_side(left), expression=_side(right))
        case Between(value, low, high):
            return exp.Between(this=_side(value), low=_side(low), high=_side(high))
        case OneOf(value, options):
            return exp.In(this=_side(value), expressions=[_side(option) for option in options])


def _side(term: Term) -> exp.Expr:
    """A term as one side of a comparison: a column stays as it is."""
    match term:
        case FactRef(name):
            return exp.column(name, table="f")
        case Number(value):
            return _number(value)
        case Text(value):
            return exp.Literal.string(value)
        case _:
            return _quantity(term)


def _quantity(term: Term) -> exp.Expr:  # noqa: PLR0911  # one return a node type
    """A term inside arithmetic: wide decimals, which do not overflow."""
    match term:
        case FactRef(name):
            return exp.cast(exp.column(name, table="f"), _DECIMAL)
        case ParameterRef(name):
            return exp.column(name, table="p")
        case Number(value):
            return exp.cast(_number(value), _DECIMAL)
        case Negative(operand):
            return exp.Paren(this=exp.Neg(this=_quantity(operand)))
        case NotBelowZero(operand):
            return _not_below_zero(_quantity(operand))
        case Arithmetic("/", left, right):
            return _quotient(_quantity(left), _quantity(right))
        case Arithmetic(sign, left, right):
            return exp.Paren(this=_ARITHMETIC[sign](this=_quantity(left), expression=_quantity(right)))
        case Text():
            raise TypeError("text in arithmetic: the tree was not checked")


def _number(value: Decimal) -> exp.Expr:
    return exp.Literal.number(format(value, "f"))


def _not_below_zero(operand: exp.Expr) -> exp.Expr:
    """Not SQL's GREATEST: it skips NULL and would turn an unknown amount into zero."""
    below = exp.LT(this=operand, expression=exp.Literal.number(0))
    return exp.Paren(this=exp.Case(ifs=[exp.If(this=below, true=exp.Literal.number(0))], default=operand.copy()))


def _quotient(dividend: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    safe = exp.Nullif(this=divisor, expression=exp.Literal.number(0))
    divided = exp.Div(this=_rounded(dividend, DIVIDEND_DIGITS), expression=safe, typed=True, safe=False)
    return _rounded(divided, QUOTIENT_DIGITS)


def _rounded(value: exp.Expr, digits: int) -> exp.Expr:
    return exp.Round(this=value, decimals=exp.Literal.number(digits))
