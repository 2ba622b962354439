"""`POST /v1/quarantine/{id}/resubmission`, one refused record corrected, and all of a submission's to be corrected in
one workbook."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from services.ingest.admission.errors import DepartmentBusyError
from services.ingest.intake import service as intaking
from services.ingest.intake.errors import ContendedError
from services.ingest.outcomes.service import Submission
from services.ingest.quarantine import service as quarantine
from services.ingest.quarantine.api import EntryPath, visible_feed
from services.ingest.quarantine.domain import Entry
from services.ingest.quarantine.errors import UnknownEntryError
from services.ingest.receipts.schemas import Receipt
from services.ingest.resubmissions import service
from services.ingest.resubmissions.errors import (
    EntryClosedError,
    EntryExpiredError,
    NothingToCorrectError,
    OtherRecordError,
    StillRefusedError,
)
from services.ingest.submissions.service import Result
from shared import logging
from shared.db import transaction
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.errors import MalformedBodyError
from shared.http import idempotency, problems
from shared.http.auth import allow
from shared.http.bodies import json_body
from shared.http.downloads import WORKBOOK, workbook
from shared.http.errors import TooBusyError
from shared.http.idempotency import Answer, Claim
from shared.http.permissions import Principal

Pusher = Annotated[Principal, allow("feeds:push")]
_REFUSALS = problems.responses(
    UnknownEntryError, EntryClosedError, EntryExpiredError, StillRefusedError, OtherRecordError, MalformedBodyError,
    idempotency.KeyReusedError, idempotency.KeyInFlightError, DepartmentBusyError, TooBusyError, ContendedError,
)  # fmt: skip
SubmissionPath = Annotated[UUID, Path(title="报送编号", description="见回执的 `submission_id`")]
_EXAMPLES = {feed.kind: {"summary": feed.title, "value": dict(feed.examples[0])} for feed in BY_NUMBER.values()}
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "title": "更正后的记录",
                "description": "整条记录，字段与报送时 `records` 中的一条相同，见 `GET /v1/catalogue/{部门}/{种类}`",
            },
            "examples": _EXAMPLES,
        }
    },
}

router = APIRouter(tags=["隔离区"])
log = logging.get()


@router.post(
    "/v1/quarantine/{quarantine_id}/resubmission",
    status_code=201,
    summary="更正一条隔离记录",
    response_model=Receipt,
    responses={201: {"description": "这一条的回执：更正已持久保存，隔离记录已关闭"}, **_REFUSALS},
    openapi_extra={"requestBody": _BODY},
)
async def resubmit(
    request: Request, quarantine_id: EntryPath, principal: Pusher, key: idempotency.KeyHeader = None
) -> Response:
    """提交更正后的整条记录。校验、保存、发布与通常报送相同，成为一次只有这一条的报送；回执这一行的 `corrects`
    指向隔离记录，隔离记录的 `resubmitted_as` 指回回执。

    仍未通过校验时答复 422 并逐处说明，不保存，隔离记录保持原样。已被别的报送更正的答复 409；退回满 90 天的答复 410，
    请照常重新报送。
    """
    async with transaction(request.app.state.engine) as conn:
        entry = await quarantine.find(conn, quarantine_id)
    feed = visible_feed(principal, entry)
    if key is None:  # a repeated request is answered as before, also when it was it that closed the entry
        service.require_open(entry)
    with request.app.state.admission.enter(feed.department):
        body = await json_body(request)
        async with request.app.state.admission.connection(feed.department):
            return await _resubmit(request, entry, body, principal.sub, key)


async def _resubmit(request: Request, entry: Entry, body: bytes, caller: str, key: str | None) -> Response:
    intake, entry_id = request.app.state.intake, entry.key.entry_id
    batch, sha256 = service.read(intake, entry, body), hashlib.sha256(body).digest()
    claim = Claim(caller, f"resubmit {entry_id}", key, idempotency.fingerprint(sha256)) if key else None
    done: list[Result] = []

    async def attempt(conn: Any) -> Answer:
        async def work() -> Answer:
            submission = Submission.new(batch.feed, caller, "resubmission", sha256)
            done[:] = [await service.correct(conn, intake, entry_id, submission, batch)]
            return Answer(201, done[0].receipt, headers={"Location": f"/v1/submissions/{submission.submission_id}"})

        return await idempotency.once(conn, claim, work, intake.sealer)

    answer = await intaking.settle(request.app.state.engine, attempt)
    if not answer.replayed:
        intaking.committed(intake, done[0].part)
    return answer.response()


@router.get(
    "/v1/submissions/{submission_id}/errors.xlsx",
    summary="错误工作簿",
    response_class=Response,
    responses={
        **WORKBOOK,
        **problems.responses(NothingToCorrectError, DepartmentBusyError),
    },
)
async def read_workbook(request: Request, submission_id: SubmissionPath, principal: Pusher) -> Response:
    """一次报送中待更正的记录，按报送时的顺序逐行列出，列名与模板相同；出错的单元格标色，“处理结果”一列用中文说明。

    改好后整个文件照常上传（`POST /v1/feeds/{部门}/{种类}/files`），被接收的行会关闭对应的隔离记录。
    一个工作簿最多 5,000 行，更正后再下载得到其余的。含个人信息原文，每次下载都记入日志。
    """
    async with transaction(request.app.state.engine) as conn:
        entries = await service.waiting(conn, submission_id)
    feed = BY_NUMBER[entries[0].feed]
    if not principal.may_department(feed.department):
        raise NothingToCorrectError
    with request.app.state.admission.enter(feed.department):
        body = await asyncio.to_thread(service.workbook, request.app.state.intake.sealer, entries)
    log.info("error_workbook_given", submission_id=str(submission_id), feed=feed.name, caller=principal.sub)
    return workbook(body, f"{feed.title}-错误工作簿-{submission_id}.xlsx")
