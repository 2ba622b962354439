"""Findings over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from services.assets.findings import service
from services.assets.findings.domain import State
from services.assets.findings.errors import FindingClosedError, FindingNotFoundError
from services.assets.findings.repository import Wanted
from services.assets.findings.schemas import CODES, Code, ExplanationBody, FindingOut
from services.assets.terms.routes import Clerk, Division, Reader, prefix_of
from services.assets.terms.schemas import Day
from shared.errors import NotFoundError
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/findings", tags=["问题清单"])


@router.get("", summary="问题清单", responses=responses(NotFoundError, BadCursorError))
async def list_findings(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    principal: Reader,
    conn: ConnectionDep,
    division: Division = None,
    code: Annotated[Code | None, Query(title="问题代码", description=CODES)] = None,
    state: Annotated[State | None, Query(title="状态")] = None,
    asset_id: Annotated[UUID | None, Query(title="资产编号")] = None,
    as_of: Annotated[Day | None, Query(title="截至日期", description="那一天尚未销号的")] = None,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[FindingOut]:
    """资产的问题，最近列入的在前。列入和销号由平台按台账自动进行，约每分钟一次。"""
    start = position(after, int)
    prefix = prefix_of(principal, division)
    wanted = Wanted(prefix, code, state, asset_id, as_of)
    found = await service.listed(conn, wanted, start[0] if start else None, limit + 1)
    items, following = cut(found, limit, lambda one: (one.finding_id,))
    return Page(items=[FindingOut.of(one) for one in items], next=following)


@router.put(
    "/{finding_id}/explanation",
    summary="说明问题",
    responses=responses(FindingNotFoundError, FindingClosedError),
)
async def explain_finding(
    principal: Clerk,
    conn: ConnectionDep,
    finding_id: Annotated[int, Path(title="问题编号", ge=1, le=2**62)],
    body: ExplanationBody,
) -> FindingOut:
    """写明原因或整改安排；说明不销号，情况消除后自动销号。"""
    return FindingOut.of(await service.explain(conn, principal, finding_id, body.explanation))
