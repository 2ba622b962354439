"""What of a stored verdict speaks for the warning, said from the values that were stored with it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.screening.facts.domain import FACTS
from services.screening.facts.domain import wire_value as of_fact
from services.screening.rules import service, shipped
from services.screening.rules.domain import Explanation, RuleVersion
from services.screening.rules.judgements import Judgement, judgements
from services.screening.rules.language import Inputs, Tree, parse, statement, words
from services.screening.rules.language.tree import leaves
from tests.factories.rule_cases import KNOWN, Case, cases

RULES: dict[str, RuleVersion] = {rule.code: rule for rule in shipped.rules(KNOWN)}
CASES = list(cases())


def told(case: Case) -> tuple[Explanation, list[Judgement]]:
    """The explanation of a case, and its judgements from what evidence keeps of it: wire values and leaves."""
    rule = RULES[case.code]
    explained = service.explain(rule, case.facts, case.parameters, case.silent)
    facts = {name: of_fact(FACTS[name], value) for name, value in case.facts.items() if name in rule.evidence}
    parameters = {name: value.wire for name, value in case.parameters.items() if name in rule.parameters}
    return explained, judgements(rule, facts, parameters, [leaf.truth for leaf in explained.leaves])


def case_of(code: str, name: str) -> Case:
    """One of the golden cases."""
    return next(case for case in CASES if (case.code, case.name) == (code, name))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.name}")
def test_each_is_said_as_the_verdict_says_it(case: Case) -> None:
    explained, found = told(case)
    values = {name: Fraction(value.value) for name, value in case.parameters.items()}
    inputs = Inputs(FACTS, case.facts, values, frozenset(case.silent))
    nodes = [leaf for text in RULES[case.code].texts for leaf in leaves(parse(text).root)]
    for node, leaf, one in zip(nodes, explained.leaves, found, strict=True):
        if leaf.truth is None:
            assert (one.text, one.supports) == (words(Tree("", node), shipped.vocabulary()), None)
        else:
            assert one.text == statement(node, shipped.vocabulary(), inputs, holds=leaf.truth)


@pytest.mark.parametrize("case", [one for one in CASES if one.verdict == "hit"], ids=lambda case: case.code)
def test_what_a_hit_rests_on_supports_it(case: Case) -> None:
    explained, found = told(case)
    reasons = explained.text.partition("：")[2].split("；")
    assert set(reasons) <= {one.text for one in found if one.supports}


def test_what_the_rule_wants_false_supports_when_it_is() -> None:
    _, found = told(case_of("M02", "hits"))
    assert found[0] == Judgement("不是脱贫户", supports=True)
    assert [one.supports for one in found] == [True, True]
    _, found = told(case_of("B04", "hits"))
    assert Judgement("未享受低保", supports=True) in found


def test_another_way_into_a_population_that_is_not_taken_speaks_against() -> None:
    _, found = told(case_of("M01", "hits"))
    assert {one.supports for one in found} == {True, False}
    assert Judgement("不是监测对象（未消除风险）", supports=False) in found


def test_of_what_is_unknown_only_the_question_is_told() -> None:
    rule = RULES["M01"]
    found = judgements(rule, {"monitored": False}, {}, [None, None, None, None])
    assert found[1] == Judgement("监测对象（未消除风险）", None)
    assert found[3] == Judgement("近12个月家庭合规自付医疗费用达到因病监测线（低收入人口）", None)


def test_leaves_of_another_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        judgements(RULES["M01"], {}, {}, [None])
