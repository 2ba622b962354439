"""Rules and judgements in words; the shipped rules' own sentences are in golden/."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from services.screening.rules.language import Inputs, check, leaf_words, parse, statement, words
from services.screening.rules.language.tree import leaves
from tests.factories.rule_texts import VOCABULARY

PARAMETERS = {"line": Fraction(1_000_000), "share": Fraction(3, 10), "part": Fraction(40)}


def inputs(**values: Any) -> Inputs:
    return Inputs(VOCABULARY.facts, values, PARAMETERS, frozenset())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lifted OR monitored_kind = 'sudden'", "脱贫户或监测对象类别是“突发严重困难户”"),
        ("NOT (lifted OR unsafe) AND members > 2", "并非（脱贫户或住房不安全），且家庭成员数超过 2 人"),
        ("NOT lifted", "不是脱贫户"),
        ("NOT helped", "未享受低保"),
        ("NOT ill > 2", "大病成员数不超过 2 人"),
        ("ill > 0 AND members = 0", "大病成员数大于零，且家庭成员数为零"),
        ("grade IN (3, 4)", "住房等级是C级、D级之一"),
        ("damage >= 2", "房屋损坏程度达到严重损坏"),
        ("waiting BETWEEN 30 AND 60", "无帮扶措施天数在 30 天至 60 天之间"),
        ("income <= (1 - :share) * spent", "家庭纯收入不超过（1 − 降幅） × 近12个月自付"),
        ("spent >= :part / 100 * income", "近12个月自付达到支出比例线 × 家庭纯收入"),
        (
            "100 * spent >= 40 * GREATEST(income + owed, 0)",
            "100 × 近12个月自付达到 40 × （家庭纯收入 + 未发放的补贴，负数按 0 计）",
        ),
        ("income > lost", "家庭纯收入高于灾害损失"),
        ("-income > 0", "−家庭纯收入大于零"),
        ("members > -1", "家庭成员数超过 −1 人"),
        ("members / 2 > 1", "家庭成员数 ÷ 2 超过 1"),
        ("members / 2 > 0", "家庭成员数 ÷ 2 大于零"),
        ("members / 2 > 1 OR lifted", "家庭成员数 ÷ 2 超过 1 或脱贫户"),
        ("lifted OR 2 * ill > members", "脱贫户或 2 × 大病成员数高于家庭成员数"),
        ("spent / income BETWEEN 0.1 AND 0.3", "近12个月自付 ÷ 家庭纯收入在 0.1 至 0.3 之间"),
        ("members / 2 IN (1, 2)", "家庭成员数 ÷ 2 是 1、2 之一"),
        (":share - 0.1 < spent / income", "降幅 − 10 % 低于近12个月自付 ÷ 家庭纯收入"),
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
        ("spent >= :line", {"spent": 5}, "近12个月自付 0.05 元 ≥ 监测线 10,000.00 元"),
        ("ill >= :heads", {"ill": 1}, "大病成员数 1 人 ≥ 人数线（当前没有有效的值）"),
        ("ill IN (1, 2)", {"ill": 1}, "大病成员数 1 人 是 1 人、2 人 之一"),
        ("grade >= 3", {"grade": 2}, "住房等级 B级 ≥ C级"),
        ("damage = 3", {"damage": 0}, "房屋损坏程度 无损坏 = 倒塌"),
        (
            "monitored_kind <> 'sudden'",
            {"monitored_kind": "marginal"},
            "监测对象类别“边缘易致贫户” ≠ “突发严重困难户”",
        ),
        (
            "fell >= fell_too",
            {"fell": 50_000, "fell_too": -82_025},
            "工资性收入比上年同期减少 500.00 元 ≥ 经营净收入比上年同期增加 820.25 元（计为 -820.25 元）",
        ),
        ("unsafe", {}, "住房不安全：不详"),
        ("unsafe", {"unsafe": False}, "住房不安全：否"),
    ],
)
def test_a_leaf_with_its_values(text: str, values: dict[str, object], said: str) -> None:
    (leaf,) = leaves(parse(text).root)
    assert leaf_words(leaf, VOCABULARY, inputs(**values)) == said


@pytest.mark.parametrize(
    ("text", "values", "holding", "failing"),
    [
        ("lifted", {}, "是脱贫户", "不是脱贫户"),
        ("unsafe", {}, "住房不安全", "没有“住房不安全”的情况"),
        ("helped", {}, "享受低保", "未享受低保"),
        (
            "spent >= :line",
            {"spent": 1_230_000},
            "近12个月自付 12,300.00 元，达到监测线 10,000.00 元",
            "近12个月自付 12,300.00 元，低于监测线 10,000.00 元",
        ),
        ("uninsured > 0", {"uninsured": 2}, "未参保成员数为 2 人", "未参保成员数为 2 人"),
        ("members = 1", {"members": 1}, "家庭成员数为 1 人", "家庭成员数 1 人，不等于 1 人"),
        ("damage >= 2", {"damage": 3}, "房屋损坏程度为倒塌", "房屋损坏程度为倒塌"),
        ("grade NOT IN (1, 2)", {"grade": 2}, "住房等级为B级", "住房等级为B级"),
        ("monitored_kind = 'sudden'", {"monitored_kind": "sudden"}, *["监测对象类别为“突发严重困难户”"] * 2),
        (
            "net <= (1 - :share) * income",
            {"net": 500, "income": 1000},
            "最近一期纯收入 5.00 元，不超过（1 − 降幅 30 %） × 家庭纯收入 10.00 元（即 7.00 元）",
            "最近一期纯收入 5.00 元，超过（1 − 降幅 30 %） × 家庭纯收入 10.00 元（即 7.00 元）",
        ),
        (
            "spent >= :part / 100 * GREATEST(income + owed, 0)",
            {"spent": 500, "income": 900, "owed": 100},
            (
                "近12个月自付 5.00 元，达到支出比例线 40 % × "
                "（家庭纯收入 9.00 元 + 未发放的补贴 1.00 元，负数按 0 计）（即 4.00 元）"
            ),
            (
                "近12个月自付 5.00 元，低于支出比例线 40 % × "
                "（家庭纯收入 9.00 元 + 未发放的补贴 1.00 元，负数按 0 计）（即 4.00 元）"
            ),
        ),
        (
            "income / members < 1.5 * :line",
            {"income": 300, "members": 3},
            "家庭纯收入 3.00 元 ÷ 家庭成员数 3 人（即 1.00 元），低于 1.5 × 监测线 10,000.00 元（即 15,000.00 元）",
            "家庭纯收入 3.00 元 ÷ 家庭成员数 3 人（即 1.00 元），达到 1.5 × 监测线 10,000.00 元（即 15,000.00 元）",
        ),
        (
            "fell >= fell_too",
            {"fell": 50_000, "fell_too": -82_025},
            *["工资性收入比上年同期减少 500.00 元，经营净收入比上年同期增加 820.25 元"] * 2,
        ),
        (
            "fell >= fell_too",
            {"fell": -10_000, "fell_too": -82_025},
            *["工资性收入比上年同期增加 100.00 元，经营净收入比上年同期增加 820.25 元"] * 2,
        ),
        (
            "fell >= :line",
            {"fell": -10_000},
            "工资性收入比上年同期增加 100.00 元（计为 -100.00 元），达到监测线 10,000.00 元",
            "工资性收入比上年同期增加 100.00 元（计为 -100.00 元），低于监测线 10,000.00 元",
        ),
        (
            "fell > 0",
            {"fell": -10_000},
            *["工资性收入比上年同期增加 100.00 元"] * 2,
        ),
        ("fell > 0", {"fell": 10_000}, *["工资性收入比上年同期减少 100.00 元"] * 2),
        (
            "waiting BETWEEN 30 AND 60",
            {"waiting": 45},
            "无帮扶措施天数 45 天，在 30 天至 60 天之间",
            "无帮扶措施天数 45 天，不在 30 天至 60 天之间",
        ),
    ],
)
def test_a_judgement_said_the_way_things_are(text: str, values: dict[str, Any], holding: str, failing: str) -> None:
    (leaf,) = leaves(parse(text).root)
    said = [statement(leaf, VOCABULARY, inputs(**values), holds=holds) for holds in (True, False)]
    assert said == [holding, failing]
