"""`POST /v1/feeds/{department}/{kind}/submissions`: one documented route a feed."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from services.ingest.admission.errors import DepartmentBusyError
from services.ingest.catalogue.service import submission_schema
from services.ingest.intake import service as intaking
from services.ingest.intake.errors import ContendedError
from services.ingest.lines.errors import LineTooLongError, TooManyLinesError
from services.ingest.outcomes.domain import PERIOD
from services.ingest.outcomes.service import Batch, Submission
from services.ingest.receipts import api as receipts
from services.ingest.receipts.errors import EverythingRejectedError
from services.ingest.receipts.schemas import Receipt
from services.ingest.streams import api as streams
from services.ingest.streams.errors import StrictNeedsJsonError
from services.ingest.submissions import service
from services.ingest.submissions.errors import StrictRejectedError
from services.ingest.submissions.service import Result
from shared.feeds import catalogue
from shared.feeds.domain import Feed
from shared.feeds.errors import BodyShapeError, TooManyRecordsError
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
        description=(
            "`handling=lenient`（默认）：合格的保存，不合格的转入隔离区；`handling=strict`：有一条不合格则整批不保存，"
            "逐行报送（NDJSON）不支持。其他写法不起作用，实际采用的方式见答复的 `Preference-Applied`。"
        ),
        examples=["handling=strict"],
    ),
]
DryRunQuery = Annotated[bool, Query(title="试校验", description="为 true 时只校验并给出回执，不保存。")]
DeliveryQuery = Annotated[
    str | None,
    Query(
        title="报送期",
        description=(
            "本次报送属于哪一期，写法与关闭报送期时的 `period` 相同。不写的，在该期没有一次写明时归入其后关闭的那一期。"
        ),
        pattern=PERIOD,
        examples=["2026-03"],
    ),
]

_PREFERENCE = re.compile(r"\s*handling\s*=\s*\"?([a-z-]+)\"?\s*(?:;.*)?", re.IGNORECASE)
_REFUSALS = problems.responses(
    BodyShapeError, EverythingRejectedError, StrictRejectedError, idempotency.KeyReusedError, TooManyRecordsError,
    idempotency.KeyInFlightError, DepartmentBusyError, TooBusyError, ContendedError, StrictNeedsJsonError,
    LineTooLongError, TooManyLinesError,
)  # fmt: skip


@cache  # the same for the same catalogue, and FastAPI takes a tenth of a second for it
def router() -> APIRouter:
    """The routes of this room. The first takes what is sent to any feed; those behind it, made from the catalogue, are
    how it is documented: a request is not matched against as many addresses as there are feeds."""
    made = APIRouter()
    made.add_api_route("/v1/feeds/{department}/{kind}/submissions", submit, methods=["POST"], include_in_schema=False)
    for feed in catalogue.FEEDS.values():
        made.add_api_route(
            f"/v1/feeds/{feed.department}/{feed.kind}/submissions",
            _documented(feed),
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
    return made


async def submit(
    request: Request,
    department: str,
    kind: str,
    principal: Pusher,
    key: idempotency.KeyHeader = None,
    prefer: PreferHeader = None,  # noqa: ARG001 - for the documents; it may come more than once, see handling_of
    dry_run: DryRunQuery = False,
    delivery: DeliveryQuery = None,
) -> Response:
    """报送任何一类数据。"""
    feed = catalogue.get(department, kind)
    principal.require_department(feed.department)
    handling = handling_of(request)
    with request.app.state.admission.enter(feed.department):
        if streams.is_ndjson(request):
            if handling == "strict":
                raise StrictNeedsJsonError(
                    "逐行报送分多次保存，不能“全部或全不”。严格模式请用 application/json，一次最多 5,000 条。"
                )
            if dry_run:
                return await streams.try_out(request, feed, principal.sub, delivery)
            return await streams.submit(request, feed, principal.sub, key, delivery)
        intake, body = request.app.state.intake, await json_body(request)
        submission, batch = service.read(intake, feed, body, principal.sub, delivery)
        async with request.app.state.admission.connection(feed.department):
            if dry_run:
                return await _try_out(request, submission, batch, handling)
            return await _submit(request, submission, batch, key, handling)


def _documented(feed: Feed) -> Callable[..., Awaitable[Response]]:
    async def documented(
        request: Request,
        principal: Pusher,
        key: idempotency.KeyHeader = None,
        prefer: PreferHeader = None,
        dry_run: DryRunQuery = False,
        delivery: DeliveryQuery = None,
    ) -> Response:
        return await submit(request, feed.department, feed.kind, principal, key, prefer, dry_run, delivery)

    documented.__name__ = "submit"
    return documented


def handling_of(request: Request) -> str:
    """What RFC 7240 makes of the `Prefer` headers: the first `handling` counts, one that we do not know is ignored."""
    wishes = (wish for header in request.headers.getlist("prefer") for wish in header.split(","))
    said = next((found[1].lower() for wish in wishes if (found := _PREFERENCE.fullmatch(wish))), "lenient")
    return "strict" if said == "strict" else "lenient"


async def _submit(request: Request, submission: Submission, batch: Batch, key: str | None, handling: str) -> Response:
    intake, engine, strict = request.app.state.intake, request.app.state.engine, handling == "strict"
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
    rejected = result.part.rejected()
    if result.stored:
        submission_id = result.part.submission.submission_id
        return receipts.answer(
            result.receipt, submission_id, rejected, passed=not result.nothing_passed, handling=handling
        )
    raise StrictRejectedError(
        f"有 {len(rejected)} 处不符合要求，严格模式下整批未保存，请更正后重新提交。",
        errors=rejected[:MAX_ERRORS],
        headers={"Preference-Applied": f"handling={handling}"},
        extra={"receipt": orjson.Fragment(result.receipt)},
    )


async def _try_out(request: Request, submission: Submission, batch: Batch, handling: str) -> Response:
    async def attempt(conn: Any) -> Result:
        return await service.try_out(conn, submission, batch)

    result = await intaking.settle(request.app.state.engine, attempt)
    return Response(
        result.receipt, 200, media_type="application/json", headers={"Preference-Applied": f"handling={handling}"}
    )


def _description(feed: Feed) -> str:
    return (
        f"{feed.description}\n\n每条记录各有处理结果，见回执；答复 2xx 即已持久保存。\n\n"
        "- `application/json`：一个请求是一个事务，一次最多 5,000 条、8 MiB；建议每次 100 至 1,000 条。\n"
        "- `application/x-ndjson`：每行一条记录，一次最多 200,000 条、64 MiB，每 1,000 条保存一次。中断后回执为"
        " `interrupted`；用同一 `Idempotency-Key` 重发同一内容，从已保存的最后一行之后继续。"
        f"\n\n报送频率：{feed.cadence}；超过 {feed.overdue_days} 天没有报送视为逾期。"
    )


def _request_body(feed: Feed) -> dict[str, Any]:
    example = {"summary": feed.title, "value": {"records": [dict(e) for e in feed.examples]}}
    lines = "".join(orjson.dumps(dict(e), option=orjson.OPT_APPEND_NEWLINE).decode() for e in feed.examples)
    words = "每行一条记录，写法与 application/json 中 `records` 的一项相同，行内不换行"
    return {
        "required": True,
        "content": {
            "application/json": {"schema": submission_schema(feed), "examples": {feed.kind: example}},
            streams.MEDIA_TYPE: {
                "schema": {"type": "string", "description": words},
                "examples": {feed.kind: {"summary": feed.title, "value": lines}},
            },
        },
    }
