"""What an overdue feed leaves standing, by example and by two laws."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.screening.rules.language import Inputs, RuleTextError, Tree, check, evaluate, parse
from services.screening.rules.language.silence import Silencing, silencing
from services.screening.rules.language.tree import leaves
from tests.factories.rule_texts import HOUSEHOLDS, PARAMETERS, SILENT, TEXTS, VOCABULARY

FACTS = VOCABULARY.facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spent >= :line", Silencing((8,), (), ())),
        ("spent > 0", Silencing((8,), (), ())),
        (":line <= spent", Silencing((8,), (), ())),
        ("spent < :line", Silencing((), (8,), ())),
        ("spent = :line", Silencing((), (), (8,))),
        ("spent <> :line", Silencing((), (), (8,))),
        ("spent BETWEEN 0 AND :line", Silencing((), (), (8,))),
        ("damage IN (2, 3)", Silencing((), (), (15,))),
        ("grade IN (3, 4)", Silencing((9,), (), ())),
        ("grade < 3", Silencing((9,), (), ())),
        ("monitored_kind = 'sudden'", Silencing((23,), (), ())),
        ("net <= :line", Silencing((18,), (), ())),
        ("net > :line", Silencing((18,), (), ())),
        ("net / members BETWEEN 0 AND :line", Silencing((18,), (), ())),
        ("net - spent <= :line", Silencing((8, 18), (), ())),
        ("net + spent <= :line", Silencing((18,), (8,), ())),
        ("unsafe", Silencing((9, 10), (), ())),
        ("uninsured > 0", Silencing((), (), (7,))),
        ("without_aid", Silencing((), (), (12,))),
        ("income <= :line", Silencing((), (), ())),
        ("lifted", Silencing((), (), ())),
        ("income - spent <= :line", Silencing((8,), (), ())),
        ("spent - lost >= :line", Silencing((8,), (15,), ())),
        ("spent - spent / 2 > :line", Silencing((), (), (8,))),
        ("(1 - :share) * spent >= :line", Silencing((), (), (8,))),
        (":share * spent >= :line", Silencing((8,), (), ())),
        ("income * ill >= :line", Silencing((), (), (5,))),
        ("GREATEST(income, 0) / ill >= :line", Silencing((), (5,), ())),
        ("-spent < income", Silencing((8,), (), ())),
        ("spent + owed >= :line", Silencing((8,), (), (14,))),
    ],
)
def test_what_silence_blocks(text: str, expected: Silencing) -> None:
    tree = parse(text)
    check(tree, VOCABULARY)
    assert [silencing(leaf, FACTS) for leaf in leaves(tree.root)] == [expected]


def _checked(text: str) -> Tree:
    try:
        tree = parse(text)
        check(tree, VOCABULARY)
    except RuleTextError:
        assume(False)
    return tree


def _truth(
    tree: Tree, values: dict[str, Any], parameters: dict[str, Decimal], silent: frozenset[int] = frozenset()
) -> bool | None:
    given_parameters = {name: Fraction(value) for name, value in parameters.items()}
    return evaluate(tree, Inputs(FACTS, values, given_parameters, silent)).truth


_GROWING = {name: fact.kinds for name, fact in FACTS.items() if fact.silence == "clear"}


@given(TEXTS, HOUSEHOLDS, PARAMETERS, SILENT, st.data())
def test_what_stands_in_silence_is_never_taken_back_when_the_records_come(
    text: str, values: dict[str, Any], parameters: dict[str, Decimal], silent: frozenset[int], data: st.DataObject
) -> None:
    """Records that were held back can only make sums, counts, grades greater and houses unsafe."""
    tree = _checked(text)
    said = _truth(tree, values, parameters, silent)
    assume(said is not None)
    later = dict(values)
    for name, kinds in _GROWING.items():
        if later[name] is None or silent.isdisjoint(kinds):
            continue
        if isinstance(later[name], bool):
            later[name] = later[name] or data.draw(st.booleans())
        else:
            later[name] += data.draw(st.sampled_from([0, 1, 2, 10**9]))
    for name, fact in FACTS.items():
        if fact.silence == "both" and not silent.isdisjoint(fact.kinds):
            later[name] = data.draw(HOUSEHOLDS)[name]
    then = _truth(tree, later, parameters)
    assert then in (said, None) if None in later.values() else then == said


@given(TEXTS, HOUSEHOLDS, PARAMETERS, SILENT, st.sets(st.sampled_from(sorted(FACTS))))
def test_knowing_less_never_turns_a_verdict_round(
    text: str, values: dict[str, Any], parameters: dict[str, Decimal], silent: frozenset[int], forgotten: set[str]
) -> None:
    tree = _checked(text)
    known = _truth(tree, values, parameters)
    for less in (
        _truth(tree, {**values, **dict.fromkeys(forgotten)}, parameters),
        _truth(tree, values, {}),
        _truth(tree, values, parameters, silent),
    ):
        assert less in (known, None)


@pytest.mark.parametrize(("sign", "net", "stands"), [("<=", 4, True), (">", 6, True), ("<=", 6, None), (">", 4, None)])
def test_a_level_from_the_newest_record_stands_whichever_way_it_compares(
    sign: str, net: int, stands: bool | None
) -> None:
    tree = parse(f"net {sign} :line")
    assert _truth(tree, {"net": net}, {"line": Decimal(5)}, frozenset({18})) is stands
    assert _truth(tree, {"net": net}, {"line": Decimal(5)}) is bool(stands)
