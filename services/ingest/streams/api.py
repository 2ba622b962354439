"""NDJSON at the routes of `submissions`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import HTTPException, Request
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from services.ingest.flow.service import Door, Received, Sending
from services.ingest.lines.service import Trial
from services.ingest.outcomes.service import Submission
from services.ingest.receipts import api as receipts
from services.ingest.streams import service
from services.ingest.streams.errors import CutOffError
from shared.feeds.domain import Feed
from shared.http import edge
from shared.http.errors import BodyTimeoutError
from shared.http.idempotency import Answer

MEDIA_TYPE = "application/x-ndjson"
LIMIT = edge.Wider(MEDIA_TYPE, "/submissions", 64 * 1024 * 1024)


def is_ndjson(request: Request) -> bool:
    """Whether the request says that its body is NDJSON."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == MEDIA_TYPE


async def submit(request: Request, feed: Feed, caller: str, key: str | None, delivery: str | None) -> Response:
    """Receive the request's body and answer."""
    state = request.app.state
    with state.admission.stream(feed.department):
        door = Door(state.engine, state.intake, state.admission.connection(feed.department), state.turns)
        answer = await service.receive(door, Sending(feed, caller, key, delivery, _chunks(request)), _say)
    return answer.response()


async def try_out(request: Request, feed: Feed, caller: str, delivery: str | None) -> Response:
    """The receipt that `submit` would give."""
    state = request.app.state
    with state.admission.stream(feed.department):
        submission = Submission.new(feed, caller, "ndjson", b"", delivery)
        gate = state.admission.connection(feed.department)
        said = await Trial(state.engine, gate, state.intake, submission).through(_chunks(request))
    return Response(said, 200, media_type="application/json", headers={"Preference-Applied": "handling=lenient"})


def _say(received: Received) -> Answer:
    return receipts.answer(
        received.receipt, received.submission_id, received.errors, passed=received.passed, handling="lenient"
    )


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; what ends it early is an AppError. The edge counts and times it."""
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        raise CutOffError("连接已断开，报送中断。") from None
    except HTTPException as refused:
        if refused.status_code == 408:
            raise BodyTimeoutError(f"超过 {edge.CHUNK_SECONDS} 秒没有收到后续内容。") from None
        raise edge.too_large(int(refused.detail)) from None
