"""Runs over HTTP: start, cancel, watch, read the report. The worker does the work."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from services.screening.runs import service
from services.screening.runs.domain import Run, Wanted
from services.screening.runs.errors import NothingKnownError, RunBusyError, RunEndedError, RunNotFoundError
from services.screening.runs.schemas import RunBody, RunDetailOut, RunSummaryOut
from shared import clock
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError, FutureDayError
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/runs", tags=["筛查批次"])

Reader = Annotated[Principal, allow("runs:read")]
Operator = Annotated[Principal, allow("operations")]
RunId = Annotated[UUID, Path(title="批次编号")]


@router.get("", summary="筛查批次", responses=responses(BadCursorError))
async def list_runs(
    principal: Reader, conn: ConnectionDep, after: AfterQuery = None, limit: LimitQuery = DEFAULT_LIMIT
) -> Page[RunSummaryOut]:
    """范围在本人管辖之内的批次，新的在前；夜间自动批次每天一个。把返回的 `next` 作为 `after` 取下一页。"""
    start = position(after, datetime, UUID)
    found = await service.page(conn, principal.scope_prefix(), start and (start[0], start[1]), limit + 1)
    runs, following = cut(found, limit, _key)
    return Page(items=[RunSummaryOut.of(run) for run in runs], next=following)


@router.get("/{run_id}", summary="一个筛查批次", responses=responses(RunNotFoundError))
async def get_run(principal: Reader, run_id: RunId, conn: ConnectionDep) -> RunDetailOut:
    """批次和它的报告：判断了多少户，各规则在各旗区命中多少户，因哪些部门逾期或缺什么而无法判断，预警有何变更。"""
    return RunDetailOut.of(await service.get(conn, run_id, principal.scope_prefix()))


@router.post(
    "",
    status_code=202,
    summary="启动筛查批次",
    response_model=RunDetailOut,
    responses={
        202: {"description": "已启动；`Location` 为批次的地址"},
        **responses(DivisionNotFoundError, FutureDayError, NothingKnownError, RunBusyError),
    },
)
async def start_run(principal: Operator, body: RunBody, conn: ConnectionDep, response: Response) -> RunDetailOut:
    """由后台进程运行，随时可看进度；进程中断后自动从断点继续。同一时间只有一个批次，另有批次在运行时答 409，
    指明是谁启动的。

    截至今天的批次使全部预警与现在的数据、规则、参数相符，重复运行不产生新的变更。截至过去某日的批次补发当日命中
    而没有预警的，再使这些户与今天相符；底册还没有记载的日期不能筛查，答 422。"""
    scope = principal.scope_prefix()
    largest = principal.division or divisions.CITY
    division = largest if body.division is None else within(scope, body.division)
    wanted = Wanted(body.kind, body.as_of or clock.today(), division)
    run = await service.start(conn, wanted, principal.sub)
    response.headers["Location"] = f"/v1/runs/{run.run_id}"
    return RunDetailOut.of(run)


@router.post("/{run_id}/cancellation", summary="取消筛查批次", responses=responses(RunNotFoundError, RunEndedError))
async def cancel_run(principal: Operator, run_id: RunId, conn: ConnectionDep) -> RunDetailOut:
    """立即生效：已判断的页保留，正在判断的一页不再保存。重新启动同样的批次从头开始，已有的预警不会重复发出。
    夜间自动批次取消后一小时内不再自动开始。"""
    return RunDetailOut.of(await service.cancel(conn, run_id, principal.scope_prefix(), principal.sub))


def _key(run: Run) -> tuple[datetime, UUID]:
    return run.started_at, run.run_id
