"""A real server of the application, and its event stream as a client reads it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from services.local.run import Server
from shared.http.issuer import DevIssuer
from tests.integration.messaging.scene import until

STREAM = "/v1/warnings/stream"


class Site:
    """A server of its own port and event loop's; `open` reads a stream, `get` an answer."""

    def __init__(self, app: FastAPI, issuer: DevIssuer) -> None:
        self.app = app
        self.issuer = issuer
        self.server = Server(app, "127.0.0.1", 0)
        self.ended = asyncio.create_task(self.server.serve())

    async def start(self) -> None:
        await until(lambda: self.server.started, "the server started")
        self.port: int = self.server.servers[0].sockets[0].getsockname()[1]
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=20)

    async def stop(self) -> None:
        await self.client.aclose()
        self.server.should_exit = True
        await self.ended

    def token(self, role: str = "developer", division: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.sign(role, division=division)}"}

    @asynccontextmanager
    async def open(self, headers: dict[str, str] | None = None, **query: Any) -> AsyncIterator[AsyncIterator[Any]]:
        async with self.client.stream("GET", STREAM, params=query, headers=headers or self.token()) as answer:
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
            yield _frames(answer)


async def _frames(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """Each block of lines: `comment`, `event`, `id` and `data`, the last read as JSON."""
    block: dict[str, Any] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if line:
            block[name or "comment"] = orjson.loads(value) if name == "data" else value
        else:
            yield block
            block = {}
