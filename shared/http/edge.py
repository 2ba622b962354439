"""The outermost layer of every API, one pure ASGI middleware: trace, body limit, metrics.

One layer and no BaseHTTPMiddleware: each layer costs every request of the ingest API.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

import structlog
from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http import problems, tracing
from shared.http.errors import BadRequestError, BodyTooLargeError
from shared.metrics import HTTP_SECONDS

BODY_LIMIT_BYTES = 8 * 1024 * 1024
CHUNK_SECONDS = 30
"""How long the next piece of a body may take; uvicorn itself waits for ever."""
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Wider(NamedTuple):
    """A larger limit for bodies of one media type at addresses that end so: routes that do not hold the whole."""

    media_type: str
    path_end: str
    limit_bytes: int


class Edge:
    """Wraps an application; `limit` is the largest body in bytes, declared or not, but where `wider` says otherwise,
    and each piece of one must come within `chunk_seconds`."""

    def __init__(
        self,
        app: ASGIApp,
        limit: int = BODY_LIMIT_BYTES,
        chunk_seconds: float = CHUNK_SECONDS,
        wider: Sequence[Wider] = (),
    ) -> None:
        self._app = app
        self._limit = limit
        self._chunk_seconds = chunk_seconds
        self._wider = {one.media_type.encode(): one for one in wider}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length, parent, media_type = _headers(scope)
        limit = self._limit_of(scope, media_type)
        trace = tracing.begin(parent)
        structlog.contextvars.bind_contextvars(trace_id=trace.trace_id)
        started = time.perf_counter()
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"traceparent", trace.parent.encode())]
            await send(message)

        try:
            refusal = _refusal(scope, length, limit)
            if refusal is not None:
                await problems.render(refusal)(scope, receive, answer)
            else:
                await self._app(scope, _Body(receive, limit, self._chunk_seconds), answer)
        finally:
            _observe(scope, status, time.perf_counter() - started)

    def _limit_of(self, scope: Scope, media_type: bytes | None) -> int:
        if media_type is None or not self._wider:
            return self._limit
        wider = self._wider.get(media_type.partition(b";")[0].strip().lower())
        if wider is None or not scope["path"].endswith(wider.path_end):
            return self._limit
        return wider.limit_bytes


def _refusal(scope: Scope, length: bytes | None, limit: int) -> BadRequestError | BodyTooLargeError | None:
    if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
        return BadRequestError("地址中含有空字符。")
    # A length that is no number never arrives: the HTTP parser refuses it.
    if length is not None and length.isdigit() and int(length[:20]) > limit:
        return too_large(limit)
    return None


class _Body:
    """`receive` that counts, and that does not wait for ever for the rest of a body."""

    def __init__(self, receive: Receive, limit: int, chunk_seconds: float) -> None:
        self._receive = receive
        self._chunk_seconds = chunk_seconds
        self._left = limit
        self._limit = limit
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:  # what follows the body is the wait for a disconnect: as long as it takes
            return await self._receive()
        try:
            async with asyncio.timeout(self._chunk_seconds):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        self._complete = not message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            # FastAPI lets only its own exception pass while it reads a body; `app` words it.
            raise HTTPException(413, detail=str(self._limit))
        return message


def too_large(limit: int) -> BodyTooLargeError:
    """The refusal of a body over `limit` bytes."""
    return BodyTooLargeError(f"内容超过 {limit / 1_048_576:g} MiB 的上限，请分批提交。", extra={"limit_bytes": limit})


def _headers(scope: Scope) -> tuple[bytes | None, bytes | None, bytes | None]:
    length = parent = media_type = None
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = value
        elif name == b"traceparent":
            parent = value
        elif name == b"content-type":
            media_type = value
    return length, parent, media_type


def _observe(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = getattr(scope.get("route"), "path", "unmatched")
    HTTP_SECONDS.labels(method, route, f"{status // 100}xx").observe(seconds)
