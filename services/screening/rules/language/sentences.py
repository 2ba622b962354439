"""A rule and a judgement as a person would say them: words where `words` writes signs, and a false
judgement said the way things are."""

from __future__ import annotations

from services.screening.rules.language.check import measured
from services.screening.rules.language.evaluate import Inputs, value_of
from services.screening.rules.language.tree import (
    And,
    Arithmetic,
    Between,
    Compare,
    ComparisonSign,
    FactRef,
    Leaf,
    Not,
    NotBelowZero,
    Number,
    OneOf,
    Or,
    Predicate,
    Term,
    Tree,
)
from services.screening.rules.language.vocabulary import Vocabulary
from services.screening.rules.language.words import DECREASE, Scale, Speaker, quantity_words, rise_words, rises

_OPPOSITE: dict[ComparisonSign, ComparisonSign] = {
    "=": "<>",
    "<>": "=",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}
_BESIDE_A_LINE: dict[ComparisonSign, str] = {
    "=": "等于",
    "<>": "不等于",
    "<": "低于",
    "<=": "不超过",
    ">": "超过",
    ">=": "达到",
}
_BESIDE_A_FACT: dict[ComparisonSign, str] = {**_BESIDE_A_LINE, "<=": "不高于", ">": "高于", ">=": "不低于"}
_LEVEL: dict[ComparisonSign, str] = {
    **_BESIDE_A_LINE,
    "=": "是",
    "<>": "不是",
    "<": "轻于",
    "<=": "不超过",
    ">": "重于",
}
_COUNTED: dict[ComparisonSign, str] = {**_BESIDE_A_LINE, "<": "不到"}
_NEGATIONS = {"享受": "未享受", "处于": "未处于", "属于": "不属于", "有": "没有", "户在": "户不在"}
_KINDS_OF_HOUSEHOLDS = ("户", "对象", "人口")
"""What a title ends with, remarks in brackets aside, that says which households rather than how they are."""


def words(tree: Tree, vocabulary: Vocabulary) -> str:
    """The rule of a checked tree in words, without values."""
    return _Sentences(vocabulary, None).predicate(tree.root, inside=False)


def statement(leaf: Leaf, vocabulary: Vocabulary, inputs: Inputs, *, holds: bool) -> str:
    """How things are with one leaf of which it is known whether it `holds`:
    近12个月家庭合规自付医疗费用 9,999.99 元，低于因病监测线(低收入人口)10,000.00 元."""
    return _Sentences(vocabulary, inputs).judged(leaf, holds=holds)


class _Sentences(Speaker):
    """Says predicates and judgements."""

    def __init__(self, vocabulary: Vocabulary, inputs: Inputs | None) -> None:
        super().__init__(vocabulary, inputs)
        self._vocabulary = vocabulary

    def predicate(self, node: Predicate, *, inside: bool) -> str:
        match node:
            case And(parts):
                return self._joined("，且", parts, inside=inside)
            case Or(parts):
                return self._joined("或", parts, inside=inside)
            case Not(FactRef(name)):
                return _negated(self.facts[name].title)
            case Not(Compare() as leaf):
                return self._condition(leaf, negated=True)
            case Not(part):
                return f"并非{self.predicate(part, inside=True)}"
            case _:
                return self._condition(node)

    def _joined(self, joint: str, parts: tuple[Predicate, ...], *, inside: bool) -> str:
        said = ""
        for part in parts:
            said = _run(said, joint if said else "", self.predicate(part, inside=True))
        return f"（{said}）" if inside else said

    def _condition(self, leaf: Leaf, *, negated: bool = False) -> str:
        """A leaf of a rule, without values."""
        scale = self.scale(leaf)
        match leaf:
            case FactRef(name):
                return self.facts[name].title
            case Compare(sign, left, right):
                asked = _OPPOSITE[sign] if negated else sign
                if _is_zero(right) and asked in (">", "=", "<>"):
                    return _run(self._side(left, scale), {"=": "为零", ">": "大于零", "<>": "不为零"}[asked])
                return _run(self._side(left, scale), self._verb(asked, left, right), self._side(right, scale))
            case Between(value, low, high):
                return _run(
                    self._side(value, scale), "在", self._side(low, scale), "至", self._side(high, scale), "之间"
                )
            case OneOf(value, options):
                return _run(self._side(value, scale), "是", self._listed(options, scale), "之一")

    def judged(self, leaf: Leaf, *, holds: bool) -> str:
        """A leaf with its values, said the way things are."""
        scale = self.scale(leaf)
        match leaf:
            case FactRef(name):
                title = self.facts[name].title
                return _affirmed(title) if holds else _negated(title)
            case Compare(sign, left, right):
                return self._compared(sign if holds else _OPPOSITE[sign], left, right, scale)
            case Between(value, low, high):
                ends = _run("在", self._side(low, scale), "至", self._side(high, scale), "之间")
                return f"{self._side(value, scale)}，{'' if holds else '不'}{ends}"
            case OneOf(FactRef(name), _):
                return self._plainly(name)
            case OneOf(value, options):
                listed = _run("是", self._listed(options, scale), "之一")
                return f"{self._side(value, scale)}，{'' if holds else '不'}{listed}"

    def _compared(self, sign: ComparisonSign, left: Term, right: Term, scale: Scale) -> str:
        """The side that is judged with its value, then what it is held against. Zero, a level and a
        word go without saying."""
        if isinstance(left, FactRef) and (sign == "=" or _is_zero(right) or self._level(left)):
            return self._plainly(left.name)
        if isinstance(left, FactRef) and isinstance(right, FactRef) and (self._rises(left) or self._rises(right)):
            # Which of the two fell more goes without saying: signs read wrongly beside 增加.
            return f"{self._plainly(left.name)}，{self._plainly(right.name)}"
        return f"{self._side(left, scale)}，{_run(self._verb(sign, left, right), self._side(right, scale))}"

    def _plainly(self, name: str) -> str:
        """What a fact is: 重度残疾人数为 2 人, 工资性收入比上年同期减少 500.00 元."""
        fact = self.facts[name]
        value = None if self.inputs is None else value_of(FactRef(name, 0), self.inputs)
        if value is None:
            return f"{fact.title}为不详"
        if rises(fact, value):
            return rise_words(fact, value)
        return _run(fact.title, "" if fact.title.endswith(DECREASE) else "为", quantity_words(value, Scale.of(fact)))

    def _rises(self, fact: FactRef) -> bool:
        value = None if self.inputs is None else value_of(fact, self.inputs)
        return value is not None and rises(self.facts[fact.name], value)

    def _side(self, term: Term, scale: Scale) -> str:
        """A term, and what it comes to when it has to be worked out."""
        said = self.term(term, scale)
        if self.inputs is None or not isinstance(term, Arithmetic | NotBelowZero):
            return said
        value = value_of(term, self.inputs)
        return said if value is None else f"{said}（即 {quantity_words(value, self._worked_out(term))}）"

    def _worked_out(self, term: Term) -> Scale:
        found = measured(term, self._vocabulary)
        return Scale(found.dimension, found.unit)

    def _verb(self, sign: ComparisonSign, left: Term, right: Term) -> str:
        if self._level(left):
            return _LEVEL[sign]
        if isinstance(right, FactRef):
            return _BESIDE_A_FACT[sign]
        counted = measured(left, self._vocabulary).dimension in ("count", "days")
        return _COUNTED[sign] if counted else _BESIDE_A_LINE[sign]

    def _level(self, term: Term) -> bool:
        """Whether the term is a grade or a text, which say themselves how things are."""
        return isinstance(term, FactRef) and self.facts[term.name].type in ("grade", "text")

    def _listed(self, options: tuple[Term, ...], scale: Scale) -> str:
        return "、".join(self.term(option, scale) for option in options)


def _is_zero(term: Term) -> bool:
    return isinstance(term, Number) and term.value == 0


def _run(*pieces: str) -> str:
    """The pieces in a row; a number stands apart from the word before it and the word after it."""
    said = ""
    for piece in filter(None, pieces):
        said += f" {piece}" if said and _stand_apart(said[-1], piece[0]) else piece
    return said


def _stand_apart(before: str, after: str) -> bool:
    begins, ends = after.isdecimal() or after in "-−", before.isdecimal() or before == "%"
    return (begins and _is_word(before)) or (ends and _is_word(after))


def _is_word(character: str) -> bool:
    return "一" <= character <= "鿿"


def _affirmed(title: str) -> str:
    return f"是{title}" if _names_households(title) else title


def _negated(title: str) -> str:
    if _names_households(title):
        return f"不是{title}"
    for start, negated in _NEGATIONS.items():
        if title.startswith(start):
            return negated + title.removeprefix(start)
    return title.replace("已", "未", 1) if "已" in title else f"没有“{title}”的情况"


def _names_households(title: str) -> bool:
    return title.partition("（")[0].endswith(_KINDS_OF_HOUSEHOLDS)
