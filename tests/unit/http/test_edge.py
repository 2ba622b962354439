"""Limits, traces and metrics at the outermost layer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from shared.http import tracing
from shared.http.edge import Edge
from shared.http.issuer import DevIssuer
from tests.unit.http.support import api, client, problem

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def _pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 100


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_over_the_limit_is_told_the_limit(issuer: DevIssuer, declared: bool) -> None:
    app = api(issuer, body_limit=1000)
    headers = {"content-type": "application/json"}
    async with client(app, issuer.sign("developer")) as caller:
        content = b"x" * 1001 if declared else _pieces(11)
        answer = await caller.post("/v1/things", content=content, headers=headers)
    assert problem(answer, 413, "body_too_large")["limit_bytes"] == 1000


async def test_a_length_of_a_million_digits_is_a_refusal(caller: httpx.AsyncClient) -> None:
    answer = await caller.post("/v1/things", content=_pieces(1), headers={"content-length": "9" * 10_000})
    problem(answer, 413, "body_too_large")


@pytest.mark.parametrize("address", ["/v1/things/1?limit=%00", "/v1/things/a%00b"])
async def test_a_nul_in_the_address_is_a_refusal(caller: httpx.AsyncClient, address: str) -> None:
    problem(await caller.get(address), 400, "bad_request")


async def _reads(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    assert (await receive())["type"] == "http.disconnect"
    await Response(body)(scope, receive, send)


def _scope() -> Scope:
    return {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}


async def test_a_body_that_stops_coming_is_given_up() -> None:
    async def receive() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    async def send(_message: Message) -> None:
        raise AssertionError

    with pytest.raises(Exception, match="408"):
        await Edge(_reads, chunk_seconds=0.01)(_scope(), receive, send)


async def test_after_the_body_a_disconnect_is_waited_for_as_long_as_it_takes() -> None:
    sent: list[Message] = []

    async def come() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b"ab", "more_body": True}
        yield {"type": "http.request", "body": b"c", "more_body": False}
        await asyncio.sleep(0.05)
        yield {"type": "http.disconnect"}

    messages = come()

    async def send(message: Message) -> None:
        sent.append(message)

    await Edge(_reads, chunk_seconds=0.01)(_scope(), messages.__anext__, send)
    assert sent[-1]["body"] == b"abc"


async def test_a_trace_is_taken_up_and_passed_on(caller: httpx.AsyncClient) -> None:
    answer = await caller.get("/v1/nothing", headers={"traceparent": PARENT})
    assert problem(answer, 404, "not_found")["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    version, trace, span, flags = answer.headers["traceparent"].split("-")
    assert (version, trace, flags) == ("00", "0af7651916cd43dd8448eb211c80319c", "01")
    assert span != "b7ad6b7169203331"


@given(st.binary() | st.just(b"00-" + b"0" * 32 + b"-" + b"1" * 16 + b"-01") | st.just((PARENT + "\r\nx: y").encode()))
def test_what_is_no_trace_starts_a_new_one(header: bytes) -> None:
    trace = tracing.begin(header)
    assert tracing.begin(trace.parent.encode()).trace_id == trace.trace_id
    assert trace.parent.encode() != header
    assert trace.trace_id != "0" * 32


def _counts(name: str) -> Iterator[tuple[dict[str, str], float]]:
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name == name:
                yield sample.labels, sample.value


async def test_metrics_are_by_route_template_and_never_by_address(caller: httpx.AsyncClient) -> None:
    await caller.get("/v1/things/150698?limit=1")
    await caller.request("BREW", "/v1/coffee/150698")
    labels = [labels for labels, _ in _counts("xianjie_http_request_seconds_count")]
    assert {"method": "GET", "route": "/v1/things/{number}", "status": "2xx"} in labels
    assert {"method": "other", "route": "unmatched", "status": "4xx"} in labels
    assert "150698" not in (await caller.get("/metrics")).text
