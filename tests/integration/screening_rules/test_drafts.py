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
    assert problem["line"] >= 1
    assert problem["column"] >= 1


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"legal_basis": []}, "没有写明依据"),
        ({"evidence": ["lifted"]}, "用到的“监测对象类别”没有列入证据"),
        ({"departments": ["weather"]}, "部门“weather”不存在"),
        ({"risk_type": "因懒"}, "风险类型“因懒”不存在"),
    ],
)
async def test_a_draft_that_lacks_something_is_refused(ask: Ask, changed: dict[str, Any], detail: str) -> None:
    answer = await ask("POST", "/v1/rules/check", role="rule_author", json={**GOOD, **changed})
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_invalid")
    assert detail in answer.json()["detail"]


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
