"""Projects over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.assets.projects import service
from services.assets.projects.domain import FIRST_YEAR, Wanted
from services.assets.projects.errors import ProjectCodeTakenError, ProjectNotFoundError, ProjectRefusedError
from services.assets.projects.schemas import FundSource, ProjectBody, ProjectKind, ProjectOut, ProjectStatus
from shared.errors import NotFoundError
from shared.http import tracing
from shared.http.auth import allow
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/projects", tags=["项目"])
_REGISTER = "POST /v1/projects"
_REGISTERED = {
    "Location": {"description": "项目的地址", "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "`true` 表示这是第一次登记时的答复", "schema": {"type": "string"}},
}


@router.post(
    "",
    status_code=201,
    summary="登记项目",
    response_model=ProjectOut,
    response_description="已登记；`Location` 为其地址",
    responses={
        201: {"headers": _REGISTERED},
        **responses(ProjectRefusedError, ProjectCodeTakenError, NotFoundError, KeyReusedError, KeyInFlightError),
    },
)
async def register_project(
    principal: Annotated[Principal, allow("assets:write")],
    conn: ConnectionDep,
    project: ProjectBody,
    idempotency_key: KeyHeader = None,
) -> Response:
    """登记一个项目及其资金构成，并在主题 `assets.ledger.v1` 上发布一条事件；两者同时成立或同时不成立。

    各来源资金之和必须与总投资分毫不差；项目编码全市唯一；区划须在令牌范围之内。
    有多处不符合要求时一次全部指出。"""

    async def work() -> Answer:
        stored = await service.register(conn, principal, project.draft(), correlation_id=tracing.trace_id())
        location = {"Location": f"{router.prefix}/{stored.project_id}"}
        return Answer.of(ProjectOut.of(stored), 201, location)

    claim = None
    if idempotency_key is not None:
        claim = Claim(principal.sub, _REGISTER, idempotency_key, fingerprint(project.model_dump_json()))
    return (await once(conn, claim, work)).response()


@router.get("", summary="查询项目", responses=responses(NotFoundError, BadCursorError))
async def list_projects(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    principal: Annotated[Principal, allow("assets:read")],
    conn: ConnectionDep,
    division: Annotated[
        str | None,
        Query(
            title="行政区划", description="此区划及其下级，12 位代码", pattern=r"^[0-9]{12}$", examples=["150625000000"]
        ),
    ] = None,
    year: Annotated[int | None, Query(title="年度", ge=FIRST_YEAR, le=9999)] = None,
    kind: Annotated[ProjectKind | None, Query(title="项目类别")] = None,
    status: Annotated[ProjectStatus | None, Query(title="项目状态")] = None,
    source: Annotated[FundSource | None, Query(title="资金来源", description="含有此来源资金的项目")] = None,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[ProjectOut]:
    """令牌区划之内的项目，最近登记的在前；条件同时成立。把返回的 `next` 作为 `after` 取下一页。"""
    start = position(after, UUID)
    wanted = Wanted(division, year, kind, status, source)
    found = await service.newest(conn, principal, wanted, start[0] if start else None, limit + 1)
    projects, following = cut(found, limit, lambda last: (last.project_id,))
    return Page(items=[ProjectOut.of(project) for project in projects], next=following)


@router.get("/{project_id}", summary="查看一个项目", responses=responses(ProjectNotFoundError))
async def get_project(
    principal: Annotated[Principal, allow("assets:read")],
    conn: ConnectionDep,
    project_id: Annotated[UUID, Path(title="项目编号")],
) -> ProjectOut:
    """项目的登记内容。不存在或不在令牌区划之内的，一律答 404。"""
    return ProjectOut.of(await service.get(conn, principal, project_id))
