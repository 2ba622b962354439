"""Random rule texts that are right in names, types and units, and random households to judge."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from services.screening.facts.domain import Fact, FactType, Silence
from services.screening.parameters.domain import ParameterDefinition
from services.screening.rules.language import Vocabulary

_GRADES: dict[int | str, str] = {1: "A", 2: "B", 3: "C", 4: "D"}
_DAMAGE: dict[int | str, str] = {0: "无损坏", 1: "一般损坏", 2: "严重损坏", 3: "倒塌"}
_KINDS: dict[int | str, str] = {"unstable": "脱贫不稳定户", "marginal": "边缘易致贫户", "sudden": "突发严重困难户"}


def _fact(
    name: str, title: str, of: FactType, unit: str, kinds: tuple[int, ...], silence: Silence, **more: Any
) -> Fact:
    return Fact(name, title, of, unit, kinds, silence, group="made", definition="测试", **more)


_FACTS = (
    _fact("spent", "近12个月自付", "fen", "元", (8,), "clear"),
    _fact("lost", "灾害损失", "fen", "元", (15,), "clear"),
    _fact("owed", "未发放的补贴", "fen", "元", (14,), "both"),
    _fact("income", "家庭纯收入", "fen", "元", (18,), "none"),
    _fact("net", "最近一期纯收入", "fen", "元", (18,), "latest"),
    _fact("fell", "工资性收入比上年同期减少", "fen", "元", (18,), "latest"),
    _fact("fell_too", "经营净收入比上年同期减少", "fen", "元", (18,), "latest"),
    _fact("ill", "大病成员数", "count", "人", (5,), "clear"),
    _fact("uninsured", "未参保成员数", "count", "人", (7,), "both"),
    _fact("steady", "稳定就业成员数", "count", "人", (22,), "both", parameters=("months",)),
    _fact("members", "家庭成员数", "count", "人", (17,), "none"),
    _fact("waiting", "无帮扶措施天数", "days", "天", (19,), "both"),
    _fact("grade", "住房等级", "grade", "级", (9,), "latest", labels=_GRADES),
    _fact("damage", "房屋损坏程度", "grade", "", (15,), "clear", labels=_DAMAGE),
    _fact("unsafe", "住房不安全", "boolean", "", (9, 10), "clear"),
    _fact("lifted", "脱贫户", "boolean", "", (17,), "none"),
    _fact("without_aid", "未获资助", "boolean", "", (12,), "both"),
    _fact("helped", "享受低保", "boolean", "", (1, 2), "clear"),
    _fact("monitored_kind", "监测对象类别", "text", "", (23,), "latest", labels=_KINDS),
)
_PARAMETERS = (
    ParameterDefinition("line", "监测线", "fen", "元", "测试"),
    ParameterDefinition("share", "降幅", "share", "", "测试"),
    ParameterDefinition("heads", "人数线", "count", "人", "测试"),
    ParameterDefinition("months", "稳定就业月数", "count", "月", "测试"),
    ParameterDefinition("part", "支出比例线", "percent", "%", "测试"),
)
VOCABULARY = Vocabulary({f.name: f for f in _FACTS}, {p.name: p for p in _PARAMETERS})
KINDS = tuple(sorted({kind for fact in _FACTS for kind in fact.kinds}))

_SQL_TYPES = {
    "fen": "bigint",
    "count": "integer",
    "days": "integer",
    "grade": "smallint",
    "boolean": "boolean",
    "text": "text",
}
COLUMNS = ", ".join(
    ["n integer"]
    + [f"{fact.name} {_SQL_TYPES[fact.type]}" for fact in _FACTS]
    + [f"silent_{kind} boolean" for kind in KINDS]
)

_LITERALS = st.sampled_from(["0", "1", "2", "3", "0.5", "1.5", "100", "0.000001", "999999999999"])
_NUMBERS = st.one_of(_LITERALS, st.just(":share"))


def _named(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


def _joined(one: st.SearchStrategy[str], signs: str, other: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda a, sign, b: f"({a} {sign} {b})", one, st.sampled_from(signs.split()), other)


def _money(depth: int) -> st.SearchStrategy[str]:
    facts = _named("spent", "lost", "owed", "income", "net", ":line")
    if not depth:
        return facts
    inner = _money(depth - 1)
    return st.one_of(
        facts,
        _joined(inner, "+ -", inner),
        _joined(_numbers(depth - 1), "*", inner),
        _joined(inner, "* /", _numbers(depth - 1)),
        _joined(inner, "* /", _heads(depth - 1)),
        inner.map(lambda term: f"GREATEST({term}, 0)"),
        inner.map(lambda term: f"(-{term})"),
    )


def _heads(depth: int) -> st.SearchStrategy[str]:
    facts = _named("ill", "uninsured", "steady", "members", ":heads")
    if not depth:
        return facts
    inner = _heads(depth - 1)
    return st.one_of(facts, _joined(inner, "+ -", inner), _joined(inner, "+ - * /", _LITERALS))


def _numbers(depth: int) -> st.SearchStrategy[str]:
    if not depth:
        return _NUMBERS
    return st.one_of(
        _NUMBERS,
        _joined(_numbers(depth - 1), "+ - * /", _numbers(depth - 1)),
        _joined(_money(depth - 1), "/", _money(depth - 1)),
        _joined(_heads(depth - 1), "/", _heads(depth - 1)),
    )


def _comparison(one: st.SearchStrategy[str], other: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(
            lambda a, sign, b: f"{a} {sign} {b}", one, st.sampled_from(["=", "<>", "!=", "<", "<=", ">", ">="]), other
        ),
        st.builds(lambda value, low, high: f"{value} BETWEEN {low} AND {high}", one, other, other),
    )


LEAVES = st.one_of(
    _comparison(_money(2), _money(1)),
    _comparison(_money(1), st.just("0")),
    _comparison(_heads(1), st.one_of(_heads(1), _LITERALS)),
    _comparison(_numbers(1), _numbers(1)),
    _comparison(st.just("waiting"), _LITERALS),
    _comparison(st.just("grade"), _named("1", "2", "3", "4")),
    _comparison(st.just("damage"), _named("0", "1", "2", "3")),
    _named("grade IN (3, 4)", "members IN (1, 2, 3)", "monitored_kind NOT IN ('unstable', 'sudden')"),
    _named("monitored_kind = 'sudden'", "monitored_kind <> 'marginal'"),
    _named("unsafe", "lifted", "without_aid", "helped"),
)

TEXTS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(lambda a, joint, b: f"({a}) {joint} ({b})", parts, st.sampled_from(["AND", "OR"]), parts),
        parts.map(lambda part: f"NOT ({part})"),
    ),
    max_leaves=4,
)
"""Texts that may still lack a fact or be longer than a rule may be: leave those out with `assume`."""

_MONEY = st.one_of(st.integers(0, 5), st.sampled_from([100, 150, 999_999_999, 10**15]))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "fen": _MONEY,
    "count": st.integers(0, 4),
    "days": st.integers(0, 4),
    "grade": st.integers(1, 4),
    "boolean": st.booleans(),
    "text": st.sampled_from(["unstable", "marginal", "sudden"]),
}


def _value(fact: Fact) -> st.SearchStrategy[Any]:
    known = (
        _VALUES[fact.type] if fact.name not in ("income", "net") else st.one_of(_MONEY, _MONEY.map(lambda fen: -fen))
    )
    return st.one_of(known, known, known, st.none())


HOUSEHOLDS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries({fact.name: _value(fact) for fact in _FACTS})
SILENT = st.frozensets(st.sampled_from(KINDS), max_size=4)
PARAMETERS: st.SearchStrategy[dict[str, Decimal]] = st.fixed_dictionaries(
    {},
    optional={
        "line": st.one_of(st.integers(0, 5), st.just(10**12)).map(Decimal),
        "share": st.sampled_from([Decimal(0), Decimal("0.3"), Decimal("0.333333"), Decimal(1), Decimal("2.5")]),
        "heads": st.integers(0, 4).map(Decimal),
    },
)
