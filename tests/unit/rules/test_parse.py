"""Only what a rule may say is taken; everything else is refused where it stands."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.screening.rules.language import RuleTextError, parse
from services.screening.rules.language.scan import MAX_CHARACTERS, MAX_DEPTH, MAX_WORDS
from services.screening.rules.language.tree import And, Between, Compare, FactRef, Not, Number, OneOf, Or, ParameterRef

REFUSED = [
    # text, the character (from 1) that is pointed at, a word of the reason
    ("", 1, "空"),
    ("   ", 1, "空"),
    ("a > 1; b", 6, ";"),
    ("a > 1 -- quiet", 7, "注释"),
    ("a > 1 /* quiet */", 7, "注释"),
    ("a > (SELECT 1)", 6, "SELECT"),
    ("EXISTS (SELECT 1)", 1, "EXISTS"),
    ("a IN (SELECT 1)", 7, "SELECT"),
    ("a > ANY (1)", 5, "ANY"),
    ("count(a) > 1", 1, "count"),
    ("a > 1 AND pg_sleep(9) > 1", 11, "pg_sleep"),
    ("coalesce(a, 0) > 1", 1, "未知"),
    ("nullif(a, 0) > 1", 1, "未知"),
    ("a > 1 OR b IS NULL", 12, "未知"),
    ("a ISNULL", 3, "未知"),
    ("a = NULL", 5, "未知"),
    ("CASE WHEN a THEN b END", 1, "未知"),
    ("a IS DISTINCT FROM b", 3, "未知"),
    ("a > 1 AND TRUE", 11, "TRUE"),
    ("a ->> 'b' = 'c'", 3, "->>"),
    ("a > $1", 5, "$"),
    ("a > :1", 5, "冒号"),
    ("a > : b", 5, "冒号"),
    ("a::int > 1", 2, "::"),
    ("a || b = 'c'", 3, "||"),
    ("a % 2 = 0", 3, "%"),
    ("a ^ 2 = 0", 3, "^"),
    ("a LIKE 'x'", 3, "LIKE"),
    ("a ~ 'x'", 3, "~"),
    ("a == 1", 3, "=="),
    ("* > 1", 1, ""),
    ("a > *", 5, ""),
    ("f.a > 1", 2, "."),
    ('"a" > 1', 1, '"a"'),
    ("Lifted", 1, "小写"),
    ("脱贫户", 1, "小写"),
    ("ａ > 1", 1, "全角"),
    ("a ＞ 1", 3, "全角"),
    ("a = E'x'", 5, ""),
    ("a = ''", 5, "文字"),
    ("a = 'x", 5, "引号"),
    ("a > 1e5", 5, "数字"),
    ("a > 0x1F", 5, ""),
    ("a > 1234567890123", 5, "数字"),
    ("a > 0.1234567", 5, "数字"),
    ("a > .5", 5, "."),
    ("a > 1 b", 7, "多余"),
    ("a >", 3, "不完整"),
    ("a AND AND b", 7, "不完整"),
    ("a AND", 3, "不完整"),
    ("(a > 1", 1, "左括号"),
    ("a > 1)", 6, "右括号"),
    ("a + + b > 1", 5, "加号"),
    ("+a > 1", 1, "加号"),
    ("NOT NOT NOT a", 9, "嵌套"),
    ("a = b = c", 1, "不是判断"),
    ("(a > 1) = b", 2, "不是判断"),
    ("a + b", 1, "应当是一个判断"),
    (":line", 1, "应当是一个判断"),
    ("1", 1, "应当是一个判断"),
    ("a AND :line", 7, "应当是一个判断"),
    ("a > (b AND c)", 6, "不是判断"),
    ("a IN ()", 1, "没有内容"),
    ("a IN (b)", 7, "只能是"),
    ("a IN (:b)", 7, "只能是"),
    ("(a, b) IN (1)", 2, ""),
    ("a BETWEEN symmetric 1 AND 2", 1, ""),
    ("GREATEST(a) > 1", 1, "GREATEST"),
    ("GREATEST(a, 1) > 1", 1, "GREATEST"),
    ("GREATEST(a, b) > 1", 1, "GREATEST"),
    ("GREATEST(a, 0, 0) > 1", 1, "GREATEST"),
    ("LEAST(a, 0) > 1", 1, "LEAST"),
    ("a AT TIME ZONE 'x' = 'y'", 3, ""),
    ("a > interval '1 day'", 5, ""),
    ("a\x00 > 1", 2, "看不见"),
    ("a \ud800 > 1", 3, "看不见"),
    ("a\u200b > 1", 2, "看不见"),
]


@pytest.mark.parametrize(("text", "column", "reason"), REFUSED, ids=[repr(case[0]) for case in REFUSED])
def test_what_is_not_allowed_is_refused_with_its_place_and_reason(text: str, column: int, reason: str) -> None:
    with pytest.raises(RuleTextError) as refused:
        parse(text)
    assert (refused.value.line, refused.value.column) == (1, column)
    assert reason in refused.value.reason
    assert refused.value.detail == f"第 1 行第 {column} 个字符：{refused.value.reason}"
    assert refused.value.status == 422


def test_the_place_is_told_by_line_and_column() -> None:
    with pytest.raises(RuleTextError) as refused:
        parse("lifted\n  AND spent >\n  coalesce(line, 0)")
    assert (refused.value.line, refused.value.column) == (3, 3)
    with pytest.raises(RuleTextError) as refused:
        parse("lifted AND\n  spent > 1 2")
    assert (refused.value.line, refused.value.column) == (2, 13)


def test_precedence_is_sql_s() -> None:
    root = parse("NOT a = 1 AND b OR c").root
    assert isinstance(root, Or)
    first, last = root.parts
    assert isinstance(first, And)
    assert isinstance(first.parts[0], Not)
    assert isinstance(first.parts[0].part, Compare)
    assert last == FactRef("c", 19)


def test_nodes_know_where_they_stand() -> None:
    root = parse("a >= :low AND b BETWEEN 2 AND :high AND c NOT IN ('x', 'y') AND :low < d").root
    assert isinstance(root, And)
    compare, between, without, last = root.parts
    assert compare == Compare(">=", FactRef("a", 0), ParameterRef("low", 5), 0)
    assert between == Between(FactRef("b", 14), Number(Decimal(2), 24), ParameterRef("high", 30), 14)
    assert isinstance(without, Not)
    assert isinstance(without.part, OneOf)
    assert [option.at for option in without.part.options] == [50, 55]
    assert last == Compare("<", ParameterRef("low", 64), FactRef("d", 71), 64)


def test_the_limits_are_told() -> None:
    with pytest.raises(RuleTextError, match=f"最多 {MAX_CHARACTERS} 个字符"):
        parse("a" * (MAX_CHARACTERS + 1))
    with pytest.raises(RuleTextError, match=f"最多 {MAX_WORDS} 个词"):
        parse(" AND ".join(["a"] * 200))
    with pytest.raises(RuleTextError, match=f"最多 {MAX_DEPTH} 层"):
        parse("(" * 100 + "a" + ")" * 100)
    with pytest.raises(RuleTextError, match="GREATEST 最多用 4 次"):
        parse("GREATEST(" * 5 + "a" + ", 0)" * 5 + " > 1")
    assert isinstance(parse(" AND ".join(["a"] * 150)).root, And)
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH).root == FactRef("a", MAX_DEPTH)


_PIECES = st.sampled_from(
    [
        "a",
        "b",
        ":p",
        "1",
        "0.5",
        "'x'",
        "(",
        ")",
        ",",
        "AND",
        "OR",
        "NOT",
        "=",
        "<>",
        "<",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "IN",
        "BETWEEN",
        "GREATEST(",
        "NULL",
        "IS",
        "CASE",
        "SELECT",
        "::",
        "->",
        ";",
        "--",
        "/*",
        "$1",
        ".",
        '"',
        "'",
        "`",
        "。",
        "＞",
        "\\",
        "\x00",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map(" ".join)))
def test_any_text_is_a_tree_or_a_refusal_at_a_place_in_it(text: str) -> None:
    with suppress(RuleTextError):
        parse(text)
        return
    with pytest.raises(RuleTextError) as refused:
        parse(text)
    assert 0 <= refused.value.offset <= len(text)
