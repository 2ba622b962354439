"""The stream over HTTP. Its route stands before `/v1/warnings/{warning_id}` in the application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from services.screening.delivery.api import wanted_by
from services.screening.delivery.errors import CursorAheadError, CursorExpiredError
from services.screening.delivery.schemas import ChangeOut
from services.screening.delivery.service import Change
from services.screening.stream.errors import TooManyStreamsError
from services.screening.stream.schemas import StreamQuery
from services.screening.stream.service import Reader, Streams
from shared import logging
from shared.http.auth import Authenticator, allow
from shared.http.errors import DivisionNotFoundError
from shared.http.permissions import Principal
from shared.http.problems import responses

router = APIRouter(tags=["预警"])

MEDIA_TYPE = "text/event-stream"
_EXAMPLE = (
    ": opened\n\n"
    'id: 1024\ndata: {"position":1024,"event_id":"01a210b5-95ad-7cb3-8dca-3a8a7561a058","type":"raised",…}\n\n'
    ": heartbeat\n\n"
    'event: end\nid: 1024\ndata: {"reason":"token_expired","cursor":"1024"}\n\n'
)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "事件流：每个事件是一次变更，`id` 是它的位置，`data` 是一行 JSON，内容同变更流中的一条",
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string", "title": "事件流"},
                "example": _EXAMPLE,
                # itemSchema is a word of OpenAPI 3.2; this document is of 3.1.
                "x-item-schema": {"$ref": "#/components/schemas/ChangeOut"},
            }
        },
    }
}

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        title="最后收到的事件编号",
        description="断开后重新连接时带上，从它之后继续；浏览器自动带上。与 `after` 同时给出时以它为准",
        pattern=r"^[0-9]{1,18}$",
        examples=["1024"],
    ),
]

log = logging.get()


@router.get(
    "/v1/warnings/stream",
    summary="预警变更推送（SSE）",
    description=(
        "以服务器发送事件（Server-Sent Events）推送管辖范围内预警的变更，内容、先后和筛选同 `/v1/warnings/changes`。"
        "断开后带 `Last-Event-ID`（或 `after`）重新连接，从该位置之后继续，不会遗漏。15 秒没有变更时发一行注释。"
        "读得太慢的连接会被断开，不为其积压；令牌到期、服务停止时先发 `event: end`，其中有原因和游标。"
        "各种拒绝都在事件流开始之前答复。"
    ),
    responses={
        **responses(DivisionNotFoundError, CursorAheadError, CursorExpiredError, TooManyStreamsError),
        **_STREAM,
    },
    response_class=Response,
)
async def stream(
    principal: Annotated[Principal, allow("warnings:read")],
    query: Annotated[StreamQuery, Query()],
    request: Request,
    last_event_id: LastEventId = None,
) -> Response:
    """Changes after a cursor, as they come, until the reader or we end it; no connection is held in between."""
    streams: Streams = request.app.state.streams
    authenticator: Authenticator = request.app.state.authenticator
    wanted, after = wanted_by(principal, query), int(last_event_id or query.after)
    if streams.open >= streams.most:
        text = f"已有 {streams.open} 个推送连接，请稍后再试，或改用变更流 /v1/warnings/changes。"
        raise TooManyStreamsError(text, headers={"Retry-After": "30"})
    await streams.feed.read(wanted, after, 1)  # a cursor that does not hold is refused before the stream begins
    authorization = request.headers.get("authorization")
    reader = Reader(wanted, after, lambda: authenticator.principal(authorization))
    return _EventStream(streams, streams.pieces(reader, _json))


def _json(change: Change) -> bytes:
    return ChangeOut.model_validate(change).model_dump_json().encode()


class _EventStream(Response):
    """Sends pieces as they come, to a reader that takes them in time."""

    media_type = MEDIA_TYPE

    def __init__(self, streams: Streams, pieces: AsyncGenerator[bytes, None]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}, media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._streams = streams
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = asyncio.ensure_future(_left(receive))
        self._streams.open += 1
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for piece in self._pieces:
                if left.done():
                    return
                if piece and not await self._taken(send, piece, more=True):
                    self._cut(scope)
                    return
            if not await self._taken(send, b"", more=False):
                self._cut(scope)
        finally:
            self._streams.open -= 1
            left.cancel()
            await self._pieces.aclose()

    async def _taken(self, send: Send, piece: bytes, *, more: bool) -> bool:
        """Whether the connection had room for it in time: its buffer is bounded, so a slow reader makes us wait."""
        try:
            async with asyncio.timeout(self._streams.send_seconds):
                await send({"type": "http.response.body", "body": piece, "more_body": more})
        except TimeoutError:
            return False
        return True

    def _cut(self, scope: Scope) -> None:
        log.warning("stream_cut", reason="slow_reader", seconds=self._streams.send_seconds)
        # What the server offers to end a connection at once; without it, it ends when its buffers are taken.
        cut = getattr(scope["app"].state, "cut", None)
        if cut is not None:
            cut(scope)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
