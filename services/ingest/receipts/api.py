"""`GET /v1/submissions/{id}` and its lines in pages."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.ingest.receipts import service
from services.ingest.receipts.errors import UnknownSubmissionError
from services.ingest.submissions.schemas import Receipt, ReceiptLines
from shared.http import problems
from shared.http.auth import allow
from shared.http.permissions import Principal
from shared.http.session import ConnectionDep

Reader = Annotated[Principal, allow("feeds:read")]
AfterQuery = Annotated[int | None, Query(title="续页位置", description="上一页的 `next`。", ge=0, le=2**31 - 1)]
LimitQuery = Annotated[int, Query(title="每页条数", ge=1, le=5_000)]

router = APIRouter(prefix="/v1/submissions", tags=["回执"])
_UNKNOWN = problems.responses(UnknownSubmissionError)


@router.get("/{submission_id}", summary="回执", response_model=Receipt, responses=_UNKNOWN)
async def read_receipt(submission_id: UUID, principal: Reader, conn: ConnectionDep) -> Response:
    """一次报送的回执，永久可查。`published` 是各条记录此刻已到达的主题、分区和偏移量。"""
    found = await service.find(conn, submission_id)
    principal.require_department(found.feed.department)
    return Response(await service.whole(conn, found), media_type="application/json")


@router.get("/{submission_id}/records", summary="回执的逐条结果", response_model=ReceiptLines, responses=_UNKNOWN)
async def read_receipt_lines(
    submission_id: UUID, principal: Reader, conn: ConnectionDep, after: AfterQuery = None, limit: LimitQuery = 1_000
) -> Response:
    """按序号分页给出逐条结果。"""
    found = await service.find(conn, submission_id)
    principal.require_department(found.feed.department)
    return Response(await service.page(conn, found, after, limit), media_type="application/json")
