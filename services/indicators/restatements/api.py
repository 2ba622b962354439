"""Restatements over HTTP. `/v1/values/{value_id}/restatements` stands beside the routes of values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from services.indicators.definitions.errors import UnknownIndicatorError
from services.indicators.restatements import service
from services.indicators.restatements.errors import RestatementNotFoundError
from services.indicators.restatements.schemas import CauseOut, RestatementOut, RestatementQuery, RestatementsOut
from services.indicators.restatements.service import Locate
from shared.codes import divisions
from shared.errors import NotFoundError
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

Reader = Annotated[Principal, allow("indicators:read")]
ValueId = Annotated[UUID, Path(title="数值编号")]


def router(locate: Locate) -> APIRouter:
    """The routes of this room; `locate` finds the place of a value."""
    made = APIRouter(tags=["指标重述"])
    made.add_api_route(
        "/v1/restatements",
        list_restatements,
        methods=["GET"],
        summary="已审定期间的重述",
        responses=responses(DivisionNotFoundError, UnknownIndicatorError, BadCursorError),
    )
    made.add_api_route(
        "/v1/restatements/{value_id}/causes",
        list_causes,
        methods=["GET"],
        summary="一次重述的依据",
        responses=responses(RestatementNotFoundError, BadCursorError),
    )
    made.add_api_route(
        "/v1/values/{value_id}/restatements",
        _value_route(locate),
        methods=["GET"],
        summary="一个数值的重述",
        response_model=RestatementsOut,
        responses=responses(NotFoundError),
    )
    return made


async def list_restatements(
    principal: Reader, query: Annotated[RestatementQuery, Query()], conn: ConnectionDep
) -> Page[RestatementOut]:
    """期间审定以后数值又变了的，新的在前：审定时的数值、重述后的数值、差额、原因和造成差额的数据。

    原数值不改动，仍可按编号或按当时的知悉时间查到。
    """
    scope = principal.scope_prefix()
    start = position(query.after, UUID)
    found = await service.listed(
        conn,
        indicator=query.indicator,
        period=query.period,
        prefix=divisions.prefix(within(scope, query.division)) if query.division else scope,
        after=start[0] if start else None,
        limit=query.limit + 1,
    )
    items, following = cut(found, query.limit, lambda one: (one.restated.now.value_id,))
    return Page[RestatementOut](items=[RestatementOut.of(one) for one in items], next=following)


async def list_causes(
    principal: Reader,
    value_id: ValueId,
    conn: ConnectionDep,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[CauseOut]:
    """造成差额的全部数据或观测值，逐页给出，条数等于重述的 `causes_count`。`value_id` 是重述后的数值编号。"""
    one = await service.get(conn, value_id)
    if not principal.may_division(one.restated.division_code):
        raise RestatementNotFoundError("没有这次重述，或者不在您的权限范围内。")
    start = position(after, int)
    rows = await service.causes(conn, value_id, start[0] if start else -1, limit + 1)
    items, following = cut(rows, limit, lambda row: (row[0],))
    return Page[CauseOut](items=[CauseOut.model_validate(cause) for _, cause in items], next=following)


def _value_route(locate: Locate) -> Callable[..., Awaitable[RestatementsOut]]:
    async def value_restatements(principal: Reader, value_id: ValueId, conn: ConnectionDep) -> RestatementsOut:
        """这个数值所在的指标、区划和期间的全部重述，早的在前；给审定时的或任何一次重述的编号，答复相同。"""
        place = await locate(conn, principal, value_id)
        return RestatementsOut(items=[RestatementOut.of(one) for one in await service.of_place(conn, place)])

    return value_restatements
