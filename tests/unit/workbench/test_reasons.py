"""Why, as a clue's page says it."""

from __future__ import annotations

import pytest

from services.screening.facts.domain import FACTS, wire_value
from services.screening.rules import service, shipped
from services.screening.warnings.evidence import Evidence
from services.screening.workbench.domain import fact_words, parameter_words, value_words
from services.screening.workbench.reasons import Beside, reasons
from tests.factories.rule_cases import KNOWN, Case, cases

RULES = {rule.code: rule for rule in shipped.rules(KNOWN)}
HITS = {(case.code, case.name): case for case in cases() if case.verdict == "hit"}


def evidence(case: Case) -> Evidence:
    """What is stored of a hit, its records and ages left out."""
    rule = RULES[case.code]
    explained = service.explain(rule, case.facts, case.parameters, case.silent)
    facts = [(FACTS[name], wire_value(FACTS[name], case.facts[name])) for name in rule.evidence]
    return Evidence(
        verdict=explained.verdict,
        missing=[],
        as_of="2026-11-24",
        known_at="2026-11-24T00:00:00Z",
        rule={"code": rule.code, "version": rule.version, "title": rule.title},
        facts=[
            {"name": fact.name, "title": fact.title, "value": value, "unit": fact.unit, "complete": True}
            for fact, value in facts
        ],
        leaves=[{"text": leaf.text, "value": leaf.value, "truth": leaf.truth} for leaf in explained.leaves],
        parameters=[
            {
                "name": name,
                "value": case.parameters[name].wire,
                "unit": "",
                "document": "",
                "status": "demo",
                "division": "150600000000",
                "valid_from": "2024-11-01",
            }
            for name in rule.parameters
            if name in case.parameters
        ],
        records=[],
        data_age=[],
        text=explained.text,
    )


@pytest.mark.parametrize("case", HITS.values(), ids=lambda case: case.code)
def test_the_stored_sentence_is_the_reason(case: Case) -> None:
    kept = evidence(case)
    why = reasons(kept, RULES[case.code])
    assert why.sentence == kept["text"]
    told = why.sentence.partition("：")[2].split("；")
    assert not {one.text for one in why.beside} & set(told), "nothing is said twice"


def test_a_condition_that_must_not_hold_is_told_the_way_things_are() -> None:
    for code in ("M02", "B04"):
        why = reasons(evidence(HITS[code, "hits"]), RULES[code])
        assert why.beside == []
        assert "：否" not in why.sentence
    assert why.sentence.endswith("；未享受低保；未享受特困救助供养")


def test_what_speaks_against_or_cannot_be_told_stands_beside() -> None:
    kept = evidence(HITS["M01", "hits"])
    assert Beside(supports=False, text="不是监测对象（未消除风险）", remark="") in reasons(kept, RULES["M01"]).beside
    kept["leaves"][1] = {"text": "监测对象（未消除风险）：不详", "value": None, "truth": None}
    found = reasons(kept, RULES["M01"]).beside
    assert Beside(supports=None, text="监测对象（未消除风险）", remark="没有可用的数据") in found


def test_evidence_of_the_first_release_gets_its_sentence() -> None:
    case = HITS["M02", "hits"]
    kept = evidence(case)
    del kept["text"]
    assert reasons(kept, RULES["M02"]).sentence == case.text


def test_values_are_written_as_people_write_them() -> None:
    assert value_words("32600.20", "元") == "32,600.20 元"
    assert value_words("-1820.25", "元") == "-1,820.25 元"
    assert value_words(12_345, "户") == "12,345 户"
    assert value_words(3, "月") == "3 个月"
    assert value_words("0.3", "") == "0.3"
    assert value_words("D", "级") == "D 级"
    assert value_words("无", "") == "无"
    assert (value_words(None, "元"), value_words(value=False, unit="")) == ("未知", "否")


def test_a_word_of_a_list_is_said_not_its_code() -> None:
    assert fact_words("house_damage_cause", "snow", "") == FACTS["house_damage_cause"].labels["snow"]
    assert fact_words("members", 3, "人") == "3 人"
    assert fact_words("a_fact_of_yesterday", 3, "人") == "3 人"


def test_a_share_is_told_in_per_cent_as_the_sentence_tells_it() -> None:
    assert parameter_words("drop_share", "0.3", "") == "30 %"
    assert parameter_words("drop_share", "1", "") == "100 %"
    assert parameter_words("medical_line_low", "10000.00", "元") == "10,000.00 元"
    assert parameter_words("a_line_of_yesterday", 2, "人") == "2 人"
    assert parameter_words("drop_share", None, "") == "未知"
