"""From a text to its tree: sqlglot parses, a whitelist over every node decides, and what passes
becomes our own nodes with their positions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ParseError

from services.screening.rules.language.errors import RuleTextError
from services.screening.rules.language.scan import scan
from services.screening.rules.language.tree import (
    And,
    Arithmetic,
    ArithmeticSign,
    Between,
    Compare,
    ComparisonSign,
    FactRef,
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

_BINARY = frozenset({"this", "expression"})
_ALLOWED: dict[type[exp.Expr], frozenset[str]] = {
    exp.And: _BINARY,
    exp.Or: _BINARY,
    exp.Not: frozenset({"this"}),
    exp.EQ: _BINARY,
    exp.NEQ: _BINARY,
    exp.LT: _BINARY,
    exp.LTE: _BINARY,
    exp.GT: _BINARY,
    exp.GTE: _BINARY,
    exp.Between: frozenset({"this", "low", "high"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Add: _BINARY,
    exp.Sub: _BINARY,
    exp.Mul: _BINARY,
    exp.Div: _BINARY | {"typed", "safe"},
    exp.Neg: frozenset({"this"}),
    exp.Paren: frozenset({"this"}),
    exp.Greatest: frozenset({"this", "expressions", "ignore_nulls"}),
    exp.Column: frozenset({"this"}),
    exp.Identifier: frozenset({"this"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Placeholder: frozenset({"this"}),
}
"""The node types a rule may hold, and which of their arguments may be set."""

_COMPARISONS: dict[type[exp.Expr], ComparisonSign] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expr], ArithmeticSign] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


@lru_cache(maxsize=512)
def parse(text: str) -> Tree:
    """The tree of a rule text.

    RuleTextError says in Chinese what is refused and at which character. Names, types and units
    are not looked at here; see `check`.
    """
    tokens = scan(text)
    try:
        parsed = sqlglot.parse_one(text, into=exp.Condition, dialect="postgres")
    except ParseError as error:
        raise RuleTextError("此处写法不完整或有多余的内容", text, _offset_of(error, text)) from None
    for node in parsed.walk():
        _check_allowed(node, text)
    colons = iter([token.start for token in tokens if token.token_type is TokenType.COLON])
    return Tree(text, _Reader(text, colons).predicate(parsed))


def _offset_of(error: ParseError, text: str) -> int:
    """The offset: sqlglot gives the line and the column of the last character of the word it stumbled on."""
    place = error.errors[0] if error.errors else {}
    line, column, word = place.get("line"), place.get("col"), place.get("highlight") or ""
    if not isinstance(line, int) or not isinstance(column, int):
        return len(text)
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + max(column - len(word), 0)


def _check_allowed(node: exp.Expr, text: str) -> None:
    allowed = _ALLOWED.get(type(node))
    if allowed is None:
        raise RuleTextError("规则里不允许这种写法", text, _start(node))
    for name, value in node.args.items():
        if name not in allowed and value not in (None, False, []):
            raise RuleTextError("规则里不允许这种写法", text, _start(node))


def _start(node: exp.Expr) -> int:
    """The offset of the leftmost word at or below the node that sqlglot remembers a place of."""
    return min((n.meta["start"] for n in node.walk() if "start" in n.meta), default=0)


C = TypeVar("C", bound=exp.Expr)


def _chain(node: exp.Expr, kind: type[C]) -> list[exp.Expr]:
    """The operands of a chain such as a AND b AND c, which sqlglot nests to the left."""
    operands: list[exp.Expr] = []
    while type(node) is kind:
        operands.append(node.expression)
        node = node.this
    return [node, *reversed(operands)]


class _Reader:
    """Reads nodes from left to right, so that the n-th placeholder is at the n-th colon."""

    def __init__(self, text: str, colons: Iterator[int]) -> None:
        self._text = text
        self._colons = colons

    def predicate(self, node: exp.Expr) -> Predicate:  # noqa: PLR0911  # one return a node type
        kind = type(node)
        if kind is exp.Paren:
            return self.predicate(node.this)
        if kind is exp.And or kind is exp.Or:
            parts = tuple(self.predicate(part) for part in _chain(node, kind))
            return And(parts, parts[0].at) if kind is exp.And else Or(parts, parts[0].at)
        if kind is exp.Not:
            part = self.predicate(node.this)
            return Not(part, part.at)
        if kind in _COMPARISONS:
            left, right = self.term(node.this), self.term(node.expression)
            return Compare(_COMPARISONS[kind], left, right, left.at)
        if kind is exp.Between:
            value, low, high = self.term(node.this), self.term(node.args["low"]), self.term(node.args["high"])
            return Between(value, low, high, value.at)
        if kind is exp.In:
            return self._one_of(node)
        if kind is exp.Column:
            return FactRef(node.this.this, node.this.meta["start"])
        raise RuleTextError("这里应当是一个判断（成立或不成立）", self._text, self._place(node))

    def term(self, node: exp.Expr) -> Term:  # noqa: PLR0911  # one return a node type
        kind = type(node)
        if kind is exp.Paren:
            return self.term(node.this)
        if kind is exp.Column:
            return FactRef(node.this.this, node.this.meta["start"])
        if kind is exp.Placeholder:
            return ParameterRef(node.this, next(self._colons))
        if kind is exp.Literal:
            return self._literal(node)
        if kind is exp.Neg:
            operand = self.term(node.this)
            return Negative(operand, operand.at)
        if kind in _ARITHMETIC:
            left, right = self.term(node.this), self.term(node.expression)
            return Arithmetic(_ARITHMETIC[kind], left, right, left.at)
        if kind is exp.Greatest:
            return self._not_below_zero(node)
        raise RuleTextError("这里应当是数值或文字，不是判断", self._text, self._place(node))

    def _one_of(self, node: exp.Expr) -> OneOf:
        value = self.term(node.this)
        options = [self.term(option) for option in node.expressions]
        if not options:
            raise RuleTextError("IN 后面的括号里没有内容", self._text, value.at)
        for option in options:
            if not isinstance(option, Number | Text):
                raise RuleTextError("IN 的括号里只能是数字或文字", self._text, option.at)
        return OneOf(value, tuple(o for o in options if isinstance(o, Number | Text)), value.at)

    def _not_below_zero(self, node: exp.Expr) -> NotBelowZero:
        at: int = node.meta["start"]
        operand = self.term(node.this)
        others = [self.term(other) for other in node.expressions]
        if len(others) != 1 or not isinstance(others[0], Number) or others[0].value != 0:
            raise RuleTextError("GREATEST 只能写成 GREATEST(…, 0)", self._text, at)
        return NotBelowZero(operand, at)

    def _literal(self, node: exp.Expr) -> Number | Text:
        at = self._place(node)
        return Text(node.this, at) if node.args["is_string"] else Number(Decimal(node.this), at)

    def _place(self, node: exp.Expr) -> int:
        """Where the node starts; a placeholder knows nothing of it, the next colon does."""
        if not any("start" in n.meta for n in node.walk()):
            return next(self._colons, 0)
        return _start(node)
