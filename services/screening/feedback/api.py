"""A department's feedback over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from services.screening.delivery.watching import ChangeFeed
from services.screening.feedback import service
from services.screening.feedback.errors import DepartmentNotFoundError, FeedbackExpiredError
from services.screening.feedback.schemas import FeedbackOut, FeedbackPageOut, FeedbackQuery
from shared.feeds.catalogue import DEPARTMENTS
from shared.http.auth import allow
from shared.http.errors import CursorAheadError
from shared.http.permissions import Principal
from shared.http.problems import responses

router = APIRouter(prefix="/v1/feedback", tags=["反馈"])

Reader = Annotated[Principal, allow("feedback:read")]
DepartmentPath = Annotated[str, Path(title="部门", examples=["medical-insurance"])]


@router.get(
    "/{department}/changes",
    summary="本部门数据的核实反馈",
    description=(
        "本部门报送的数据参与过的预警，由人核实之后，逐条数据说明结果，按位置先后；内容与 Kafka 主题"
        " `screening.feedback.v1` 一致。把 `next` 作为 `after` 传回，不会漏读；没有新反馈时，`wait` 秒内一有即返回。"
        "只说明本部门的数据：不含户、预警、规则和其他部门的内容；其他部门的反馈答复 404。"
    ),
    responses=responses(DepartmentNotFoundError, CursorAheadError, FeedbackExpiredError),
)
async def feedback(
    principal: Reader, department: DepartmentPath, query: Annotated[FeedbackQuery, Query()], request: Request
) -> FeedbackPageOut:
    """Feedback after a cursor; holds no connection while it waits."""
    if department not in DEPARTMENTS or not principal.may_department(department):
        raise DepartmentNotFoundError("没有这个部门的反馈，或者不在您的权限范围内。")
    feed: ChangeFeed = request.app.state.changes
    page = await service.page(feed, request.app.state.engine, department, int(query.after), query.limit, query.wait)
    return FeedbackPageOut(
        items=[FeedbackOut.of(one) for one in page.items],
        next=page.next,
        retained_from=page.retained_from,
        retention_days=feed.retention_days,
    )
