"""A draft is checked over HTTP: what it says and reads, or what is wrong with it and where."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.screening_rules.conftest import Ask

GOOD: dict[str, Any] = {
    "title": "草稿",
    "severity": "normal",
    "population": "lifted OR monitored_kind = 'sudden'",
    "condition": "stable_employed_members = 0 AND income_per_capita < 1.5 * :allowance_standard",
    "legal_basis": [{"document": "测试文件", "article": "第一条", "quote": "测试"}],
}


async def test_a_good_draft_is_said_in_words_with_what_it_reads(ask: Ask) -> None:
    answer = await ask("POST", "/v1/rules/check", role="rule_author", json=GOOD)
    assert answer.status_code == 200
    body = answer.json()
    assert body["population_words"] == "脱贫户或监测对象类别是“突发严重困难户”"
    assert body["condition_words"] == "稳定就业成员数为零，且家庭人均纯收入低于 1.5 × 农村牧区低保标准"
    assert [fact["name"] for fact in body["facts"]] == [
        "lifted",
        "monitored_kind",
        "stable_employed_members",
        "income_per_capita",
    ]
    assert body["facts"][3]["silence"] == "latest"
    assert [it["name"] for it in body["parameters"]] == ["allowance_standard"]
    assert [it["name"] for it in body["parameters_of_facts"]] == ["stable_months"]


@pytest.mark.parametrize(
    ("changed", "pointer", "detail"),
    [
        ({"condition": "lifted AND"}, "/condition", "条件第 1 行第 8 个字符：此处写法不完整或有多余的内容"),
        ({"population": "net_12m > members"}, "/population", "适用对象第 1 行第 11 个字符：金额不能与数量（人）比较"),
        ({"condition": "lifter"}, "/condition", "没有名为“lifter”的户情指标，是不是“lifted”？"),
        ({"condition": "COALESCE(net_12m, 0) > :monitoring_line"}, "/condition", "条件第 1 行第 1 个字符："),
        ({"condition": "net_12m IS NULL"}, "/condition", "条件第 1 行第"),
        ({"condition": "lifted\nAND house_damage_90d >= 9"}, "/condition", "条件第 2 行第 25 个字符："),
    ],
)
async def test_a_wrong_text_is_refused_with_its_place(
    ask: Ask, changed: dict[str, Any], pointer: str, detail: str
) -> None:
    answer = await ask("POST", "/v1/rules/check", role="rule_author", json={**GOOD, **changed})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "rule_text_invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert detail in problem["detail"]
    (place,) = problem["errors"]
    assert f"第 {place['line']} 行第 {place['column']} 个字符" in problem["detail"]
    assert (problem["line"], problem["column"]) == (place["line"], place["column"])


@pytest.mark.parametrize(
    ("changed", "pointers", "message"),
    [
        ({"legal_basis": []}, ["/legal_basis"], "没有写明依据，不能发布"),
        ({"title": " "}, ["/title"], "名称不能为空白"),
        (
            {"legal_basis": [*GOOD["legal_basis"], {"document": "", "article": "\u3000", "quote": "\u200b"}]},
            ["/legal_basis/1/document", "/legal_basis/1/article", "/legal_basis/1/quote"],
            "第 2 条依据的文件不能为空白",
        ),
        (
            {"evidence": ["lifted"]},
            ["/evidence"] * 3,
            "用到的“监测对象类别”没有列入证据",
        ),
        ({"evidence": None, "departments": ["weather"]}, ["/departments/0"], "要告知的部门“weather”不存在"),
        ({"measures_expected": ["health", "prayer"]}, ["/measures_expected/1"], "帮扶措施“prayer”不存在"),
        ({"risk_type": "因懒"}, ["/risk_type"], "风险类型“因懒”不存在"),
    ],
)
async def test_a_draft_that_lacks_something_is_refused(
    ask: Ask, changed: dict[str, Any], pointers: list[str], message: str
) -> None:
    answer = await ask("POST", "/v1/rules/check", role="rule_author", json={**GOOD, **changed})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "rule_invalid")
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert problem["errors"][0]["message"] == message
    assert message in problem["detail"]


async def test_everything_wrong_with_a_draft_is_told_at_once(ask: Ask) -> None:
    wrong = {
        "title": "草稿",
        "severity": "normal",
        "population": "lifter",
        "condition": "members / 0 > 1\nOR members BETWEEN 3 AND 1",
        "departments": ["weather"],
        "legal_basis": [{"document": " ", "article": " ", "quote": " "}],
    }
    answer = await ask("POST", "/v1/rules/check", role="rule_author", json=wrong)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "rule_text_invalid")
    assert [(e["pointer"], e.get("line"), e.get("column")) for e in problem["errors"]] == [
        ("/population", 1, 1),
        ("/condition", 1, 11),
        ("/condition", 2, 20),
        ("/legal_basis/0/document", None, None),
        ("/legal_basis/0/article", None, None),
        ("/legal_basis/0/quote", None, None),
        ("/departments/0", None, None),
    ]
    assert problem["detail"].startswith(
        "适用对象第 1 行第 1 个字符：没有名为“lifter”的户情指标，是不是“lifted”？；"
        "条件第 1 行第 11 个字符：除数为零，永远算不出结果；"
    )


async def test_only_who_writes_rules_checks_drafts(ask: Ask) -> None:
    assert (await ask("POST", "/v1/rules/check", role="rule_approver", json=GOOD)).status_code == 200
    answer = await ask("POST", "/v1/rules/check", role="banner_officer", in_division="150622000000", json=GOOD)
    assert answer.status_code == 403


async def test_one_version_of_a_rule(ask: Ask) -> None:
    body = (await ask("GET", "/v1/rules/A01/versions/1")).json()
    assert (body["code"], body["version"], body["condition_words"]) == (
        "A01",
        1,
        "近180天劳动力死亡、失踪或致残人数大于零",
    )
    assert body["risk_by"] == {"fact": "labour_casualty_cause", "risks": {"natural_disaster": "因自然灾害"}}
    missing = await ask("GET", "/v1/rules/A01/versions/2")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_rule")
    assert missing.json()["detail"] == "没有编号为“A01”的规则，或者它没有第 2 版。"
    assert (await ask("GET", "/v1/rules/A01/versions/0")).status_code == 422
