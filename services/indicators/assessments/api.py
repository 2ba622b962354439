"""Snapshots over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.indicators.assessments import service
from services.indicators.assessments.errors import (
    AssessmentAlteredError,
    AssessmentInvalidError,
    AssessmentNotFoundError,
    DepartmentNotFoundError,
)
from services.indicators.assessments.schemas import AssessmentIn, AssessmentOut, HeadOut
from services.indicators.assessments.workbook import as_workbook
from shared.http.auth import allow
from shared.http.downloads import WORKBOOK, workbook
from shared.http.errors import DivisionNotFoundError
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/assessments", tags=["督导考核"])

_MAKE = "POST /v1/assessments"
Reader = Annotated[Principal, allow("indicators:read")]
AssessmentId = Annotated[UUID, Path(title="快照编号")]
DivisionQuery = Annotated[
    str | None,
    Query(
        title="行政区划代码",
        description="只看这一个区划（市或旗区）的；不填为本人权限范围内的全部",
        pattern=r"^[0-9]{12}$",
        examples=["150625000000"],
    ),
]
DepartmentQuery = Annotated[
    str | None, Query(title="责任部门", description="只看这个部门负责的", max_length=40, examples=["医疗保障局"])
]
_READ = responses(AssessmentNotFoundError, DivisionNotFoundError, DepartmentNotFoundError, AssessmentAlteredError)


@router.post(
    "",
    status_code=201,
    summary="生成考核快照",
    response_model=HeadOut,
    responses=responses(AssessmentInvalidError, KeyReusedError, KeyInFlightError),
)
async def make_assessment(
    principal: Annotated[Principal, allow("assessments:write")],
    body: AssessmentIn,
    conn: ConnectionDep,
    idempotency_key: KeyHeader = None,
) -> Response:
    """把一个年度的全部指标（专栏1和规划的其他目标）按市、旗区和责任部门冻结下来，供督导考核使用。

    冻结的是此刻已发布的数值、目标、状态、公式版本和数据时效；没有数值的指标也在内，写明原因。内容写成规范化的 JSON，
    计算 SHA-256 摘要，以后不再改变；期间内后来的重述在读取时列在旁边。中期评估的年度在规划期之内，总结评估不早于末年。
    """
    claim = None
    if idempotency_key is not None:
        claim = Claim(principal.sub, _MAKE, idempotency_key, fingerprint(body.model_dump_json()))

    async def make() -> Answer:
        made = await service.make(conn, body.wish(), principal.sub)
        place = {"Location": f"/v1/assessments/{made.head.assessment_id}"}
        return Answer.of(HeadOut.of(made.head), 201, place)

    return (await once(conn, claim, make)).response()


@router.get("", summary="考核快照清单", responses=responses(BadCursorError))
async def list_assessments(
    _principal: Reader, conn: ConnectionDep, after: AfterQuery = None, limit: LimitQuery = DEFAULT_LIMIT
) -> Page[HeadOut]:
    """已生成的考核快照，新的在前。"""
    start = position(after, UUID)
    found = await service.listed(conn, start[0] if start else None, limit + 1)
    items, following = cut(found, limit, lambda head: (head.assessment_id,))
    return Page[HeadOut](items=[HeadOut.of(head) for head in items], next=following)


@router.get(
    "/{assessment_id}.xlsx",
    summary="下载考核快照（XLSX）",
    response_class=Response,
    responses={**WORKBOOK, **_READ},
)
async def download_assessment(
    assessment_id: AssessmentId,
    principal: Reader,
    conn: ConnectionDep,
    division: DivisionQuery = None,
    department: DepartmentQuery = None,
) -> Response:
    """与读取快照的内容相同的工作簿，四张表：冻结的指标、按区划和部门合计、采用的方法、冻结之后的重述。"""
    shown = await _view(conn, assessment_id, principal, division, department)
    return workbook(as_workbook(shown), f"{shown.title}.xlsx")


@router.get("/{assessment_id}", summary="一份考核快照", responses=_READ)
async def get_assessment(
    assessment_id: AssessmentId,
    principal: Reader,
    conn: ConnectionDep,
    division: DivisionQuery = None,
    department: DepartmentQuery = None,
) -> AssessmentOut:
    """冻结的全部指标，可以只看一个区划或一个责任部门的。读取时重新计算摘要，与生成时不符的不予显示。

    `restated` 是冻结之后的重述，读取时查得；冻结的数值不因此改变。
    """
    return await _view(conn, assessment_id, principal, division, department)


async def _view(
    conn: ConnectionDep, assessment_id: UUID, principal: Principal, division: str | None, department: str | None
) -> AssessmentOut:
    scope = principal.scope_prefix()
    asked = None if division is None else within(scope, division)
    found = await service.get(conn, assessment_id)
    if department is not None and department not in found.departments():
        raise DepartmentNotFoundError(f"没有名为“{department}”的责任部门，有：{'、'.join(found.departments())}。")
    rows = found.view(scope, asked, department)
    return AssessmentOut.shown(found, rows, await service.restated(conn, found, rows))
