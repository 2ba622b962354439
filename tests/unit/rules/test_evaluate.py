"""The three values in Python where an example says more than the law (SQL is the law's other side)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from services.screening.rules.language import Inputs, compile_predicate, evaluate, parse
from services.screening.rules.language.compile import Dialect
from services.screening.rules.language.evaluate import Missing, deciding_leaves
from services.screening.rules.language.words import leaf_words
from tests.factories.rule_texts import VOCABULARY

NOTHING = dict.fromkeys(VOCABULARY.facts)


def _inputs(silent: frozenset[int] = frozenset(), **values: object) -> Inputs:
    return Inputs(VOCABULARY.facts, {**NOTHING, **values}, {"line": Fraction(100)}, silent)


@pytest.mark.parametrize(
    ("text", "values", "truth"),
    [
        ("GREATEST(income, 0) >= 0", {}, None),  # SQL's own GREATEST would say 0
        ("GREATEST(income, 0) = 0", {"income": -5}, True),
        ("spent / ill > :line", {"spent": 1000, "ill": 0}, None),
        ("spent / members * 3 = spent", {"spent": 100, "members": 3}, False),  # rounded to six digits
        ("lifted AND spent > 0", {"lifted": False}, False),
        ("lifted OR spent > 0", {"lifted": True}, True),
        ("lifted OR spent > 0", {"lifted": False}, None),
        ("NOT (lifted AND unsafe)", {"lifted": True}, None),
        ("spent BETWEEN :line AND income", {"spent": 5}, False),
        ("spent BETWEEN :line AND income", {"spent": 500}, None),
        ("grade NOT IN (3, 4)", {}, None),
        ("monitored_kind <> 'sudden'", {"monitored_kind": "marginal"}, True),
    ],
)
def test_three_values(text: str, values: dict[str, Any], truth: bool | None) -> None:
    assert evaluate(parse(text), _inputs(**values)).truth is truth


def test_what_divides_by_zero_says_so() -> None:
    (leaf,) = deciding_leaves(evaluate(parse("spent / ill > :line"), _inputs(spent=5, ill=0)))
    assert [missing.reason for missing in leaf.missing] == ["not_computable"]


def test_only_the_leaves_that_decide_are_named() -> None:
    inputs = _inputs(lifted=False, spent=5, ill=1)
    evaluated = evaluate(parse("(lifted OR spent > :line) AND (uninsured > 0 OR ill > 0)"), inputs)
    assert evaluated.truth is False
    assert [leaf_words(leaf.node, VOCABULARY, inputs) for leaf in deciding_leaves(evaluated)] == [
        "脱贫户：否",
        "近12个月自付 0.05 元 > 监测线 1.00 元",
    ]


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "spark"])
def test_compiled_text_has_no_precedence_to_get_wrong(dialect: Dialect) -> None:
    sql = compile_predicate(parse("NOT lifted OR members - 1 - 2 > 0 AND unsafe"), VOCABULARY.facts, dialect)
    assert sql == (
        "((NOT (f.lifted)) OR ((((CAST(f.members AS DECIMAL(38, 6)) - CAST(1 AS DECIMAL(38, 6)))"
        " - CAST(2 AS DECIMAL(38, 6))) > 0) AND ((f.unsafe) OR NULLIF((f.silent_9 OR f.silent_10), TRUE))))"
    )


def test_text_is_quoted() -> None:
    sql = compile_predicate(parse("monitored_kind = 'it''s'"), VOCABULARY.facts)
    assert "'it''s'" in sql


def test_a_fact_without_its_parameter_names_the_parameter_and_the_fact() -> None:
    (leaf,) = deciding_leaves(evaluate(parse("steady > 0"), _inputs()))
    assert leaf.missing == (Missing("months", "parameter_missing", fact="steady"),)
    silent = deciding_leaves(evaluate(parse("steady > 0"), _inputs(frozenset({22}), steady=1)))
    assert [one.missing for one in silent] == [(Missing("steady", "feed_silent", (22,)),)]
