"""Leaves with the values they were judged on, and how quantities are said. Whole rules and verdicts
in sentences are `sentences`."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from services.screening.facts.domain import Fact
from services.screening.parameters.domain import ParameterDefinition
from services.screening.rules.language.evaluate import Inputs, value_of
from services.screening.rules.language.tree import (
    Arithmetic,
    Between,
    Compare,
    FactRef,
    Leaf,
    Negative,
    Node,
    NotBelowZero,
    Number,
    OneOf,
    ParameterRef,
    Term,
    Text,
    walk,
)
from services.screening.rules.language.vocabulary import Vocabulary

_CLASSIFIED = {"月": "个月"}
DECREASE = "减少"
_SIGNS = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "+": "+", "-": "−", "*": "×", "/": "÷"}


class Scale(NamedTuple):
    """What a quantity is said in: its type, its unit, and the words of a grade or a text."""

    kind: str = "number"
    unit: str = ""
    labels: tuple[tuple[int | str, str], ...] = ()

    @classmethod
    def of(cls, declared: Fact | ParameterDefinition) -> Scale:
        """The scale of a fact or a parameter."""
        labels = tuple(declared.labels.items()) if isinstance(declared, Fact) else ()
        return cls(declared.type, declared.unit, labels)


BARE = Scale()


def leaf_words(leaf: Leaf, vocabulary: Vocabulary, inputs: Inputs) -> str:
    """One leaf as it stands in the rule, with the values it was judged on, whether it is true or not:
    近12个月家庭合规自付医疗费用 12,300.00 元 ≥ 因病监测线(低收入人口)10,000.00 元.
    """
    return Speaker(vocabulary, inputs).leaf(leaf)


def quantity_words(value: Fraction | str, scale: Scale) -> str:
    """A value with its unit: 12,300.00 元, 2 人, C级, 严重损坏, “雪灾”, 30 %."""
    labels = dict(scale.labels)
    if isinstance(value, str):
        return f"“{labels.get(value, value)}”"
    match scale.kind:
        case "fen":
            return f"{decimal_text(value / 100, 2, grouped=True)} 元"
        case "share":
            return f"{_plain(value * 100)} %"
        case "grade":
            return f"{labels.get(int(value), int(value))}{scale.unit}"
        case _:
            return f"{_plain(value)} {_CLASSIFIED.get(scale.unit, scale.unit)}".rstrip()


def rises(declared: Fact | ParameterDefinition, value: Fraction | str) -> bool:
    """Whether a fact that is called a decrease is a negative one, which people call an increase."""
    return declared.title.endswith(DECREASE) and not isinstance(value, str) and value < 0


def rise_words(declared: Fact | ParameterDefinition, value: Fraction | str) -> str:
    """A negative decrease by its right name: 工资性收入比上年同期增加 820.25 元."""
    assert not isinstance(value, str)  # noqa: S101 - by `rises`
    return f"{declared.title.removesuffix(DECREASE)}增加 {quantity_words(-value, Scale.of(declared))}"


def decimal_text(value: Fraction, digits: int, *, grouped: bool = False) -> str:
    """The value with `digits` decimals, thousands grouped when a person is to read it."""
    scaled = round(value * 10**digits)
    whole, rest = divmod(abs(scaled), 10**digits)
    return f"{'-' if scaled < 0 else ''}{f'{whole:,}' if grouped else whole}.{rest:0{digits}d}"


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{value.numerator:,}"
    return decimal_text(value, 6, grouped=True).rstrip("0").rstrip(".")


class Speaker:
    """Says terms and leaves, with values when there are inputs."""

    def __init__(self, vocabulary: Vocabulary, inputs: Inputs | None) -> None:
        self.facts = vocabulary.facts
        self.parameters = vocabulary.parameters
        self.inputs = inputs

    def leaf(self, leaf: Leaf) -> str:
        """The judgement in signs: title value ≥ title value."""
        scale = self.scale(leaf)
        match leaf:
            case FactRef(name):
                return self._boolean(name)
            case Compare(sign, left, right):
                return f"{self.term(left, scale)} {_SIGNS[sign]} {self.term(right, scale)}"
            case Between(value, low, high):
                return f"{self.term(value, scale)} 在 {self.term(low, scale)} 至 {self.term(high, scale)} 之间"
            case OneOf(value, options):
                listed = "、".join(self.term(option, scale) for option in options)
                return f"{self.term(value, scale)} 是 {listed} 之一"

    def scale(self, node: Node) -> Scale:
        """The scale of the first fact or parameter of a leaf: what its plain numbers are said in.

        Numbers beside a product or quotient stay bare."""
        for below in walk(node):
            match below:
                case Arithmetic("*" | "/"):
                    return BARE
                case FactRef(name):
                    return Scale.of(self.facts[name])
                case ParameterRef(name):
                    return Scale.of(self.parameters[name])
        return BARE

    def term(self, term: Term, scale: Scale, *, inside: bool = False) -> str:  # noqa: PLR0911  # one return a node type
        """A term; `inside` another, sums and products stand in brackets."""
        match term:
            case FactRef(name):
                return self._named(self.facts[name], term, "（不详）")
            case ParameterRef(name):
                return self._named(self.parameters[name], term, "（当前没有有效的值）")
            case Number(value):
                return quantity_words(Fraction(value), scale)
            case Text(value):
                return quantity_words(value, scale)
            case Negative(operand):
                return f"−{self.term(operand, scale, inside=True)}"
            case NotBelowZero(operand):
                return f"（{self.term(operand, scale)}，负数按 0 计）"
            case Arithmetic("/", ParameterRef(name) as share, Number(value)) if self._percent(name) and value == 100:
                return self.term(share, scale)
            case Arithmetic(sign, left, right):
                beside = BARE if sign in "*/" else scale
                said = f"{self.term(left, beside, inside=True)} {_SIGNS[sign]} {self.term(right, beside, inside=True)}"
                return f"（{said}）" if inside else said

    def _percent(self, name: str) -> bool:
        """Whether 40 of this parameter is said as 40 %, which is what dividing it by 100 means."""
        return self.parameters[name].type == "percent"

    def _boolean(self, name: str) -> str:
        fact = self.facts[name]
        if self.inputs is None:
            return fact.title
        value = self.inputs.values.get(name)
        if value is None:
            return f"{fact.title}：不详"
        return f"{fact.title}：{'是' if value else '否'}"

    def _named(self, declared: Fact | ParameterDefinition, term: Term, when_missing: str) -> str:
        title = declared.title
        if self.inputs is None:
            return title
        value = value_of(term, self.inputs)
        if value is not None and rises(declared, value):
            return f"{rise_words(declared, value)}（计为 {quantity_words(value, Scale.of(declared))}）"
        said = when_missing if value is None else quantity_words(value, Scale.of(declared))
        return title + ("" if said.startswith(("（", "“")) or title.endswith("）") else " ") + said
