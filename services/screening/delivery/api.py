"""The change feed over HTTP. Routes stand before `/v1/warnings/{warning_id}` in the application."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.screening.delivery.errors import CursorAheadError
from services.screening.delivery.schemas import ChangePageOut, ChangeQuery
from services.screening.delivery.service import ChangeFeed, Filter
from services.screening.warnings.service import narrowed
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.permissions import Principal
from shared.http.problems import responses

router = APIRouter(tags=["预警"])

Reader = Annotated[Principal, allow("warnings:read")]


@router.get(
    "/v1/warnings/changes",
    summary="预警变更流",
    description=(
        "管辖范围内预警的全部变更，按位置先后。把 `next` 作为 `after` 传回，不会漏读，也不会打乱同一户的先后。"
        "没有新变更时，`wait` 秒内一有变更即返回。"
    ),
    responses=responses(DivisionNotFoundError, CursorAheadError),
)
async def changes(principal: Reader, query: Annotated[ChangeQuery, Query()], request: Request) -> ChangePageOut:
    """Changes after a cursor; holds no connection while it waits."""
    feed: ChangeFeed = request.app.state.changes
    wanted = Filter(narrowed(principal.scope_prefix(), query.division), query.rule, query.severity)
    return ChangePageOut.model_validate(await feed.page(wanted, int(query.after), query.limit, query.wait))
