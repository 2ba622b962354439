"""Every shipped rule before three households and more: who hits, who just misses, who cannot be judged, and why."""

from __future__ import annotations

import pytest

from services.screening.facts.domain import FACTS
from services.screening.rules import service, shipped
from services.screening.rules.domain import RuleVersion
from tests.factories.rule_cases import KNOWN, Case, cases

RULES: dict[str, RuleVersion] = {rule.code: rule for rule in shipped.rules(KNOWN)}
CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.name}")
def test_the_verdict_and_why(case: Case) -> None:
    explained = service.explain(RULES[case.code], case.facts, case.parameters, case.silent)
    assert (explained.verdict, explained.text) == (case.verdict, case.text)
    assert bool(explained.missing) == (case.verdict == "unknown")
    if case.risk is not None:
        assert RULES[case.code].risk_of(case.facts) == case.risk


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_household_that_hits_one_that_just_misses_and_one_unknown(code: str) -> None:
    verdicts = {case.name: case.verdict for case in CASES if case.code == code}
    assert (verdicts["hits"], verdicts["just_misses"], verdicts["unknown"]) == ("hit", "clear", "unknown")


def test_the_cases_say_every_fact() -> None:
    assert CASES
    assert all(case.facts.keys() == FACTS.keys() for case in CASES)


def test_a_household_in_peace_is_clear_of_every_rule() -> None:
    peace = next(case for case in CASES if case.code == "M04" and case.name == "just_misses")
    verdicts = {code: service.explain(rule, peace.facts, peace.parameters, ()).verdict for code, rule in RULES.items()}
    assert set(verdicts.values()) == {"clear"}
