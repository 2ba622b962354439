"""Names, types and units: what cannot be compared is refused, with its place and a hint."""

from __future__ import annotations

import pytest
from hypothesis import assume, given

from services.screening.rules.language import RuleTextError, check, fact_names, faults, parse
from services.screening.rules.language.tree import leaves
from services.screening.rules.language.written import senseless
from tests.factories.rule_texts import TEXTS, VOCABULARY

ACCEPTED = [
    "spent >= :line",
    "spent > 0",
    "100 * spent >= :share * GREATEST(income + owed, 0)",
    "income <= (1 - :share) * spent",
    "spent / members < 1.5 * :line",
    "spent > :line * members",
    "spent / income > 0.3",
    "ill >= :heads AND members - ill > 2",
    "ill + 1 BETWEEN :heads AND 3",
    "waiting >= 30",
    "grade IN (3, 4) OR grade >= 3",
    "monitored_kind IN ('unstable', 'sudden') AND NOT lifted",
    "lifted AND spent / 2 > :line",
    "spent / (ill - ill) > :line",
    "members BETWEEN 3 AND 3",
    "members BETWEEN 3 AND :heads",
    "members BETWEEN 1 / (2 - 2 + 1) AND 3",
]

REFUSED = [
    ("spend >= :line", 1, "没有名为“spend”的户情指标，是不是“spent”？"),
    ("lifter", 1, "没有名为“lifter”的户情指标，是不是“lifted”？"),
    ("spent >= :lime", 10, "没有名为“lime”的参数，是不是“line”？"),
    ("spent >= line", 10, "没有名为“line”的户情指标，参数要写成“:line”"),
    ("spent >= :zzz", 10, "没有名为“zzz”的参数"),
    ("spent > members", 9, "金额不能与数量（人）比较"),
    ("spent > 10000", 9, "金额不能与比例或纯数比较，金额请写成参数（如 :medical_line_low）"),
    ("10000 < spent", 9, "比例或纯数不能与金额比较，金额请写成参数（如 :medical_line_low）"),
    ("spent + 1 > :line", 9, "金额不能与比例或纯数相加减，金额请写成参数（如 :medical_line_low）"),
    ("spent IN (1, 2)", 11, "金额不能与比例或纯数比较，金额请写成参数（如 :medical_line_low）"),
    ("spent BETWEEN 0 AND 5", 21, "金额不能与比例或纯数比较，金额请写成参数（如 :medical_line_low）"),
    ("members > waiting", 11, "数量（人）不能与天数比较"),
    ("members > :share", 11, "数量（人）不能与比例或纯数比较"),
    ("members > :line", 11, "数量（人）不能与金额比较"),
    ("spent * spent > :line", 9, "金额与金额相乘没有意义"),
    ("members / spent > 1", 11, "数量（人）与金额相除没有意义"),
    ("spent - members > :line", 9, "金额不能与数量（人）相加减"),
    ("members * waiting > 3", 11, "数量（人）与天数相乘没有意义"),
    ("spent", 1, "“近12个月自付”不是是非指标，要与数值或文字比较"),
    ("NOT members", 5, "“家庭成员数”不是是非指标，要与数值或文字比较"),
    ("lifted = 1", 1, "“脱贫户”是是非指标，直接写名称即可，不参加比较和计算"),
    ("1 + unsafe > 1", 5, "“住房不安全”是是非指标，直接写名称即可，不参加比较和计算"),
    ("monitored_kind = 1", 18, "文字不能与比例或纯数比较"),
    ("members = 'x'", 11, "数量（人）不能与文字比较"),
    ("monitored_kind > 'a'", 1, "文字只能比较是否相同"),
    ("monitored_kind BETWEEN 'a' AND 'b'", 1, "文字不能这样计算或比较大小"),
    ("monitored_kind + 1 > 2", 1, "文字不能这样计算或比较大小"),
    ("members IN (1, 'x')", 16, "数量（人）不能与文字比较"),
    ("grade + 1 > 2", 1, "等级不能参加计算"),
    ("grade = members", 9, "等级不能与数量（人）比较"),
    ("grade >= 7", 10, "“住房等级”没有“7”这一项，只有1（A）、2（B）、3（C）、4（D）"),
    ("damage IN (1, 5)", 15, "“房屋损坏程度”没有“5”这一项，只有0（无损坏）、1（一般损坏）、2（严重损坏）、3（倒塌）"),
    (
        "monitored_kind = 'suden'",
        18,
        "“监测对象类别”没有“suden”这一项，只有unstable（脱贫不稳定户）、marginal（边缘易致贫户）、sudden（突发严重困难户）",
    ),
    ("steady >= :months", 11, "数量（人）不能与数量（月）比较"),
    ("lifted AND 1 > 0", 12, "这个判断里没有任何户情指标"),
    ("lifted AND :line > 0", 12, "这个判断里没有任何户情指标"),
    ("members / 0 > 1", 11, "除数为零，永远算不出结果"),
    ("spent / (3 - 2 - 1) > :line", 10, "除数为零，永远算不出结果"),
    ("members BETWEEN 3 AND 1", 17, "下限大于上限，没有数值能在两者之间"),
    ("grade NOT BETWEEN 4 AND 2", 19, "下限大于上限，没有数值能在两者之间"),
    ("waiting BETWEEN -1 AND GREATEST(-2, 0) - 3", 18, "下限大于上限，没有数值能在两者之间"),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_fits_is_accepted(text: str) -> None:
    check(parse(text), VOCABULARY)


@pytest.mark.parametrize(("text", "column", "reason"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_does_not_fit_is_refused_with_its_place(text: str, column: int, reason: str) -> None:
    with pytest.raises(RuleTextError) as refused:
        check(parse(text), VOCABULARY)
    assert (refused.value.column, refused.value.reason) == (column, reason)


def test_every_fault_of_a_text_is_told_with_its_place() -> None:
    text = "lifter AND spend > :lime\nOR members / 0 > 1 OR members > 10000 * spent"
    told = [(fault.line, fault.column, fault.reason) for fault in faults(parse(text), VOCABULARY)]
    assert told == [
        (1, 1, "没有名为“lifter”的户情指标，是不是“lifted”？"),
        (1, 12, "没有名为“spend”的户情指标，是不是“spent”？"),
        (1, 20, "没有名为“lime”的参数，是不是“line”？"),
        (2, 14, "除数为零，永远算不出结果"),
        (2, 33, "数量（人）不能与金额比较"),
    ]


@given(TEXTS)
def test_texts_made_to_fit_fit(text: str) -> None:
    try:
        tree = parse(text)
    except RuleTextError:
        assume(False)
    assume(all(fact_names(leaf) for leaf in leaves(tree.root)))
    assume(not any(True for leaf in leaves(tree.root) for _ in senseless(leaf, text)))
    check(tree, VOCABULARY)
