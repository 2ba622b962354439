"""A local value is proposed by one person and approved by another; what is no value is refused with its reason."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.integration.screening_rules.conftest import Ask

BANNER = "150622000000"
STANDARD: dict[str, Any] = {
    "division_code": BANNER,
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "value": "9000.00",
    "unit": "元",
    "document": "准格尔旗2026年农村牧区低保标准",
}


async def proposed(ask: Ask, name: str = "allowance_standard", sub: str = "author", **changed: Any) -> httpx.Response:
    return await ask("PUT", f"/v1/parameters/{name}", role="rule_author", sub=sub, json={**STANDARD, **changed})


async def decided(
    ask: Ask, of: httpx.Response, what: str = "approval", sub: str = "approver", role: str = "rule_approver"
) -> httpx.Response:
    path = f"/v1/parameters/proposals/{of.json()['proposal_id']}/{what}"
    return await ask("POST", path, role=role, sub=sub, json={}, headers={"If-Match": of.headers["ETag"]})


async def in_force(ask: Ask, name: str, division: str = BANNER, **query: str) -> tuple[Any, Any]:
    body = (await ask("GET", "/v1/parameters", params={"division": division, **query})).json()
    return next(((p["value"], p["status"]) for p in body["items"] if p["name"] == name), (None, None))


async def test_one_proposes_another_approves_and_the_value_holds_there_only(ask: Ask) -> None:
    new = await proposed(ask)
    assert new.status_code == 201
    assert new.headers["Location"] == f"/v1/parameters/proposals/{new.json()['proposal_id']}"
    assert (new.json()["state"], new.json()["proposed_by"], new.json()["value"]) == ("proposed", "author", "9000.00")
    assert await in_force(ask, "allowance_standard") == ("6720.00", "demo")
    done = await decided(ask, new)
    assert done.status_code == 200
    assert (done.json()["state"], done.json()["decided_by"], done.json()["version"]) == ("approved", "approver", 1)
    assert await in_force(ask, "allowance_standard") == ("9000.00", "adopted")
    assert await in_force(ask, "allowance_standard", "150623000000") == ("6720.00", "demo")
    assert await in_force(ask, "allowance_standard", as_of="2025-12-31") == ("6720.00", "demo")
    assert await in_force(ask, "allowance_standard", known_at="2026-11-01") == ("6720.00", "demo")


async def test_nobody_approves_their_own(ask: Ask) -> None:
    new = await proposed(ask, sub="one")
    for what in ("approval", "rejection"):
        answer = await decided(ask, new, what, sub="one", role="developer")
        assert (answer.status_code, answer.json()["code"]) == (409, "proposal_state")
        assert answer.json()["detail"] == "起草人不能审定自己的起草，请另一人审定。"
    assert (await decided(ask, new, sub="other", role="developer")).status_code == 200


async def test_a_decision_is_made_once(ask: Ask) -> None:
    new = await proposed(ask)
    sent_back = await decided(ask, new, "rejection")
    assert sent_back.json()["state"] == "rejected"
    again = await decided(ask, sent_back)
    assert (again.status_code, again.json()["state"]) == (409, "rejected")
    assert again.json()["detail"] == "这份起草已退回（approver），不能再审定。"
    assert await in_force(ask, "allowance_standard") == ("6720.00", "demo")


async def test_what_was_not_read_is_not_approved(ask: Ask) -> None:
    new = await proposed(ask)
    place = f"/v1/parameters/proposals/{new.json()['proposal_id']}"
    unread = await ask("POST", f"{place}/approval", role="rule_approver", json={})
    assert unread.status_code == 428
    rewritten = await ask(
        "PUT",
        "/v1/parameters/allowance_standard",
        role="rule_author",
        sub="author",
        json={**STANDARD, "value": "9500.00"},
        headers={"If-Match": new.headers["ETag"]},
    )
    assert (rewritten.status_code, rewritten.json()["value"]) == (200, "9500.00")
    assert rewritten.json()["proposal_id"] == new.json()["proposal_id"]
    assert (await decided(ask, new)).status_code == 412
    read = await ask("GET", place, role="rule_approver")
    assert (await decided(ask, read)).status_code == 200
    assert await in_force(ask, "allowance_standard") == ("9500.00", "adopted")


async def test_an_open_proposal_is_its_author_s(ask: Ask) -> None:
    new = await proposed(ask)
    same = await proposed(ask)
    assert (same.status_code, same.json()["proposal_id"]) == (200, new.json()["proposal_id"])
    assert (await proposed(ask, value="9500.00")).status_code == 428
    other = await proposed(ask, sub="another", value="9500.00")
    assert (other.status_code, other.json()["proposal_id"]) == (409, new.json()["proposal_id"])
    listed = (await ask("GET", "/v1/parameters/proposals", params={"state": "proposed"})).json()["items"]
    assert [one["value"] for one in listed] == ["9000.00"]


async def test_a_correction_is_a_new_version_and_the_old_one_stays_known(ask: Ask) -> None:
    await decided(ask, await proposed(ask))
    corrected = await decided(ask, await proposed(ask, value="9100.00"))
    assert corrected.json()["version"] == 2
    assert await in_force(ask, "allowance_standard") == ("9100.00", "adopted")


WRONG = [
    ("medical_line_low", {"unit": "万元"}, "/unit", "“因病监测线（低收入人口）”的单位是元，不是万元"),
    ("medical_line_low", {"unit": ""}, "/unit", "“因病监测线（低收入人口）”的单位是元，不是空"),
    ("drop_share", {"unit": "", "value": "30"}, "/value", "“收入骤减比例”是几分之几，三成写 0.3"),
    ("drop_share", {"unit": "%", "value": "0.3"}, "/unit", "“收入骤减比例”的单位是空（几分之几），不是%"),
    ("rigid_share_pct", {"unit": "%", "value": "101"}, "/value", "不能超过 100"),
    ("multi_disabled", {"unit": "人", "value": "2.5"}, "/value", "“一户多残人数”应为整数"),
    ("medical_line_general", {"value": "0"}, "/value", "不能为 0 元：那样每一户都会达到，分不出有风险的户"),
    ("medical_line_low", {"value": "0.00"}, "/value", "不能为 0 元"),
    ("drop_share", {"unit": "", "value": "0"}, "/value", "“收入骤减比例”不能为 0：那样每一户都会达到"),
    ("rigid_share_pct", {"unit": "%", "value": "0"}, "/value", "不能为 0 %"),
    ("multi_disabled", {"unit": "人", "value": "0"}, "/value", "不能为 0 人"),
    *(
        ("medical_line_low", {"value": value}, "/value", "应为不带正负号、单位和分隔符的数")
        for value in ("1e4", "-1", "", " ", "NaN", "Infinity", "10,000", "1_000", "１０", "10000元", "1.1234567")
    ),
    ("medical_line_low", {"document": " "}, "/document", "不能为空白"),
    ("medical_line_low", {"document": "a\nb"}, "/document", "应写在一行之内"),
    ("medical_line_low", {"division_code": "150622"}, "/division_code", "应为 12 位数字"),
    ("medical_line_low", {"value": "10000.001"}, "/value", "最多两位小数"),
    ("medical_line_low", {"value": "100000000.01"}, "/value", "不能超过 100000000.00"),
    ("medical_line_low", {"valid_to": "2025-12-31"}, "/valid_to", "截止日期不能早于生效日期"),
    ("medical_line_low", {"valid_from": "2030-01-01", "valid_to": None}, "/valid_from", "最多比今天晚两年"),
    ("medical_line_low", {"valid_from": "1999-01-01"}, "/valid_from", "不能早于 2021-01-01"),
    ("monitoring_line", {"valid_to": None}, "/valid_to", "逐年公布，有效期应在同一年之内"),
    ("monitoring_line", {"valid_to": "2027-01-01"}, "/valid_to", "逐年公布，有效期应在同一年之内"),
]


@pytest.mark.parametrize(("name", "changed", "pointer", "message"), WRONG)
async def test_what_is_no_value_is_refused_with_its_reason(
    ask: Ask, name: str, changed: dict[str, Any], pointer: str, message: str
) -> None:
    answer = await proposed(ask, name, **changed)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "parameter_invalid")
    assert [(error["pointer"], message in error["message"]) for error in problem["errors"]] == [(pointer, True)]


async def test_everything_that_is_wrong_is_named_at_once(ask: Ask) -> None:
    answer = await proposed(ask, "monitoring_line", unit="万元", value="0.005", valid_to=None)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/unit", "/value", "/valid_to"]


async def test_a_value_that_cannot_be_read_hides_nothing_else(ask: Ask) -> None:
    answer = await proposed(
        ask,
        "medical_line_general",
        value="十万",
        unit="万元",
        document=" ",
        division_code="150699000000",
        valid_from="2030-01-01",
        valid_to="2029-01-01",
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "parameter_invalid")
    assert [error["pointer"] for error in problem["errors"]] == [
        "/unit",
        "/value",
        "/valid_from",
        "/valid_to",
        "/document",
        "/division_code",
    ]


async def test_days_and_months_may_be_none(ask: Ask) -> None:
    assert (await proposed(ask, "measure_days", unit="天", value="0")).status_code == 201
    assert (await proposed(ask, "stable_months", unit="月", value="0")).status_code == 201


async def test_unknown_names_places_and_shapes(ask: Ask) -> None:
    unknown = await proposed(ask, "poverty_line")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_parameter_name")
    nowhere = await proposed(ask, division_code="150699000000")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "division_not_found")
    assert (await proposed(ask, value="1e4")).status_code == 422
    assert (await proposed(ask, value="-1")).status_code == 422
    assert (await proposed(ask, document=" ")).status_code == 422
    assert (await proposed(ask, currency="CNY")).status_code == 422
    assert (await ask("GET", "/v1/parameters/proposals", params={"name": "poverty_line"})).status_code == 404
    nothing = "01a210b5-dd5b-7ceb-86fc-2b9056a3e76b"
    assert (await ask("GET", f"/v1/parameters/proposals/{nothing}")).status_code == 404


async def test_a_region_s_standard_holds_in_every_banner(ask: Ask) -> None:
    line = await proposed(
        ask, "monitoring_line", division_code="150000000000", value="8600.00", document="自治区2026年监测范围"
    )
    assert (await decided(ask, line)).status_code == 200
    assert await in_force(ask, "monitoring_line") == ("8600.00", "adopted")
    assert await in_force(ask, "monitoring_line", as_of="2025-06-30") == ("8300.00", "demo")


async def test_who_may_what(ask: Ask) -> None:
    by_approver = await ask("PUT", "/v1/parameters/allowance_standard", role="rule_approver", json=STANDARD)
    assert by_approver.status_code == 403
    new = await proposed(ask)
    assert (await decided(ask, new, role="rule_author", sub="another")).status_code == 403
    reading = await ask("GET", "/v1/parameters/proposals", role="banner_officer", in_division=BANNER)
    assert reading.status_code == 200
