"""A wrong address is a page for whoever typed it into a browser, a problem document for a program."""

from __future__ import annotations

import httpx
import pytest

from tests.unit.http.support import problem

BROWSERS = {
    "Chromium": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Firefox": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "a plain one": "TEXT/HTML",
}
PROGRAMS = {
    "curl": "*/*",
    "nothing said": "",
    "JSON first": "text/html;q=0.5, application/json",
    "either": "text/html, application/json",
    "anything of these, no page": "text/html;q=0, */*;q=0.1",
    "nonsense": "text/html;q=x, ;;,=",
}


@pytest.mark.parametrize("accept", BROWSERS.values(), ids=BROWSERS)
async def test_a_browser_is_shown_a_page(caller: httpx.AsyncClient, accept: str) -> None:
    answer = await caller.get("/nope", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "没有这个地址" in answer.text
    assert 'role="alert"' in answer.text
    assert "urn:" not in answer.text


@pytest.mark.parametrize("accept", PROGRAMS.values(), ids=PROGRAMS)
async def test_a_program_is_given_a_problem(caller: httpx.AsyncClient, accept: str) -> None:
    problem(await caller.get("/nope", headers={"accept": accept}), 404, "not_found")


async def test_below_v1_it_is_a_problem_whoever_asks(caller: httpx.AsyncClient) -> None:
    """Old Java asks for text/html before all else, whatever it wants."""
    old_java = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
    problem(await caller.get("/v1/nope", headers={"accept": old_java}), 404, "not_found")


async def test_a_page_that_only_takes_forms_says_so_on_a_page(caller: httpx.AsyncClient) -> None:
    answer = await caller.get("/sign-out", headers={"accept": BROWSERS["Firefox"]})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "此地址只支持 POST" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_service_without_a_page_leads_nowhere_that_is_not(caller: httpx.AsyncClient) -> None:
    answer = await caller.get("/nope", headers={"accept": BROWSERS["Firefox"]})
    assert 'href="/"' not in answer.text
    assert 'href="/docs"' in answer.text
