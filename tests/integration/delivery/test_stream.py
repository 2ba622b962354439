"""Server-sent events from a real server: what is there, what comes, and every way in which a stream ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.screening.stream.service import Streams
from tests.integration.delivery.conftest import BANNER, OTHER_VILLAGE, Teller
from tests.integration.delivery.served_site import STREAM, Site
from tests.integration.messaging.scene import until


async def _take(frames: AsyncIterator[Any], count: int) -> list[Any]:
    """The next changes, comments left out."""
    found: list[Any] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            frame = await anext(frames)
            found += [frame] if "data" in frame else []
    return found


async def test_a_stream_is_the_change_feed_and_goes_on_behind_the_last_id(teller: Teller, site: Site) -> None:
    await teller.raised("H1", "H2")
    await teller.raised("H3", division_code=OTHER_VILLAGE)
    officer = site.token("banner_officer", BANNER)
    async with site.open() as frames, site.open(officer) as narrowed:
        there = await _take(frames, 3)
        await teller.raised("H4", division_code=OTHER_VILLAGE)
        await teller.raised("H5")
        there += await _take(frames, 2)
        assert [e["data"]["warning"]["household_no"] for e in await _take(narrowed, 3)] == ["H1", "H2", "H5"]
    feed = (await site.client.get("/v1/warnings/changes", headers=site.token())).json()["items"]
    assert [e["data"] for e in there] == feed
    assert [e["id"] for e in there] == [str(change["position"]) for change in feed]
    async with site.open(site.token() | {"Last-Event-ID": "3"}, after="1") as frames:
        assert [e["id"] for e in await _take(frames, 2)] == ["4", "5"]
    async with site.open(after="1", rule="M01", severity="high", division=OTHER_VILLAGE) as frames:
        assert [e["id"] for e in await _take(frames, 2)] == ["3", "4"]
    await until(lambda: site.app.state.streams.open == 0, "readers that went away are noticed")


async def test_what_is_refused_is_refused_before_the_stream_begins(teller: Teller, site: Site) -> None:
    await teller.raised("H1")
    officer = site.token("banner_officer", BANNER)
    for headers, query, status, code in (
        ({}, {}, 401, "unauthorized"),
        (site.token("operator"), {}, 403, "forbidden"),
        (officer, {"division": OTHER_VILLAGE}, 404, "division_not_found"),
        (officer, {"after": "2"}, 410, "cursor_ahead"),
        (officer | {"Last-Event-ID": "x"}, {}, 422, "invalid"),
        (officer, {"limit": "5"}, 422, "unknown_parameter"),
    ):
        answer = await site.client.get(STREAM, params=query, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
    await teller.raised("H2")
    await teller.publish()
    teller.days_later(31)
    assert await teller.purge() == 1
    expired = await site.client.get(STREAM, headers=site.token())
    assert (expired.status_code, expired.json()["code"]) == (410, "cursor_expired")
    site.app.state.streams.most = 0
    full = await site.client.get(STREAM, params={"after": "2"}, headers=site.token())
    assert (full.status_code, full.json()["code"], full.headers["retry-after"]) == (429, "too_many_streams", "30")


async def test_silence_is_a_heartbeat_and_a_token_that_expired_ends_the_stream(teller: Teller, site: Site) -> None:
    site.app.state.streams = Streams(site.app.state.changes, site.app.state.stopping, 500, 10, heartbeat_seconds=0.3)
    async with site.open(rule="H01") as frames, asyncio.timeout(10):
        assert await anext(frames) == {"comment": "opened"}
        assert await anext(frames) == {"comment": "heartbeat"}
        await teller.raised("H1")
        passed = await anext(frames)
        while "id" not in passed:
            passed = await anext(frames)
        assert passed == {"comment": "heartbeat", "id": "1"}, "a reader need not look again at what was not wanted"
        teller.days_later(400)
        [last] = await _take(frames, 1)
        assert last == {"event": "end", "id": "1", "data": {"reason": "token_expired", "cursor": "1"}}
        with pytest.raises(StopAsyncIteration):
            await anext(frames)


async def test_streams_end_at_once_when_the_server_stops(teller: Teller, site: Site) -> None:
    await teller.raised("H1")
    async with site.open() as frames, site.open(after="1") as idle:
        await _take(frames, 1)
        site.server.should_exit = True
        async with asyncio.timeout(5):
            for one in (frames, idle):
                [last] = await _take(one, 1)
                assert last["data"] == {"reason": "stopping", "cursor": "1"}
            await site.ended


async def test_a_stuck_reader_is_cut_and_holds_nobody_up(teller: Teller, site: Site) -> None:
    site.app.state.streams.send_seconds = 2.0
    # The kernel would hold megabytes for a reader before anybody noticed; connections inherit this.
    site.server.servers[0].sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
    with socket.socket() as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.connect(("127.0.0.1", site.port))
        token = site.token()["Authorization"]
        stuck.sendall(f"GET {STREAM} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
        async with site.open() as frames:
            taking = asyncio.create_task(_take(frames, 600))
            for start in (0, 300):
                await teller.raised(*(f"H{n}" for n in range(start, start + 300)), risk_type="因" * 200)
            assert [int(event["id"]) for event in await taking] == list(range(1, 601))
            await until(lambda: site.app.state.streams.open == 1, "the stuck one is cut")
            await until(lambda: len(site.server.server_state.connections) == 1, "and its buffers are free")
