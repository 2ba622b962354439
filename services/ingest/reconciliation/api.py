"""`/v1/manifests`: what was sent, taken, stored and published, of a day or a closed period."""

from __future__ import annotations

import base64
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from services.ingest.catalogue.service import chosen
from services.ingest.deliveries.errors import UnknownPeriodError
from services.ingest.equations.domain import Scope, Target
from services.ingest.outcomes.domain import PERIOD
from services.ingest.reconciliation import service
from services.ingest.reconciliation.errors import UnknownManifestError, WhichScopeError
from services.ingest.reconciliation.schemas import ManifestOut, ReconcileBody
from shared import clock
from shared.events.asyncapi import example
from shared.events.reconciliation import FeedReconciledV1
from shared.feeds import catalogue
from shared.feeds.errors import UnknownFeedError
from shared.http.auth import allow
from shared.http.errors import FutureDayError
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/manifests", tags=["对账"])
Reader = Annotated[Principal, allow("manifests:read")]
Operator = Annotated[Principal, allow("operations")]
_BODY = {name: value for name, value in example(FeedReconciledV1)["body"].items() if name != "sha256"}
_FILE = {
    "description": "清单文件",
    "content": {"application/json": {"schema": {"type": "object", "title": "数据清单"}, "example": _BODY}},
    "headers": {
        "ETag": {"description": "文件的 SHA-256，十六进制", "schema": {"type": "string"}},
        "Repr-Digest": {"description": "文件的 SHA-256（RFC 9530）", "schema": {"type": "string"}},
    },
}


@router.post(
    "",
    status_code=201,
    summary="立即对账",
    response_description="最新一版清单：内容有变化时为新的一版，没有变化时为原来的一版",
    responses=responses(UnknownFeedError, UnknownPeriodError, WhichScopeError, FutureDayError),
)
async def reconcile_now(_principal: Operator, body: ReconcileBody, conn: ConnectionDep) -> ManifestOut:
    """立即核对一类数据的一天或一个已关闭的报送期，不等每日运行（次日零时十分）。"""
    feed = catalogue.get(body.department, body.kind)
    return ManifestOut.of(await service.reconcile(conn, _target(feed.number, body.day, body.period)))


def _target(feed: int, day: date | None, period: str | None) -> Target:
    if (day is None) == (period is None):
        raise WhichScopeError("“日期”和“报送期”请填其中一个。")
    if day is None:
        return Target(feed, "period", period or "")
    if day > clock.today():
        raise FutureDayError("“日期”尚未到来。")
    return Target(feed, "day", day.isoformat())


@router.get("", summary="数据清单", responses=responses(BadCursorError))
async def list_manifests(
    principal: Reader,
    conn: ConnectionDep,
    department: Annotated[str | None, Query(title="部门", examples=["medical-insurance"])] = None,
    kind: Annotated[str | None, Query(title="数据种类", examples=["settlement"])] = None,
    day: Annotated[date | None, Query(title="日期", description="这一天的清单", examples=["2026-03-05"])] = None,
    period: Annotated[str | None, Query(title="报送期", description="这一期的清单", pattern=PERIOD)] = None,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[ManifestOut]:
    """数据清单，最近生成的在前；部门只看本部门。每天每类数据一份，每个关闭的报送期一份，内容有变化时出新的一版。

    清单同时发布在主题 `ingest.reconciliation.v1`。"""
    feeds = chosen(principal.department, department, kind)
    scope: Scope | None = "day" if day is not None else "period" if period is not None else None
    name = day.isoformat() if day is not None else period
    start = position(after, UUID)
    found = await service.manifests(conn, feeds, scope, name, start[0] if start else None, limit + 1)
    shown, following = cut(found, limit, lambda last: (last.manifest_id,))
    return Page(items=[ManifestOut.of(one) for one in shown], next=following)


@router.get(
    "/{manifest_id}",
    summary="下载数据清单",
    response_class=Response,
    responses={200: _FILE, **responses(UnknownManifestError)},
)
async def download_manifest(
    principal: Reader, conn: ConnectionDep, manifest_id: Annotated[UUID, Path(title="清单编号")]
) -> Response:
    """一份清单的原文件，一字不差；它的 SHA-256 就是清单的摘要，`previous_sha256` 是本类上一份清单的摘要。"""
    made = await service.manifest(conn, manifest_id, principal.department)
    feed = catalogue.BY_NUMBER[made.feed]
    name = f"manifest-{feed.department}-{feed.kind}-{made.name}-r{made.revision}.json"
    headers = {
        "ETag": f'"{made.sha256.hex()}"',
        "Repr-Digest": f"sha-256=:{base64.b64encode(made.sha256).decode()}:",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(made.body, media_type="application/json", headers=headers)
