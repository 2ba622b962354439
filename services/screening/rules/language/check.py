"""Names, types and units: money with money, people with people, a yes or no by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from services.screening.rules.language.errors import RuleTextError
from services.screening.rules.language.tree import (
    Arithmetic,
    Between,
    Compare,
    FactRef,
    Leaf,
    Negative,
    NotBelowZero,
    Number,
    OneOf,
    ParameterRef,
    Term,
    Text,
    Tree,
    fact_names,
    leaves,
    walk,
)
from services.screening.rules.language.vocabulary import Vocabulary
from services.screening.rules.language.written import senseless

Dimension = Literal["fen", "count", "days", "grade", "number", "text"]

_DIMENSION_TITLES: dict[Dimension, str] = {
    "fen": "金额",
    "count": "数量",
    "days": "天数",
    "grade": "等级",
    "number": "比例或纯数",
    "text": "文字",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a term measures. A `plain` number is one written in the text, which takes the unit of
    what it stands beside (money aside: amounts are parameters); zero is zero in any unit."""

    dimension: Dimension
    unit: str = ""
    plain: bool = False
    zero: bool = False

    @property
    def title(self) -> str:
        """In words: 金额, 数量(人)."""
        unit = f"（{self.unit}）" if self.dimension == "count" and self.unit else ""
        return _DIMENSION_TITLES[self.dimension] + unit


_RATIO = Measure("number")
_PLAIN = Measure("number", plain=True)


def check(tree: Tree, vocabulary: Vocabulary) -> None:
    """RuleTextError, the first of `faults`, unless the text may judge households."""
    for fault in faults(tree, vocabulary):
        raise fault


def faults(tree: Tree, vocabulary: Vocabulary) -> Iterator[RuleTextError]:
    """What is wrong with a text, from left to right: every name that is not declared; in each leaf whose names
    are, the first type or unit that does not fit, or that it names no fact, or what written numbers rule out."""
    checker = _Checker(tree.text, vocabulary)
    for leaf in leaves(tree.root):
        unknown = list(checker.undeclared(leaf))
        if unknown:
            yield from unknown
            continue
        try:
            checker.judgement(leaf)
        except RuleTextError as fault:
            yield fault
            continue
        yield from senseless(leaf, tree.text)


def measured(term: Term, vocabulary: Vocabulary) -> Measure:
    """What a term of a checked tree measures."""
    return _Checker("", vocabulary).measure(term)


class _Checker:
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._vocabulary = vocabulary

    def undeclared(self, leaf: Leaf) -> Iterator[RuleTextError]:
        """One for each fact and parameter that nobody declared."""
        for node in walk(leaf):
            match node:
                case FactRef(name, at) if name not in self._vocabulary.facts:
                    yield self._unknown("户情指标", name, self._vocabulary.facts, at)
                case ParameterRef(name, at) if name not in self._vocabulary.parameters:
                    yield self._unknown("参数", name, self._vocabulary.parameters, at)

    def judgement(self, leaf: Leaf) -> None:
        """RuleTextError unless types and units fit and a fact is named; all names are declared."""
        match leaf:
            case FactRef():
                self.boolean(leaf)
            case Compare(_, left, right):
                self.compare(leaf)
                self.labelled(left, (right,))
                self.labelled(right, (left,))
            case Between(value, low, high):
                of = self.quantity(value)
                self.comparable(of, self.quantity(low), low.at)
                self.comparable(of, self.quantity(high), high.at)
                self.labelled(value, (low, high))
            case OneOf(value, options):
                of = self.measure(value)
                for option in options:
                    self.comparable(of, self.measure(option), option.at)
                self.labelled(value, options)
        if not fact_names(leaf):
            raise self._error("这个判断里没有任何户情指标", leaf.at)

    def boolean(self, fact: FactRef) -> None:
        declared = self._vocabulary.facts[fact.name]
        if declared.type != "boolean":
            raise self._error(f"“{declared.title}”不是是非指标，要与数值或文字比较", fact.at)

    def compare(self, leaf: Compare) -> None:
        left, right = self.measure(leaf.left), self.measure(leaf.right)
        self.comparable(left, right, leaf.right.at)
        if left.dimension == "text" and leaf.sign not in ("=", "<>"):
            raise self._error("文字只能比较是否相同", leaf.at)

    def comparable(self, left: Measure, right: Measure, at: int) -> None:
        if not _same(left, right):
            raise self._error(f"{left.title}不能与{right.title}比较{_hint(left, right)}", at)

    def labelled(self, judged: Term, others: Iterable[Term]) -> None:
        """A word or a grade that is written must be one that the fact can have."""
        fact = self._vocabulary.facts.get(judged.name) if isinstance(judged, FactRef) else None
        if fact is None or not fact.labels:
            return
        for other in others:
            if isinstance(other, Text | Number) and other.value not in fact.labels:
                known = "、".join(f"{value}（{title}）" for value, title in fact.labels.items())
                raise self._error(f"“{fact.title}”没有“{other.value}”这一项，只有{known}", other.at)

    def quantity(self, term: Term) -> Measure:
        """The measure of a term that must not be text."""
        measured = self.measure(term)
        if measured.dimension == "text":
            raise self._error("文字不能这样计算或比较大小", term.at)
        return measured

    def measure(self, term: Term) -> Measure:
        match term:
            case FactRef(name, at):
                return self._fact(name, at)
            case ParameterRef(name):
                return self._parameter(name)
            case Number(value):
                return Measure("number", plain=True, zero=value == 0)
            case Text():
                return Measure("text")
            case Negative(operand) | NotBelowZero(operand):
                return self._operand(operand)
            case Arithmetic(sign, left, right):
                return self._arithmetic(sign, self._operand(left), self._operand(right), right.at)

    def _operand(self, term: Term) -> Measure:
        measured = self.quantity(term)
        if measured.dimension == "grade":
            raise self._error("等级不能参加计算", term.at)
        return measured

    def _arithmetic(self, sign: str, left: Measure, right: Measure, at: int) -> Measure:
        if sign in "+-":
            if not _same(left, right):
                raise self._error(f"{left.title}不能与{right.title}相加减{_hint(left, right)}", at)
            return right if left.plain else left
        result = _product(left, right) if sign == "*" else _quotient(left, right)
        if result is None:
            verb = "相乘" if sign == "*" else "相除"
            raise self._error(f"{left.title}与{right.title}{verb}没有意义", at)
        return result

    def _fact(self, name: str, at: int) -> Measure:
        fact = self._vocabulary.facts[name]
        if fact.type == "boolean":
            raise self._error(f"“{fact.title}”是是非指标，直接写名称即可，不参加比较和计算", at)
        return Measure(fact.type, fact.unit)

    def _parameter(self, name: str) -> Measure:
        parameter = self._vocabulary.parameters[name]
        match parameter.type:
            case "share" | "percent":
                return _RATIO
            case quantity:
                return Measure(quantity, parameter.unit)

    def _unknown(self, what: str, name: str, known: Iterable[str], at: int) -> RuleTextError:
        close = get_close_matches(name, list(known), n=1)
        hint = f"，是不是“{close[0]}”？" if close else ""
        if what == "户情指标" and name in self._vocabulary.parameters:
            hint = f"，参数要写成“:{name}”"
        return self._error(f"没有名为“{name}”的{what}{hint}", at)

    def _error(self, reason: str, at: int) -> RuleTextError:
        return RuleTextError(reason, self._text, at)


def _same(left: Measure, right: Measure) -> bool:
    """Whether the two can be compared or added."""
    numeric = "text" not in (left.dimension, right.dimension)
    if numeric and (left.zero or right.zero):
        return True
    if left.plain or right.plain:
        return {left.dimension, right.dimension} <= {"number", "count", "days", "grade"}
    if left.dimension != right.dimension:
        return False
    return left.dimension != "count" or not left.unit or not right.unit or left.unit == right.unit


def _product(left: Measure, right: Measure) -> Measure | None:
    """Anything times a number; money times a count is money; nothing else means anything."""
    if left.dimension == right.dimension == "number":
        return _PLAIN if left.plain and right.plain else _RATIO
    if left.dimension == "number":
        return Measure(right.dimension, right.unit)
    if right.dimension == "number":
        return Measure(left.dimension, left.unit)
    if {left.dimension, right.dimension} == {"fen", "count"}:
        return Measure("fen", "元")
    return None


def _quotient(left: Measure, right: Measure) -> Measure | None:
    """Anything by a number; money by a count is money; like by like is a ratio."""
    if left.dimension == right.dimension == "number":
        return _PLAIN if left.plain and right.plain else _RATIO
    if right.dimension == "number":
        return Measure(left.dimension, left.unit)
    if left.dimension == "fen" and right.dimension == "count":
        return Measure("fen", "元")
    if left.dimension == right.dimension and _same(left, right):
        return _RATIO
    return None


def _hint(left: Measure, right: Measure) -> str:
    money_beside_number = (left.dimension == "fen" and right.plain) or (right.dimension == "fen" and left.plain)
    return "，金额请写成参数（如 :medical_line_low）" if money_beside_number else ""
