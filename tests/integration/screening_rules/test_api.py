"""Rules and parameters over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from services.screening.rules import api, service
from services.screening.settings import Settings
from shared import clock
from shared.db import create_engine, transaction
from shared.http.app import create_app
from shared.http.issuer import NAME, DevIssuer

Get = Callable[..., Awaitable[httpx.Response]]
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture
async def app(database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[tuple[FastAPI, DevIssuer]]:
    """The room's routes on the factory, with everything seeded at the start of 2026."""
    url = database("screening")
    issuer = DevIssuer(tmp_path / "issuer", environment="development")
    settings = Settings(
        environment="development",
        database_url=SecretStr(url),
        kafka_bootstrap="127.0.0.1:1",
        jwks=str(issuer.jwks),
        issuer=NAME,
    )
    engine = create_engine(url, name="test")
    made = create_app(
        service="screening", title="测试", description="测试", routers=[api.router], settings=settings, engine=engine
    )
    (tmp_path / "clock").write_text(NOW.isoformat())
    clock.follow(tmp_path / "clock")
    async with transaction(engine) as conn:
        await service.seed(conn, demo=True, known_at=datetime(2026, 1, 1, tzinfo=UTC), demo_from=date(2024, 11, 1))
    yield made, issuer
    clock.follow(None)
    await engine.dispose()


@pytest.fixture
async def get(app: tuple[FastAPI, DevIssuer]) -> AsyncIterator[Get]:
    """`get(path, role=…, in_division=…, **query)`."""
    made, issuer = app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(made), base_url="http://screening") as client:

        async def ask(
            path: str, role: str = "developer", in_division: str | None = None, **query: Any
        ) -> httpx.Response:
            headers = {"Authorization": f"Bearer {issuer.sign(role, division=in_division)}"}
            return await client.get(path, params=query, headers=headers)

        yield ask


async def test_the_live_rules_in_the_language_and_in_words(get: Get) -> None:
    answer = await get("/v1/rules")
    assert answer.status_code == 200
    body = answer.json()
    assert body["next"] is None
    assert [rule["code"] for rule in body["items"]] == ["H01", "I01", "M01", "M02"]
    m01 = body["items"][2]
    assert m01["condition"] == "self_paid_in_catalogue_12m_sum >= :medical_line_low"
    assert m01["condition_words"] == "近12个月家庭合规自付医疗费用 ≥ 因病监测线（低收入人口）"
    assert m01["legal_basis"][1]["article"] == "专栏2"
    assert (m01["valid_from"], m01["known_at"]) == ("2021-01-01", "2026-01-01T00:00:00Z")


async def test_what_was_in_force_and_known_then(get: Get) -> None:
    assert (await get("/v1/rules", as_of="2020-12-31")).json()["items"] == []
    assert (await get("/v1/rules", known_at="2025-12-31")).json()["items"] == []
    # A bare date is the end of that day in Shanghai, 16:00 UTC: the rules were known by then.
    assert len((await get("/v1/rules", known_at="2026-01-01")).json()["items"]) == 4
    assert len((await get("/v1/rules", known_at="2026-11-24")).json()["items"]) == 4
    assert len((await get("/v1/rules", known_at="2026-01-01T08:00:00+08:00")).json()["items"]) == 4


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
    assert [(p["name"], p["value"], p["unit"], p["status"]) for p in body["items"]] == [
        ("medical_line_general", "26000.00", "元", "demo"),
        ("medical_line_low", "10000.00", "元", "demo"),
        ("monitoring_line", "8300.00", "元", "adopted"),
    ]
    assert [(p["name"], p["rules"]) for p in body["missing"]] == [("monitoring_line", [])]
    assert (await get("/v1/parameters", as_of="2024-11-30")).json()["missing"] == []
    only = (await get("/v1/parameters", as_of="2026-11-24")).json()
    assert [p["name"] for p in only["items"]] == ["medical_line_general", "medical_line_low"]


async def test_the_parameters_in_force_for_a_division(get: Get) -> None:
    body = (await get("/v1/parameters", division="150622", as_of="2026-11-24")).json()
    assert [p["name"] for p in body["items"]] == ["medical_line_general", "medical_line_low"]
    assert body["missing"] == [
        {
            "name": "monitoring_line",
            "title": "防止返贫监测线",
            "rules": [],
            "consequence": "目前没有生效的规则用到它",
        }
    ]
    then = (await get("/v1/parameters", division="150622000000", as_of="2024-11-30")).json()
    assert then["missing"] == []


async def test_a_division_out_of_scope_is_not_there(get: Get) -> None:
    own = {"role": "banner_officer", "in_division": "150622000000"}
    assert (await get("/v1/parameters", **own)).status_code == 200
    assert (await get("/v1/parameters", division="150622000000", **own)).status_code == 200
    for division in ("150623000000", "150600000000", "150699000000"):
        answer = await get("/v1/parameters", division=division, **own)
        assert (answer.status_code, answer.json()["code"]) == (404, "division_not_found")
