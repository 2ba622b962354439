"""`GET /v1/submissions/{id}` and its lines in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from services.ingest.receipts import service
from services.ingest.receipts.errors import EverythingRejectedError, UnknownSubmissionError
from services.ingest.receipts.schemas import Receipt, ReceiptLines
from shared.errors import FieldError
from shared.http import problems
from shared.http.auth import allow
from shared.http.idempotency import Answer
from shared.http.permissions import Principal
from shared.http.session import ConnectionDep
from shared.http.validation import MAX_ERRORS

Reader = Annotated[Principal, allow("feeds:read")]
SubmissionPath = Annotated[UUID, Path(title="报送编号", examples=["018f3c1e-7b0a-7c11-9d4e-0f2f6b1c2a33"])]
AfterQuery = Annotated[int | None, Query(title="续页位置", description="上一页的 `next`。", ge=0, le=2**31 - 1)]
LimitQuery = Annotated[int, Query(title="每页条数", ge=1, le=5_000)]


def answer(receipt: bytes, submission_id: UUID, errors: Sequence[FieldError], *, passed: bool, handling: str) -> Answer:
    """What a door answers once a submission is stored: 201 with its receipt, 422 when not one record `passed`."""
    headers = {"Preference-Applied": f"handling={handling}", "Location": f"/v1/submissions/{submission_id}"}
    if passed:
        return Answer(201, receipt, headers=headers)
    problem = problems.render(
        EverythingRejectedError(
            f"有 {len(errors)} 处不符合要求，没有一条记录通过，请按说明更正后重新提交。",
            errors=errors[:MAX_ERRORS],
            extra={"receipt": orjson.Fragment(receipt)},
        )
    )
    return Answer(422, bytes(problem.body), problems.MEDIA_TYPE, headers)


router = APIRouter(prefix="/v1/submissions", tags=["回执"])
_UNKNOWN = problems.responses(UnknownSubmissionError)


@router.get("/{submission_id}", summary="回执", response_model=Receipt, responses=_UNKNOWN)
async def read_receipt(submission_id: SubmissionPath, principal: Reader, conn: ConnectionDep) -> Response:
    """一次报送的回执，永久可查。`published` 是各条记录此刻已到达的主题、分区和偏移量。"""
    found = await service.find(conn, submission_id)
    principal.require_department(found.feed.department)
    return Response(await service.whole(conn, found), media_type="application/json")


@router.get("/{submission_id}/records", summary="回执的逐条结果", response_model=ReceiptLines, responses=_UNKNOWN)
async def read_receipt_lines(
    submission_id: SubmissionPath,
    principal: Reader,
    conn: ConnectionDep,
    after: AfterQuery = None,
    limit: LimitQuery = 1_000,
) -> Response:
    """按序号分页给出逐条结果。"""
    found = await service.find(conn, submission_id)
    principal.require_department(found.feed.department)
    return Response(await service.page(conn, found, after, limit), media_type="application/json")
