"""The pages that an integrator reads, and what routes may not leave out."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from shared import clock
from shared.errors import ConflictError, NotFoundError
from shared.http.answers import gaps
from shared.http.auth import allow
from shared.http.bodies import JsonBodyDep
from shared.http.issuer import DevIssuer
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.routes import facts, mistakes, undocumented
from shared.http.session import ConnectionDep
from tests.unit.http.support import Thing, api, client, problem


class TakenError(ConflictError):
    code = "taken"
    title = "已被占用"


def _router() -> APIRouter:
    router = APIRouter(prefix="/v1/x")

    @router.post("", summary="登记", responses=responses(TakenError, ConflictError, NotFoundError))
    async def create(
        principal: Annotated[Principal, allow("assets:write")], conn: ConnectionDep, thing: Thing
    ) -> Thing:
        """登记。"""
        return thing

    return router


def test_a_key_that_may_hold_slashes_is_documented_as_any_other(issuer: DevIssuer) -> None:
    router = APIRouter(prefix="/v1/x")

    @router.get("/{key:path}/values", summary="查询")
    async def get(principal: Annotated[Principal, allow("assets:read")], key: str) -> Thing:
        """查询。"""
        raise NotFoundError(key)

    app = api(issuer, router)
    assert "/v1/x/{key}/values" in app.openapi()["paths"]
    assert "/v1/x/{key}/values" in {fact.path for fact in facts(app)}


async def test_every_refusal_is_documented_as_a_problem(issuer: DevIssuer) -> None:
    app = api(issuer, _router())
    async with client(app) as anyone:
        document = (await anyone.get("/openapi.json")).json()
    operation = document["paths"]["/v1/x"]["post"]
    codes = {
        status: sorted(answer["content"]["application/problem+json"]["examples"])
        for status, answer in operation["responses"].items()
        if status >= "400"
    }
    assert codes == {
        "400": ["bad_request", "malformed_json"],
        "401": ["unauthorized"],
        "403": ["forbidden"],
        "404": ["not_found"],
        "408": ["body_timeout"],
        "409": ["conflict", "taken"],
        "413": ["body_too_large"],
        "415": ["unsupported_media_type"],
        "422": ["invalid", "unknown_parameter"],
        "429": ["too_busy"],
        "500": ["internal_error"],
        "503": ["unavailable"],
    }
    assert operation["security"] == [{"令牌": ["assets:write"]}]
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in str(document)
    assert document["openapi"].startswith("3.1")


async def test_the_pages_need_no_internet(issuer: DevIssuer) -> None:
    async with client(api(issuer, asyncapi={"asyncapi": "3.0.0"})) as anyone:
        for page in ("/docs", "/redoc"):
            html = (await anyone.get(page)).text
            links = re.findall(r"""(?:src|href)="([^"]+)""", html)
            assert links
            for link in links:
                assert link.startswith("/")
                assert (await anyone.get(link)).status_code == 200
        assert (await anyone.get("/asyncapi.json")).json() == {"asyncapi": "3.0.0"}


async def test_without_topics_there_is_no_event_document(issuer: DevIssuer) -> None:
    async with client(api(issuer)) as anyone:
        problem(await anyone.get("/asyncapi.json"), 404, "not_found")


async def test_liveness_asks_nobody_and_readiness_says_why_not(issuer: DevIssuer) -> None:
    async with client(api(issuer)) as anyone:
        assert (await anyone.get("/livez")).text == "ok"
        answer = await anyone.get("/readyz")
    problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "5"


def test_what_routes_may_not_do_is_found(issuer: DevIssuer) -> None:
    router = APIRouter(prefix="/v1/x")

    @router.get("/open")
    async def without() -> None:
        pass

    @router.get("/hasty")
    async def hasty(conn: ConnectionDep, principal: Annotated[Principal, allow("assets:read")]) -> None:
        pass

    @router.post("/twice", summary="做")
    async def twice(
        principal: Annotated[Principal, allow("assets:read")],
        again: Annotated[Principal, allow("assets:write")],
        body: dict[str, int],
    ) -> None:
        """做两次。"""

    app = api(issuer, router)
    assert mistakes(app) == [
        "GET /v1/x/open states 0 permissions instead of one",
        "GET /v1/x/hasty opens its transaction before it knows the caller",
        "POST /v1/x/twice states 2 permissions instead of one",
    ]
    assert undocumented(app) == [
        "GET /v1/x/open has no Chinese summary",
        "GET /v1/x/open has no Chinese description",
        "GET /v1/x/hasty has no Chinese summary",
        "GET /v1/x/hasty has no Chinese description",
        "POST /v1/x/twice has no example of its body",
    ]


def test_what_routes_should_do_passes(issuer: DevIssuer) -> None:
    app = api(issuer, _router(), asyncapi={})
    assert mistakes(app) == []
    assert undocumented(app) == []
    by_path = {fact.path: fact for fact in facts(app)}
    assert by_path["/v1/x"].permissions == ("assets:write",)
    assert by_path["/v1/x"].uses_database
    assert not by_path["/livez"].uses_database


class Told(BaseModel):
    """一件东西

    Further words are for programmers.
    """

    name: str


def test_answers_are_told_in_chinese_and_what_is_missing_is_found(issuer: DevIssuer) -> None:
    router = APIRouter(prefix="/v1/x")

    @router.get("/{department}/{thing}")
    async def told(
        principal: Annotated[Principal, allow("assets:read")], department: str, thing: str, as_of: date | None = None
    ) -> Told:
        return Told(name=thing)

    document = api(issuer, router).openapi()
    operation = document["paths"]["/v1/x/{department}/{thing}"]["get"]
    assert operation["responses"]["200"]["description"] == "成功：一件东西"
    day = next(parameter for parameter in operation["parameters"] if parameter["name"] == "as_of")
    assert day["example"] == clock.today().isoformat()
    assert gaps(document) == [
        "GET /v1/x/{department}/{thing}: thing has no Chinese title",
        "GET /v1/x/{department}/{thing}: as_of has no Chinese title",
        "GET /v1/x/{department}/{thing}: 200 has no example",
    ]
    assert document["paths"]["/readyz"]["get"]["responses"]["200"]["content"]["application/json"]["example"]


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/vnd.x+json"])
async def test_a_route_that_parses_for_itself_takes_json(issuer: DevIssuer, kind: str) -> None:
    router = APIRouter(prefix="/v1/raw")

    @router.post("")
    async def raw(principal: Annotated[Principal, allow("assets:read")], body: JsonBodyDep) -> int:
        return len(body)

    async with client(api(issuer, router), issuer.sign("developer")) as caller:
        answer = await caller.post("/v1/raw", content=b"[1]", headers={"content-type": kind})
        assert answer.json() == 3
        refused = await caller.post("/v1/raw", content=b"a,b", headers={"content-type": "text/csv"})
        problem(refused, 415, "unsupported_media_type")
