"""The page shell: signing in, what a page needs, and what a person sees when something is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from shared.errors import NotFoundError
from shared.http.issuer import DevIssuer
from shared.http.pages import COOKIE, OPENED_BY, TITLES, Pages, Visit, visit
from shared.http.permissions import Principal
from tests.support.apps import app_of
from tests.unit.http.support import api, client, settings

TEMPLATE = (
    '{% extends "base.html" %}{% block title %}东西{% endblock %}{% block main %}<p>{{ thing }}</p>{% endblock %}'
)


@pytest.fixture
def rooms(tmp_path: Path) -> APIRouter:
    (tmp_path / "thing.html").write_text(TEMPLATE, "utf-8")
    made, router = Pages(tmp_path), APIRouter(include_in_schema=False)

    @router.get("/", response_class=HTMLResponse)
    async def page(request: Request, principal: Annotated[Principal, visit("assets:read")]) -> HTMLResponse:
        return made.answer(request, "thing.html", principal, thing="<b>羊</b>")

    @router.get("/gone", response_class=HTMLResponse)
    async def gone(principal: Annotated[Principal, visit("assets:read")]) -> HTMLResponse:
        raise NotFoundError("没有这件东西。")

    @router.post("/", response_class=HTMLResponse)
    async def change(principal: Annotated[Principal, visit("assets:read")]) -> HTMLResponse:
        return HTMLResponse("changed")

    return router


async def test_who_is_not_signed_in_signs_in_and_comes_back(issuer: DevIssuer, rooms: APIRouter) -> None:
    async with client(api(issuer, rooms)) as browser:
        sent = await browser.get("/")
        assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/")
        form = {"token": issuer.sign("developer"), "next": "/"}
        done = await browser.post("/sign-in", data=form)
        assert (done.status_code, done.headers["location"]) == (303, "/")
        cookie = done.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        page = await browser.get("/")
        assert page.status_code == 200
        assert "&lt;b&gt;羊" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        await browser.post("/sign-out")
        assert (await browser.get("/")).status_code == 303


@pytest.mark.parametrize("token", ["", "不是令牌", "a.b.c"])
async def test_a_wrong_token_is_refused_in_words(issuer: DevIssuer, rooms: APIRouter, token: str) -> None:
    async with client(api(issuer, rooms)) as browser:
        answer = await browser.post("/sign-in", data={"token": token})
        assert answer.status_code == 401
        assert 'role="alert"' in answer.text
        assert COOKIE not in browser.cookies


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_signing_in_never_leads_to_another_host(issuer: DevIssuer, rooms: APIRouter, elsewhere: str) -> None:
    async with client(api(issuer, rooms)) as browser:
        done = await browser.post("/sign-in", data={"token": issuer.sign("developer"), "next": elsewhere})
        assert done.headers["location"] == "/"


async def test_a_refusal_is_a_page_for_a_person(issuer: DevIssuer, rooms: APIRouter) -> None:
    async with client(api(issuer, rooms)) as browser:
        browser.cookies.set(COOKIE, issuer.sign("department", department="health"))
        page = await browser.get("/")
        assert (page.status_code, page.headers["content-type"]) == (403, "text/html; charset=utf-8")
        browser.cookies.set(COOKIE, issuer.sign("developer"))
        page = await browser.get("/gone")
        assert page.status_code == 404
        assert "没有这件东西" in page.text


async def test_another_site_cannot_use_the_cookie(issuer: DevIssuer, rooms: APIRouter) -> None:
    async with client(api(issuer, rooms)) as browser:
        browser.cookies.set(COOKIE, issuer.sign("developer"))
        assert (await browser.post("/", headers={"sec-fetch-site": "cross-site"})).status_code == 403
        assert (await browser.post("/", headers={"sec-fetch-site": "same-origin"})).status_code == 200


async def test_the_cookie_opens_no_api_route(issuer: DevIssuer) -> None:
    async with client(api(issuer)) as browser:
        browser.cookies.set(COOKIE, issuer.sign("developer"))
        assert (await browser.get("/v1/things")).status_code == 401


async def test_without_word_of_the_site_the_origin_decides(issuer: DevIssuer, rooms: APIRouter) -> None:
    async with client(api(issuer, rooms)) as browser:
        browser.cookies.set(COOKIE, issuer.sign("developer"))
        own = str(browser.base_url).rstrip("/")
        assert (await browser.post("/", headers={"origin": own})).status_code == 200
        assert (await browser.post("/", headers={"origin": f"{own}:8001"})).status_code == 403
        assert (await browser.post("/", headers={"origin": "null"})).status_code == 403


async def test_signing_in_leads_back_to_what_was_asked_for(issuer: DevIssuer, rooms: APIRouter) -> None:
    async with client(api(issuer, rooms)) as browser:
        sent = await browser.get("/?place=1506&a=1")
        assert sent.headers["location"] == "/sign-in?next=/%3Fplace%3D1506%26a%3D1"


async def test_the_header_leads_nobody_to_a_page_they_may_not_open(issuer: DevIssuer, rooms: APIRouter) -> None:
    app = api(issuer, rooms)
    app.state.settings = settings(issuer, pages={service: f"http://127.0.0.1:1/{service}" for service in TITLES})
    async with client(app) as browser:
        for role, seen in (
            ("asset_clerk", ["资产台账"]),
            ("banner_officer", ["数据到位", "预警工作台", "指标看板", "资产台账"]),
        ):
            browser.cookies.set(COOKIE, issuer.sign(role, division="150602000000"))
            page = (await browser.get("/")).text
            assert [title for title in TITLES.values() if f">{title}</a>" in page] == seen
        browser.cookies.clear()
        nobody = (await browser.get("/sign-in")).text
        assert all(f">{title}</a>" in nobody for title in TITLES.values())


@pytest.mark.parametrize("service", TITLES)
def test_the_header_knows_what_each_page_asks(service: str, tmp_path: Path) -> None:
    [home] = [route for route in app_of(service, tmp_path).routes if getattr(route, "path", None) == "/"]
    assert isinstance(home, APIRoute)
    asked = [part.call.permission for part in home.dependant.dependencies if isinstance(part.call, Visit)]
    assert asked == [OPENED_BY[service]]
