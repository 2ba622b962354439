"""A rule and its leaves in Chinese, as a person would say them."""

from __future__ import annotations

from fractions import Fraction

from services.screening.facts.domain import GRADES
from services.screening.parameters.domain import ParameterDefinition
from services.screening.rules.language.evaluate import Inputs, value_of
from services.screening.rules.language.tree import (
    And,
    Arithmetic,
    Between,
    Compare,
    FactRef,
    Leaf,
    Negative,
    Node,
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
    walk,
)
from services.screening.rules.language.vocabulary import Vocabulary

_SIGNS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "+": "+", "-": "−", "*": "×", "/": "÷"}
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def words(tree: Tree, vocabulary: Vocabulary) -> str:
    """The rule of a checked tree in words, without values."""
    return _Speaker(vocabulary, None).predicate(tree.root, inside=False)


def leaf_words(leaf: Leaf, vocabulary: Vocabulary, inputs: Inputs, *, holds: bool = True) -> str:
    """One leaf with the values it was judged on:
    近12个月家庭合规自付医疗费用 12,300.00 元 ≥ 因病监测线(低收入人口)10,000.00 元.

    `holds=False` says how things are when the leaf is false: < instead of ≥.
    """
    return _Speaker(vocabulary, inputs).leaf(leaf, holds=holds)


def quantity_words(value: Fraction | str, kind: str, unit: str) -> str:
    """A value of a fact's or parameter's type with its unit: 12,300.00 元, 2 人, C级, 30 %."""
    if isinstance(value, str):
        return f"“{value}”"
    match kind:
        case "fen":
            return f"{decimal_text(value / 100, 2, grouped=True)} 元"
        case "grade":
            return f"{GRADES.get(int(value), int(value))}级"
        case _:
            return f"{_plain(value)} {unit}".rstrip()


def decimal_text(value: Fraction, digits: int, *, grouped: bool = False) -> str:
    """The value with `digits` decimals, thousands grouped when a person is to read it."""
    scaled = round(value * 10**digits)
    whole, rest = divmod(abs(scaled), 10**digits)
    return f"{'-' if scaled < 0 else ''}{f'{whole:,}' if grouped else whole}.{rest:0{digits}d}"


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return decimal_text(value, 6, grouped=True).rstrip("0").rstrip(".")


class _Speaker:
    """Says nodes, with values when there are inputs."""

    def __init__(self, vocabulary: Vocabulary, inputs: Inputs | None) -> None:
        self._facts = vocabulary.facts
        self._parameters = vocabulary.parameters
        self._inputs = inputs

    def predicate(self, node: Predicate, *, inside: bool) -> str:
        match node:
            case And(parts) | Or(parts):
                joint = " 且 " if isinstance(node, And) else " 或 "
                said = joint.join(self.predicate(part, inside=True) for part in parts)
                return f"（{said}）" if inside else said
            case Not(And() | Or() as part):
                return f"不符合{self.predicate(part, inside=True)}"
            case Not(part):
                return f"不符合（{self.predicate(part, inside=False)}）"
            case _:
                return self.leaf(node)

    def leaf(self, leaf: Leaf, *, holds: bool = True) -> str:
        kind, unit = self._scale(leaf)
        match leaf:
            case FactRef(name):
                return self._boolean(name)
            case Compare(sign, left, right):
                said = _SIGNS[sign if holds else _OPPOSITE[sign]]
                return f"{self._term(left, kind, unit)} {said} {self._term(right, kind, unit)}"
            case Between(value, low, high):
                ends = f"{self._term(low, kind, unit)} 至 {self._term(high, kind, unit)}"
                return f"{self._term(value, kind, unit)} {'在' if holds else '不在'} {ends} 之间"
            case OneOf(value, options):
                listed = "、".join(self._term(option, kind, unit) for option in options)
                return f"{self._term(value, kind, unit)} {'是' if holds else '不是'} {listed} 之一"

    def _boolean(self, name: str) -> str:
        fact = self._facts[name]
        if self._inputs is None:
            return fact.title
        value = self._inputs.values.get(name)
        if value is None:
            return f"{fact.title}：{'不详' if fact.available else '此项数据尚未用于筛查'}"
        return f"{fact.title}：{'是' if value else '否'}"

    def _scale(self, node: Node) -> tuple[str, str]:
        """Type and unit of the first fact or parameter of a leaf: what its plain numbers are said in.

        Numbers beside a product or quotient stay bare."""
        for below in walk(node):
            match below:
                case Arithmetic("*" | "/"):
                    return "number", ""
                case FactRef(name):
                    return self._facts[name].type, self._facts[name].unit
                case ParameterRef(name):
                    return self._parameters[name].type, self._parameters[name].unit
        return "number", ""

    def _term(self, term: Term, kind: str, unit: str, *, inside: bool = False) -> str:  # noqa: PLR0911  # one return a node type
        match term:
            case FactRef(name):
                fact = self._facts[name]
                when_missing = "（不详）" if fact.available else "（此项数据尚未用于筛查）"
                return self._named(fact.title, term, fact.type, fact.unit, when_missing)
            case ParameterRef(name):
                return self._parameter(self._parameters[name], term)
            case Number(value):
                return quantity_words(Fraction(value), kind, unit)
            case Text(value):
                return f"“{value}”"
            case Negative(operand):
                return f"−{self._term(operand, kind, unit, inside=True)}"
            case NotBelowZero(operand):
                return f"（{self._term(operand, kind, unit)}，负数按 0 计）"
            case Arithmetic(sign, left, right):
                if sign in "*/":
                    kind, unit = "number", ""
                said = f"{self._term(left, kind, unit, inside=True)} {_SIGNS[sign]} "
                said += self._term(right, kind, unit, inside=True)
                return f"（{said}）" if inside else said

    def _parameter(self, parameter: ParameterDefinition, term: ParameterRef) -> str:
        return self._named(parameter.title, term, parameter.type, parameter.unit, "（当前没有有效的值）")

    def _named(self, title: str, term: Term, kind: str, unit: str, when_missing: str) -> str:
        if self._inputs is None:
            return title
        value = value_of(term, self._inputs)
        said = when_missing if value is None else quantity_words(value, kind, unit)
        return title + ("" if said.startswith("（") or title.endswith("）") else " ") + said
