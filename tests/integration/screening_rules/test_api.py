"""Rules and parameters over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest

from services.screening.parameters.shipped import definitions
from services.screening.rules import shipped
from tests.integration.screening_rules.conftest import NOW, Ask

Get = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def get(ask: Ask) -> Get:
    """`get(path, role=…, in_division=…, **query)`."""
    return lambda path, role="developer", in_division=None, **query: ask(
        "GET", path, role=role, in_division=in_division, params=query
    )


async def test_the_live_rules_in_the_language_and_in_words(get: Get) -> None:
    answer = await get("/v1/rules")
    assert answer.status_code == 200
    body = answer.json()
    assert body["next"] is None
    assert [rule["code"] for rule in body["items"]] == [rule.code for rule in shipped.rules(NOW)]
    m01 = next(rule for rule in body["items"] if rule["code"] == "M01")
    assert m01["condition"] == "self_paid_in_catalogue_12m_sum >= :medical_line_low"
    assert m01["condition_words"] == "近12个月家庭合规自付医疗费用达到因病监测线（低收入人口）"
    assert m01["legal_basis"][1]["article"] == "专栏2"
    assert (m01["valid_from"], m01["known_at"]) == ("2021-01-01", "2026-01-01T00:00:00Z")


async def test_what_was_in_force_and_known_then(get: Get) -> None:
    assert (await get("/v1/rules", as_of="2020-12-31")).json()["items"] == []
    assert (await get("/v1/rules", known_at="2025-12-31")).json()["items"] == []
    # A bare date is the end of that day in Shanghai, 16:00 UTC: the rules were known by then.
    assert len((await get("/v1/rules", known_at="2026-01-01")).json()["items"]) == len(shipped.rules(NOW))
    assert len((await get("/v1/rules", known_at="2026-11-24")).json()["items"]) == len(shipped.rules(NOW))
    assert len((await get("/v1/rules", known_at="2026-01-01T08:00:00+08:00")).json()["items"]) == len(
        shipped.rules(NOW)
    )


async def test_one_rule_with_its_versions(get: Get) -> None:
    body = (await get("/v1/rules/H01")).json()
    assert body["code"] == "H01"
    assert body["live"] == body["versions"][0]
    assert body["live"]["population"] is None
    assert body["live"]["population_words"] == "全部农牧户"
    assert (await get("/v1/rules/H01", as_of="2020-01-01")).json()["live"] is None


async def test_a_rule_that_is_not_there(get: Get) -> None:
    answer = await get("/v1/rules/Z99")
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_rule"
    assert (await get("/v1/rules/%00")).status_code == 400
    assert (await get("/v1/rules/drop")).status_code == 422


NONSENSE = [
    ({"as_of": "2026-11-25"}, "as_of_in_future"),
    ({"known_at": "2026-11-25"}, "as_of_in_future"),
    ({"as_of": "0001-01-01"}, "invalid"),
    ({"as_of": "9999-12-31"}, "invalid"),
    ({"known_at": "9999-12-31"}, "invalid"),
    ({"known_at": "0001-01-01T00:00:00+14:00"}, "invalid"),
    ({"known_at": "2026-02-30"}, "invalid"),
    ({"known_at": "2026-01-01T00:00:00"}, "invalid"),
    ({"as_of": "yesterday"}, "invalid"),
    ({"asof": "2026-01-01"}, "unknown_parameter"),
]


async def test_moments_that_make_no_sense(get: Get) -> None:
    for path in ("/v1/rules", "/v1/rules/M01", "/v1/parameters"):
        for query, code in NONSENSE:
            answer = await get(path, **query)
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (422, code), query
            assert all(any("一" <= character <= "鿿" for character in e["message"]) for e in problem["errors"])


async def test_all_parameters(get: Get) -> None:
    body = (await get("/v1/parameters")).json()
    assert {p["name"] for p in body["items"]} == set(definitions())
    lines = [
        (p["value"], p["unit"], p["status"], p["valid_from"]) for p in body["items"] if p["name"] == "monitoring_line"
    ]
    assert lines == [("8300.00", "元", "adopted", "2024-01-01"), ("8300.00", "元", "demo", "2025-01-01")]
    assert body["missing"] == []
    only = (await get("/v1/parameters", as_of="2026-11-24")).json()
    assert [p["status"] for p in only["items"]] == ["demo"] * len(definitions())


async def test_the_parameters_in_force_for_a_division(get: Get) -> None:
    body = (await get("/v1/parameters", division="150622", as_of="2026-11-24")).json()
    assert {p["name"]: p["value"] for p in body["items"]}["medical_line_low"] == "10000.00"
    assert body["missing"] == []
    then = (await get("/v1/parameters", division="150622000000", as_of="2024-10-31")).json()
    missing = {one["name"]: one for one in then["missing"]}
    assert missing.keys() == set(definitions()) - {"monitoring_line"}
    assert missing["allowance_standard"]["rules"] == ["B02", "B03a", "B03b", "B04"]
    assert missing["insurance_grace_days"]["rules"] == ["I01"]
    assert missing["insurance_grace_days"]["consequence"] == (
        "I01 重点人群有成员未参加基本医疗保险：“当年未参加基本医疗保险的成员数”算不出的户一律判为“无法判断”，"
        "既不发预警，也不使已有的预警缓解"
    )


async def test_a_division_out_of_scope_is_not_there(get: Get) -> None:
    own = {"role": "banner_officer", "in_division": "150622000000"}
    assert (await get("/v1/parameters", **own)).status_code == 200
    assert (await get("/v1/parameters", division="150622000000", **own)).status_code == 200
    for division in ("150623000000", "150600000000", "150699000000"):
        answer = await get("/v1/parameters", division=division, **own)
        assert (answer.status_code, answer.json()["code"]) == (404, "division_not_found")
