"""A clue's page: why in words, what it stands on, and the one form for all of a household's warnings."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from services.screening.outcomes.domain import NOTE_LENGTH, REASONS
from tests.integration.screening.conftest import TODAY, World
from tests.integration.workbench.conftest import Visitor

PAGE = "/clues/H1"


@pytest.fixture
async def clue(world: World, visitor: Visitor) -> Visitor:
    """H1 has a medical warning and one of its house."""
    await world.take(world.household(), world.settlement("12000"), world.appraisal("D"))
    return visitor


def seen(html: str) -> str:
    """The tag of the warnings that the form was made for."""
    found = re.search(r'name="seen" value="([^"]*)"', html)
    assert found
    return found[1].replace("&#34;", '"')


async def outcome(visitor: Visitor, **fields: str) -> tuple[int, str]:
    """Fill in the form as it stands on the page; (status, where to or what is said)."""
    tag = seen(await visitor.see(PAGE))
    answer = await visitor.send(PAGE, act="outcome", seen=tag, **fields)
    said = re.search(r'role="alert"[^>]*>([^<]*)<', answer.text)
    return answer.status_code, answer.headers.get("location") or (said[1] if said else answer.text)


async def test_why_is_told_in_words_with_everything_it_stands_on(clue: Visitor) -> None:
    page = await clue.read(PAGE)
    assert "脱贫户（2019 年脱贫） · 成员 1 人（户主）" in page
    for told in (
        "符合条件：是脱贫户；近12个月家庭合规自付医疗费用 12,000.00 元，达到因病监测线（低收入人口）10,000.00 元。",
        "无法判断 监测对象（未消除风险） （有数据没有到，不能认定）",
        "12,000.00 元 齐全",
        "演示",
        "医疗费用结算",
        "S1",
        "住房安全鉴定",
        "D 级",
        "判定时的数据新旧",
    ):
        assert told in page, told
    assert "《鄂尔多斯市“十四五”巩固拓展脱贫攻坚成果同乡村振兴有效衔接规划》" in page
    assert "12000.00" not in page
    assert not re.search("成立|：否", page), "how things are, not whether a leaf of a tree holds"
    for code in ("open", "high", "medical-insurance", "self_paid", "hit", "None", "True", "health、"):
        assert code not in page, code


async def test_a_verdict_is_taken_for_all_warnings_and_remembered(clue: Visitor, world: World) -> None:
    status, where = await outcome(clue, outcome="not_confirmed", reason="already_helped", note=" 上月已享受救助 ")
    assert (status, where) == (303, "/?division=150625100000&done=H1")
    assert "户 H1 的核实结果已记录" in await clue.read(where)
    standing = await world.standing()
    assert {one.warning.state for one in standing.values()} == {"not_confirmed"}
    assert "没有待核实的预警" in await clue.read(PAGE, 404)


async def test_taken_up_it_stays_on_the_list_and_the_page_says_who(clue: Visitor) -> None:
    assert (await outcome(clue, outcome="verifying"))[0] == 303
    assert "核实中" in await clue.read("/")
    page = await clue.read(PAGE)
    assert "办理记录" in page
    assert "developer" in page


async def test_what_is_taken_up_already_is_not_said_to_be_saved_again(clue: Visitor) -> None:
    assert (await outcome(clue, outcome="verifying"))[0] == 303
    status, said = await outcome(clue, outcome="verifying")
    assert status == 422
    assert "登记为“核实中”，请直接登记属实或不属实" in said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请选择核实结果"),
        ({"outcome": "perhaps"}, "请选择核实结果"),
        ({"outcome": "not_confirmed"}, "须选择原因"),
        ({"outcome": "not_confirmed", "reason": "none"}, "须选择原因"),
        ({"outcome": "not_confirmed", "reason": "other", "note": "  "}, "须在说明中写明"),
        ({"outcome": "confirmed", "note": "字" * (NOTE_LENGTH + 1)}, f"不超过 {NOTE_LENGTH} 字"),
    ],
)
async def test_a_slip_is_shown_and_nothing_typed_is_lost(
    clue: Visitor, world: World, fields: dict[str, str], said: str
) -> None:
    answer = await clue.send(PAGE, act="outcome", seen=seen(await clue.see(PAGE)), **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert fields.get("note", "").strip() in answer.text
    assert {one.warning.state for one in (await world.standing()).values()} == {"open"}


async def test_what_is_so_already_is_told_and_not_taken_for_done(clue: Visitor) -> None:
    assert (await outcome(clue, outcome="verifying"))[0] == 303
    status, said = await outcome(clue, outcome="verifying")
    assert status == 422
    assert "没有保存" in said
    assert "核实中" in said


async def test_a_reason_left_in_the_list_counts_only_for_not_confirmed(clue: Visitor, world: World) -> None:
    assert (await outcome(clue, outcome="confirmed", reason=next(iter(REASONS))))[0] == 303
    assert {one.warning.state for one in (await world.standing()).values()} == {"confirmed"}


async def test_a_warning_that_came_in_between_is_not_closed_unseen(clue: Visitor, world: World) -> None:
    tag = seen(await clue.see(PAGE))
    await world.take(world.settlement("15000"))
    answer = await clue.send(PAGE, act="outcome", seen=tag, outcome="confirmed")
    assert answer.status_code == 422
    assert "有变化" in answer.text
    assert {one.warning.state for one in (await world.standing()).values()} == {"open"}


async def test_one_warning_is_put_off_and_taken_back(clue: Visitor, world: World) -> None:
    warning = (await world.standing())["H1", "M01"].warning
    until = TODAY + timedelta(days=10)
    ask = {"warning": str(warning.warning_id), "until": until.isoformat(), "reason": "户主住院，出院后入户"}
    assert (await clue.send(PAGE, act="snooze", **ask)).headers["location"] == PAGE
    page = await clue.read(PAGE)
    assert f"暂缓至 {until}" in page
    assert "户主住院" in page
    assert (await clue.send(PAGE, act="unsnooze", warning=str(warning.warning_id))).status_code == 303
    assert (await world.standing())["H1", "M01"].warning.snoozed_until is None


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        ("", "等", "请选择暂缓到哪一天"),
        ("soon", "等", "请选择暂缓到哪一天"),
        (TODAY.isoformat(), "等", "须晚于今天"),
        ("2026-11-25", " ", "须写明暂缓的原因"),
    ],
)
async def test_what_cannot_be_put_off_says_why(clue: Visitor, world: World, until: str, reason: str, said: str) -> None:
    warning = (await world.standing())["H1", "M01"].warning
    answer = await clue.send(PAGE, act="snooze", warning=str(warning.warning_id), until=until, reason=reason)
    assert answer.status_code == 422
    assert said in answer.text


async def test_another_households_warning_is_not_put_off_from_here(clue: Visitor, world: World) -> None:
    other = f"p1.{'Z' * 26}"
    await world.take(world.household("H2", other), world.settlement("13000", "S2", who=other))
    warning = (await world.standing())["H2", "M01"].warning
    ask = {"warning": str(warning.warning_id), "until": "2026-11-25", "reason": "等"}
    assert (await clue.send(PAGE, act="snooze", **ask)).status_code == 422
    assert (await clue.send(PAGE, act="snooze", **{**ask, "warning": "x"})).status_code == 422
    assert (await world.standing())["H2", "M01"].warning.snoozed_until is None


async def test_who_may_only_read_is_shown_no_form_and_cannot_send_one(clue: Visitor, world: World) -> None:
    clue.become("downstream", division="150625000000")
    page = await clue.see(PAGE)
    assert '<form method="post" action="/clues' not in page
    assert (await clue.send(PAGE, act="outcome", outcome="confirmed")).status_code == 403
    assert {one.warning.state for one in (await world.standing()).values()} == {"open"}


async def test_a_form_from_another_site_does_nothing(clue: Visitor, world: World) -> None:
    fields = {"act": "outcome", "outcome": "confirmed", "seen": seen(await clue.see(PAGE))}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
    ):
        assert (await clue.client.post(PAGE, data=fields, headers=headers)).status_code == 403
    clue.client.cookies.clear()
    assert (await clue.client.post(PAGE, data=fields)).headers["location"] == "/sign-in?next=/clues/H1"
    assert {one.warning.state for one in (await world.standing()).values()} == {"open"}


async def test_a_rule_for_others_says_that_the_household_is_another(world: World, visitor: Visitor) -> None:
    await world.take(world.household(lifted=False), world.settlement("32600.20"))
    page = await visitor.read(PAGE)
    assert "符合条件：不是脱贫户；近12个月家庭合规自付医疗费用 32,600.20 元，达到" in page
    assert not re.search("成立|脱贫户：否", page)


async def test_a_wrong_address_is_a_page(visitor: Visitor) -> None:
    for path in ("/nope", "/clues/H1/nope"):
        answer = await visitor.client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "没有这个地址" in answer.text
        assert 'href="/"' in answer.text
