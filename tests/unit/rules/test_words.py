"""Rules and verdicts as a person would say them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.screening.parameters import shipped as parameters
from services.screening.parameters.domain import ParameterValue
from services.screening.rules import service, shipped
from services.screening.rules.domain import Explanation, RuleVersion
from services.screening.rules.language import Inputs, check, leaf_words, parse, words
from services.screening.rules.language.tree import leaves
from tests.factories.rule_texts import VOCABULARY

NOW = datetime(2026, 11, 24, tzinfo=UTC)
RULES: dict[str, RuleVersion] = {rule.code: rule for rule in shipped.rules(NOW)}
PARAMETERS: dict[str, ParameterValue] = {
    value.name: parameters.dated(value, date(2024, 1, 1), NOW) for value in parameters.values()
}
HOUSEHOLD: dict[str, Any] = {
    "members": 3,
    "lifted": True,
    "policy_entitled": True,
    "monitored": None,
    "low_income": None,
    "self_paid_in_catalogue_12m_sum": 1_230_000,
    "uninsured_members": 2,
    "dwelling_grade": 3,
    "dwelling_unsafe": True,
    "renovation_recorded": False,
}


def explained(code: str, silent: frozenset[int] = frozenset(), **values: Any) -> Explanation:
    return service.explain(RULES[code], {**HOUSEHOLD, **values}, PARAMETERS, silent)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lifted OR monitored_kind = 'sudden'", "脱贫户 或 监测对象类别 = “sudden”"),
        ("NOT (lifted OR unsafe) AND members > 2", "不符合（脱贫户 或 住房不安全） 且 家庭成员数 > 2 人"),
        ("NOT lifted", "不符合（脱贫户）"),
        ("grade IN (3, 4)", "住房等级 是 C级、D级 之一"),
        ("waiting BETWEEN 30 AND 60", "无帮扶措施天数 在 30 天 至 60 天 之间"),
        ("income <= (1 - :share) * spent", "家庭纯收入 ≤ （1 − 降幅） × 近12个月自付"),
        (
            "100 * spent >= 40 * GREATEST(income + owed, 0)",
            "100 × 近12个月自付 ≥ 40 × （家庭纯收入 + 未发放的补贴，负数按 0 计）",
        ),
        ("income > 0", "家庭纯收入 > 0.00 元"),
        ("-income > 0", "−家庭纯收入 > 0.00 元"),
    ],
)
def test_a_rule_in_words(text: str, said: str) -> None:
    tree = parse(text)
    check(tree, VOCABULARY)
    assert words(tree, VOCABULARY) == said


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("income > 0", {"income": -12_345_678}, "家庭纯收入 -123,456.78 元 > 0.00 元"),
        ("income > 0", {}, "家庭纯收入（不详） > 0.00 元"),
        ("spent >= :line", {"spent": 5}, "近12个月自付 0.05 元 ≥ 监测线（当前没有有效的值）"),
        ("ill IN (1, 2)", {"ill": 1}, "大病成员数 1 人 是 1 人、2 人 之一"),
        ("grade >= 3", {"grade": 2}, "住房等级 B级 ≥ C级"),
        ("monitored_kind <> 'sudden'", {"monitored_kind": "marginal"}, "监测对象类别 “marginal” ≠ “sudden”"),
        ("poor", {}, "低收入：此项数据尚未用于筛查"),
        ("unsafe", {}, "住房不安全：不详"),
        ("unsafe", {"unsafe": False}, "住房不安全：否"),
    ],
)
def test_a_leaf_with_its_values(text: str, values: dict[str, object], said: str) -> None:
    (leaf,) = leaves(parse(text).root)
    assert leaf_words(leaf, VOCABULARY, Inputs(VOCABULARY.facts, values, {}, frozenset())) == said


def test_the_shipped_rules_in_words() -> None:
    assert service.rule_words(RULES["M02"]) == (
        "不符合（脱贫户）",
        "近12个月家庭合规自付医疗费用 ≥ 因病监测线（一般农牧户）",
    )
    assert service.rule_words(RULES["H01"]) == ("全部农牧户", "住房不安全（C级或D级且无竣工改造）")


def test_a_hit_says_what_it_rests_on() -> None:
    hit = explained("M01")
    line = "近12个月家庭合规自付医疗费用 12,300.00 元 ≥ 因病监测线（低收入人口）10,000.00 元"
    assert (hit.verdict, hit.text, hit.missing) == ("hit", f"命中：脱贫户：是；{line}", ())
    assert hit.demo
    assert [(leaf.part, leaf.value, leaf.truth) for leaf in hit.leaves] == [
        ("population", True, True),
        ("population", None, None),
        ("population", None, None),
        ("condition", "12300.00", True),
    ]
    assert hit.leaves[-1].text == line


def test_a_miss_says_how_far() -> None:
    clear = explained("M01", self_paid_in_catalogue_12m_sum=999_999)
    assert clear.verdict == "clear"
    assert clear.text == "未命中：近12个月家庭合规自付医疗费用 9,999.99 元 < 因病监测线（低收入人口）10,000.00 元"


def test_a_boolean_rule() -> None:
    assert explained("H01").text == "命中：住房不安全（C级或D级且无竣工改造）：是"
    assert explained("H01", dwelling_unsafe=False).text == "未命中：住房不安全（C级或D级且无竣工改造）：否"
    assert not explained("H01").demo


def test_counts_carry_their_unit() -> None:
    assert explained("I01").text == "命中：脱贫户：是；当年未参加基本医疗保险的成员数 2 人 > 0 人"


def test_unknown_names_the_feed_that_is_not_there_yet() -> None:
    below = explained("M01", lifted=False, self_paid_in_catalogue_12m_sum=0)
    assert below.verdict == "clear"  # below the line whoever it is about
    unknown = explained("M01", lifted=False, self_paid_in_catalogue_12m_sum=3_000_000)
    assert unknown.verdict == "unknown"
    assert [(m.name, m.reason) for m in unknown.missing] == [("monitored", "no_feed"), ("low_income", "no_feed")]
    assert unknown.text == (
        "无法判断：监测对象（未消除风险）：此项数据尚未用于筛查；低收入人口（低保、特困、低保边缘）：此项数据尚未用于筛查"
    )


def test_a_household_that_was_never_poor_is_warned_of_over_the_general_line() -> None:
    assert explained("M02", lifted=False, self_paid_in_catalogue_12m_sum=2_599_999).verdict == "clear"
    assert explained("M02", lifted=False, self_paid_in_catalogue_12m_sum=2_600_000).verdict == "hit"
    assert explained("M02", self_paid_in_catalogue_12m_sum=3_000_000).verdict == "clear"  # lifted: M01 has it


def test_unknown_names_the_silent_feed() -> None:
    unknown = explained("I01", frozenset({7}))
    assert [(m.name, m.reason) for m in unknown.missing] == [("uninsured_members", "feed_silent")]
    assert unknown.text == "无法判断：当年未参加基本医疗保险的成员数：数据逾期未报或从未报送（参保）"


def test_a_sum_over_the_line_stands_in_silence_and_one_below_does_not() -> None:
    assert explained("M01", frozenset({8})).verdict == "hit"
    below = explained("M01", frozenset({8}), self_paid_in_catalogue_12m_sum=0)
    assert (below.verdict, [m.reason for m in below.missing]) == ("unknown", ["feed_silent"])


def test_unknown_names_the_parameter() -> None:
    unknown = service.explain(RULES["M01"], HOUSEHOLD, {}, frozenset())
    assert unknown.verdict == "unknown"
    assert [(m.name, m.reason) for m in unknown.missing] == [("medical_line_low", "parameter_missing")]
    assert unknown.text == "无法判断：因病监测线（低收入人口）：当前没有有效的值"
    assert not unknown.demo


def test_unknown_names_the_value_that_is_not_there() -> None:
    unknown = explained("H01", dwelling_unsafe=None)
    assert unknown.text == "无法判断：住房不安全（C级或D级且无竣工改造）：没有可用的数据"
