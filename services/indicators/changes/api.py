"""The change feed over HTTP. Its route stands before `/v1/values/{value_id}` in the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query

from services.indicators.changes import service
from services.indicators.changes.errors import ValueCursorExpiredError
from services.indicators.changes.schemas import ChangePageOut, ChangeQuery
from services.indicators.definitions.errors import UnknownIndicatorError
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.errors import CursorAheadError, DivisionNotFoundError
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

Reader = Annotated[Principal, allow("indicators:read")]


def router(retention_days: int) -> APIRouter:
    """The route of this room; changes are kept for `retention_days` after they were published."""
    made = APIRouter(tags=["指标数值"])
    made.add_api_route(
        "/v1/values/changes",
        _changes_route(retention_days),
        methods=["GET"],
        summary="指标数值变更流",
        responses=responses(DivisionNotFoundError, UnknownIndicatorError, CursorAheadError, ValueCursorExpiredError),
    )
    return made


def _changes_route(retention_days: int) -> Callable[..., Awaitable[ChangePageOut]]:
    async def value_changes(
        principal: Reader, query: Annotated[ChangeQuery, Query()], conn: ConnectionDep
    ) -> ChangePageOut:
        """权限范围内指标数值的全部变更，按位置先后：已发布、已审定的期间重述、约束性指标期末未达标。

        内容与 Kafka 主题 `indicators.values.v1` 一致，含规划的其他目标。把 `next` 作为 `after` 传回，不会漏读。
        变更保留 `retention_days` 天；游标过期答复 410，先读 `/v1/values` 的现行数值，再从保留的开头继续。
        """
        scope = principal.scope_prefix()
        prefix = divisions.prefix(within(scope, query.division)) if query.division else scope
        page = await service.read(conn, query.indicator, prefix, int(query.after), query.limit)
        return ChangePageOut.of(page, retention_days)

    return value_changes
