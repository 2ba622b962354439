"""`GET /v1/incidents`: equations that fail."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.ingest.catalogue.service import chosen
from services.ingest.equations import service
from services.ingest.equations.schemas import IS_OPEN, IncidentOut, IncidentState
from shared.http.auth import allow
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/incidents", tags=["对账"])
Reader = Annotated[Principal, allow("manifests:read")]


@router.get("", summary="对账异常", responses=responses(BadCursorError))
async def list_incidents(
    principal: Reader,
    conn: ConnectionDep,
    department: Annotated[str | None, Query(title="部门", examples=["medical-insurance"])] = None,
    kind: Annotated[str | None, Query(title="数据种类", examples=["settlement"])] = None,
    state: Annotated[IncidentState | None, Query(title="状态", description="不填为全部")] = None,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[IncidentOut]:
    """数据清单中不成立的等式，最近发现的在前；部门只看本部门。未恢复的每小时重新核对，成立后标为已恢复。

    同样可见于指标 `xianjie_ingest_open_incidents` 和日志 `equation_fails`。"""
    feeds = chosen(principal.department, department, kind)
    start = position(after, UUID)
    below = start[0] if start else None
    found = await service.incidents(conn, feeds, is_open=IS_OPEN[state], below=below, limit=limit + 1)
    shown, following = cut(found, limit, lambda last: (last.incident_id,))
    return Page(items=[IncidentOut.of(one) for one in shown], next=following)
