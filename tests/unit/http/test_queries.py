"""A query parameter that nobody knows stops the request instead of being ignored."""

from __future__ import annotations

import httpx

from tests.unit.http.support import problem


async def test_an_unknown_parameter_is_refused_and_named(caller: httpx.AsyncClient) -> None:
    body = problem(await caller.get("/v1/things/1", params={"limit": 2, "limits": 3}), 422, "unknown_parameter")
    [error] = body["errors"]
    assert "limit" in error["message"]
    assert (await caller.get("/v1/things/1", params={"limit": 2})).status_code == 200


async def test_who_may_not_call_learns_nothing_of_parameters(caller: httpx.AsyncClient) -> None:
    caller.headers.pop("authorization")
    assert (await caller.get("/v1/things/1", params={"x": 1})).status_code == 401
