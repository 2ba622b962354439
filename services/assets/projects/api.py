"""Projects over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.assets.projects import service
from services.assets.projects.domain import FIRST_YEAR, Wanted
from services.assets.projects.errors import ProjectCodeTakenError, ProjectNotFoundError, ProjectRefusedError
from services.assets.projects.schemas import (
    ChangeBody,
    ChangeOut,
    FundSource,
    ProjectBody,
    ProjectKind,
    ProjectOut,
    ProjectStatus,
)
from services.assets.projects.service import Covered
from services.assets.terms.routes import Clerk, Division, Reader
from shared.errors import NotFoundError
from shared.http import tracing
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

ProjectId = Annotated[UUID, Path(title="项目编号")]
_PREFIX = "/v1/projects"
_REGISTER = "POST /v1/projects"
_WRITING = (ProjectRefusedError, KeyReusedError, KeyInFlightError)
_REGISTERED = {
    "Location": {"description": "项目的地址", "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "`true` 表示这是第一次登记时的答复", "schema": {"type": "string"}},
}


def router(covered: Covered) -> APIRouter:
    """The routes of this room; `covered` says what the project's funds must cover when they are corrected."""
    made = APIRouter(prefix=_PREFIX, tags=["项目"])
    made.add_api_route(
        "",
        register_project,
        methods=["POST"],
        status_code=201,
        summary="登记项目",
        response_model=ProjectOut,
        response_description="已登记；`Location` 为其地址",
        responses={201: {"headers": _REGISTERED}, **responses(ProjectCodeTakenError, NotFoundError, *_WRITING)},
    )
    for path, handler, summary, errors in (
        ("", list_projects, "查询项目", (NotFoundError, BadCursorError)),
        ("/{project_id:uuid}", get_project, "查看一个项目", (ProjectNotFoundError,)),
        ("/{project_id}/changes", list_project_changes, "一个项目的变动", (ProjectNotFoundError,)),
    ):
        made.add_api_route(path, handler, methods=["GET"], summary=summary, responses=responses(*errors))
    made.add_api_route(
        "/{project_id}/changes",
        _changing(covered),
        methods=["POST"],
        status_code=201,
        summary="登记项目变动",
        response_model=ProjectOut,
        response_description="变动以后的项目",
        responses=responses(ProjectNotFoundError, *_WRITING),
    )
    return made


async def register_project(
    principal: Clerk,
    conn: ConnectionDep,
    project: ProjectBody,
    idempotency_key: KeyHeader = None,
) -> Response:
    """登记一个项目及其资金构成，并在主题 `assets.ledger.v1` 上发布一条事件；两者同时成立或同时不成立。

    各来源资金之和必须与总投资分毫不差；项目编码全市唯一；区划须在令牌范围之内。
    有多处不符合要求时一次全部指出。"""

    async def work() -> Answer:
        stored = await service.register(conn, principal, project.draft(), correlation_id=tracing.trace_id())
        location = {"Location": f"{_PREFIX}/{stored.project_id}"}
        return Answer.of(ProjectOut.of(stored), 201, location)

    return (await once(conn, _claim(principal, _REGISTER, idempotency_key, project), work)).response()


def _claim(principal: Principal, operation: str, key: str | None, body: ProjectBody | ChangeBody) -> Claim | None:
    return None if key is None else Claim(principal.sub, operation, key, fingerprint(body.model_dump_json()))


def _changing(covered: Covered) -> Callable[..., Awaitable[Response]]:
    async def change_project(
        principal: Clerk,
        conn: ConnectionDep,
        project_id: ProjectId,
        change: ChangeBody,
        idempotency_key: KeyHeader = None,
    ) -> Response:
        """项目走到下一步（入库、批复、开工、验收），或更正总投资和资金构成；原来的内容在变动清单里一直可查。

        更正后的资金仍须等于各来源之和，并且不少于已登记的资产原值之和。"""

        async def work() -> Answer:
            new, _ = await service.change(conn, principal, project_id, change.change(), covered)
            return Answer.of(ProjectOut.of(new), 201)

        operation = f"POST {_PREFIX}/{project_id}/changes"
        return (await once(conn, _claim(principal, operation, idempotency_key, change), work)).response()

    return change_project


async def list_project_changes(principal: Reader, conn: ConnectionDep, project_id: ProjectId) -> Page[ChangeOut]:
    """项目登记以后的每一次变动，先登记的在前。"""
    found = await service.changes(conn, principal, project_id)
    return Page(items=[ChangeOut.of(one) for one in found], next=None)


async def list_projects(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    principal: Reader,
    conn: ConnectionDep,
    division: Division = None,
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


async def get_project(principal: Reader, conn: ConnectionDep, project_id: ProjectId) -> ProjectOut:
    """项目的登记内容。不存在或不在令牌区划之内的，一律答 404。"""
    return ProjectOut.of(await service.get(conn, principal, project_id))
