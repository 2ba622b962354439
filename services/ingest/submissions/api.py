"""`POST /v1/feeds/{department}/{kind}/submissions`: one documented route a feed."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from services.ingest.admission.errors import DepartmentBusyError
from services.ingest.catalogue.service import submission_schema
from services.ingest.intake import service as intaking
from services.ingest.intake.errors import ContendedError
from services.ingest.outcomes.service import Batch, Submission
from services.ingest.submissions import service
from services.ingest.submissions.errors import EverythingRejectedError, StrictRejectedError
from services.ingest.submissions.schemas import Receipt
from services.ingest.submissions.service import Result
from shared.feeds import catalogue
from shared.feeds.domain import Feed
from shared.feeds.errors import BodyShapeError, TooManyRecordsError, UnknownFeedError
from shared.http import idempotency, problems
from shared.http.auth import allow
from shared.http.bodies import json_body
from shared.http.errors import TooBusyError
from shared.http.idempotency import Answer, Claim
from shared.http.permissions import Principal
from shared.http.validation import MAX_ERRORS

Pusher = Annotated[Principal, allow("feeds:push")]
PreferHeader = Annotated[
    str | None,
    Header(
        title="处理方式",
        description="`handling=lenient`（默认）：合格的保存，不合格的转入隔离区；`handling=strict`：有一条不合格则整批不保存。",
        examples=["handling=strict"],
    ),
]
PERIOD = r"^[0-9]{4}(-[0-9A-Z]{2}){0,2}$"
DryRunQuery = Annotated[bool, Query(title="试校验", description="为 true 时只校验并给出回执，不保存。")]
DeliveryQuery = Annotated[
    str | None,
    Query(
        title="报送期",
        description="本次报送属于哪一期，写法与关闭报送期时的 `period` 相同。不写则不归入任何一期。",
        pattern=PERIOD,
        examples=["2026-03"],
    ),
]

_STRICT = re.compile(r"(?:^|[,;\s])handling\s*=\s*\"?strict\"?(?:$|[,;\s])", re.IGNORECASE)
_REFUSALS = problems.responses(
    BodyShapeError, EverythingRejectedError, StrictRejectedError, idempotency.KeyReusedError, TooManyRecordsError,
    idempotency.KeyInFlightError, DepartmentBusyError, TooBusyError, ContendedError,
)  # fmt: skip


def router() -> APIRouter:
    """The routes of this room; those of the feeds are made from the catalogue."""
    made = APIRouter()
    for feed in catalogue.FEEDS.values():
        made.add_api_route(
            f"/v1/feeds/{feed.department}/{feed.kind}/submissions",
            _submission_route(feed),
            methods=["POST"],
            status_code=201,
            response_model=Receipt,
            responses={
                200: {"model": Receipt, "description": "试校验的回执，没有保存"},
                201: {"description": "回执。至少有一条记录已持久保存"},
                **_REFUSALS,
            },
            summary=f"报送：{feed.title}",
            description=_description(feed),
            operation_id=f"submit_{feed.department}_{feed.kind}".replace("-", "_"),
            tags=["报送"],
            openapi_extra={"requestBody": _request_body(feed)},
        )
    made.add_api_route("/v1/feeds/{department}/{kind}/submissions", unknown, methods=["POST"], include_in_schema=False)
    return made


async def unknown(department: str, kind: str, _principal: Pusher) -> Response:
    """Every feed that exists has a route of its own before this one."""
    raise _unknown_feed(department, kind)


def _unknown_feed(department: str, kind: str) -> UnknownFeedError:
    try:
        catalogue.get(department, kind)
    except UnknownFeedError as error:
        return error
    return UnknownFeedError("没有这类数据，请对照 /v1/catalogue。")


def _submission_route(feed: Feed) -> Callable[..., Awaitable[Response]]:
    async def submit(
        request: Request,
        principal: Pusher,
        key: idempotency.KeyHeader = None,
        prefer: PreferHeader = None,
        dry_run: DryRunQuery = False,
        delivery: DeliveryQuery = None,
    ) -> Response:
        principal.require_department(feed.department)
        with request.app.state.admission.enter(feed.department):
            intake, body = request.app.state.intake, await json_body(request)
            submission, batch = service.read(intake, feed, body, principal.sub, delivery)
            async with request.app.state.admission.connection(feed.department):
                if dry_run:
                    return await _try_out(request, submission, batch)
                strict = prefer is not None and _STRICT.search(prefer) is not None
                return await _submit(request, submission, batch, key, strict=strict)

    return submit


async def _submit(request: Request, submission: Submission, batch: Batch, key: str | None, *, strict: bool) -> Response:
    intake, engine = request.app.state.intake, request.app.state.engine
    handling = "strict" if strict else "lenient"
    if key is None:
        result = await service.submit_at_once(engine, intake, submission, batch)
        if result is not None:
            intaking.committed(intake, result.part)
            return _answer(result, handling).response()
        claim = None
    else:
        fingerprint = idempotency.fingerprint(submission.sha256, handling, submission.delivery or "")
        claim = Claim(submission.caller, f"submit {submission.feed.name}", key, fingerprint)
    done: list[Result] = []

    async def attempt(conn: Any) -> Answer:
        async def work() -> Answer:
            result = await service.submit(conn, intake, submission, batch, strict=strict)
            done[:] = [result]
            return _answer(result, handling)

        return await idempotency.once(conn, claim, work, intake.sealer)

    answer = await intaking.settle(engine, attempt)
    if done and not answer.replayed:
        intaking.committed(intake, done[0].part)
    return answer.response()


def _answer(result: Result, handling: str) -> Answer:
    """201, or 422 with the receipt when nothing passed; raises when `strict` stored nothing."""
    headers = {"Preference-Applied": f"handling={handling}"}
    if not result.stored:
        raise StrictRejectedError(
            f"有 {len(result.rejected)} 处不符合要求，严格模式下整批未保存，请更正后重新提交。",
            errors=result.rejected[:MAX_ERRORS],
            headers=headers,
            extra={"receipt": orjson.Fragment(result.receipt)},
        )
    headers["Location"] = f"/v1/submissions/{result.part.submission.submission_id}"
    if not result.nothing_passed:
        return Answer(201, result.receipt, headers=headers)
    problem = problems.render(
        EverythingRejectedError(
            f"有 {len(result.rejected)} 处不符合要求，没有一条记录通过，请按说明更正后重新提交。",
            errors=result.rejected[:MAX_ERRORS],
            extra={"receipt": orjson.Fragment(result.receipt)},
        )
    )
    return Answer(422, bytes(problem.body), problems.MEDIA_TYPE, headers)


async def _try_out(request: Request, submission: Submission, batch: Batch) -> Response:
    async def attempt(conn: Any) -> Result:
        return await service.try_out(conn, submission, batch)

    result = await intaking.settle(request.app.state.engine, attempt)
    return Response(result.receipt, 200, media_type="application/json")


def _description(feed: Feed) -> str:
    return (
        f"{feed.description}\n\n一个请求是一个事务：答复 2xx 即已持久保存。每条记录各有处理结果，见回执。"
        "一次最多 5,000 条、8 MiB；建议每次 100 至 1,000 条。"
        f"\n\n报送频率：{feed.cadence}；超过 {feed.overdue_days} 天没有报送视为逾期。"
    )


def _request_body(feed: Feed) -> dict[str, Any]:
    example = {"summary": feed.title, "value": {"records": [dict(e) for e in feed.examples]}}
    content = {"schema": submission_schema(feed), "examples": {feed.kind: example}}
    return {"required": True, "content": {"application/json": content}}
