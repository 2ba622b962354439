"""The change feed and its snapshot over HTTP. Routes stand before `/v1/warnings/{warning_id}` in the application."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.screening.delivery import service
from services.screening.delivery.errors import CursorAheadError, CursorExpiredError
from services.screening.delivery.schemas import (
    ChangeOut,
    ChangePageOut,
    ChangeQuery,
    SnapshotItemOut,
    SnapshotPageOut,
    SnapshotQuery,
)
from services.screening.delivery.service import Filter
from services.screening.delivery.watching import ChangeFeed
from services.screening.warnings.schemas import ScopeQuery
from services.screening.warnings.service import narrowed
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.paging import BadCursorError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["预警"])

Reader = Annotated[Principal, allow("warnings:read")]


@router.get(
    "/v1/warnings/changes",
    summary="预警变更流",
    description=(
        "管辖范围内预警的全部变更，按位置先后。把 `next` 作为 `after` 传回，不会漏读，也不会打乱同一户的先后。"
        "没有新变更时，`wait` 秒内一有变更即返回。使一件预警离开所筛选的区划或等级的那一次变更"
        "（户迁移、规则的等级变了）也在内，此后不再出现。"
        "变更保留 `retention_days` 天；游标过期答复 410，从 `/v1/warnings/snapshot` 重新开始。"
    ),
    responses=responses(DivisionNotFoundError, CursorAheadError, CursorExpiredError),
)
async def changes(principal: Reader, query: Annotated[ChangeQuery, Query()], request: Request) -> ChangePageOut:
    """Changes after a cursor; holds no connection while it waits."""
    feed: ChangeFeed = request.app.state.changes
    page = await feed.page(wanted_by(principal, query), int(query.after), query.limit, query.wait)
    return ChangePageOut(
        items=[ChangeOut.model_validate(change) for change in page.items],
        next=page.next,
        retained_from=page.retained_from,
        retention_days=feed.retention_days,
    )


@router.get(
    "/v1/warnings/snapshot",
    summary="现行预警快照",
    description=(
        "管辖范围内现行（待核实、核实中、属实）的预警，供变更流的读者起步或游标过期后重新开始。"
        "逐页读到 `next` 为 null，再用 `cursor` 作为 `/v1/warnings/changes` 或 `/v1/warnings/stream` 的 `after` 继续，"
        "筛选条件不变。"
    ),
    responses=responses(DivisionNotFoundError, BadCursorError),
)
async def snapshot(principal: Reader, query: Annotated[SnapshotQuery, Query()], conn: ConnectionDep) -> SnapshotPageOut:
    """Active warnings within the caller's divisions, and the cursor from which the feed goes on without a gap."""
    page = await service.snapshot(conn, wanted_by(principal, query), query.after, query.limit)
    items = [SnapshotItemOut(**item.warning, household_seq=item.household_seq) for item in page.items]
    return SnapshotPageOut(items=items, next=page.next, cursor=page.cursor)


def wanted_by(principal: Principal, query: ScopeQuery) -> Filter:
    """What the caller asks for, inside what the caller may see. DivisionNotFoundError for a division outside."""
    return Filter(narrowed(principal.scope_prefix(), query.division), query.rule, query.severity)
