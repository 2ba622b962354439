"""The board and values."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from services.indicators.definitions import service as definitions
from services.indicators.definitions.errors import UnknownIndicatorError
from services.indicators.values import service
from services.indicators.values.errors import ValueNotFoundError
from services.indicators.values.queries import BoardQuery, ValuePageQuery
from services.indicators.values.schemas import BoardOut, ValueOut
from shared import clock
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError, FutureDayError
from shared.http.paging import BadCursorError, Page, cut, position
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["指标数值"])
Reader = Annotated[Principal, allow("indicators:read")]


@router.get("/v1/board", summary="指标表", responses=responses(DivisionNotFoundError, FutureDayError))
async def get_board(principal: Reader, conn: ConnectionDep, query: Annotated[BoardQuery, Query()]) -> BoardOut:
    """规划专栏1的整张表，按规划的顺序和原文，十六行；`family=other` 为规划的其他目标。

    今天的数值是已发布的；更早的日期按同一公式当场计算，不保存。没有来源的指标状态为
    `not_computable` 并写明原因，绝不填 0 或上年数。官方公布值和规划的其他读法列在旁边，互不取代。
    """
    board = await service.board(conn, _in_scope(principal, query.division), query.as_of, query.family)
    return BoardOut.of(board, definitions.catalogue().plan, clock.today())


@router.get(
    "/v1/values",
    summary="指标数值清单",
    responses=responses(DivisionNotFoundError, UnknownIndicatorError, FutureDayError, BadCursorError),
)
async def list_values(
    principal: Reader, conn: ConnectionDep, query: Annotated[ValuePageQuery, Query()]
) -> Page[ValueOut]:
    """指标数值，含所选区划及其下级，按指标、区划、期间排列。

    不填 `known_at` 为现行的数值；填了则为那一刻已发布且现行的数值：期间审定后被重述的原值这样查到。
    """
    prefix = divisions.prefix(_in_scope(principal, query.division))
    asked = service.Asked(query.indicator, query.family, prefix, query.period, query.instant())
    rows = await service.listed(conn, asked, after=position(query.after, int, str, str), limit=query.limit + 1)
    items, following = cut(rows, query.limit, lambda stored: stored.value.place)
    today, official = clock.today(), await service.officials(conn, items)
    return Page[ValueOut](
        items=[ValueOut.of(stored, today, official.get(stored.value.place)) for stored in items], next=following
    )


@router.get("/v1/values/{value_id}", summary="一个指标数值", responses=responses(ValueNotFoundError))
async def get_value(
    value_id: Annotated[UUID, Path(title="数值编号")], principal: Reader, conn: ConnectionDep
) -> ValueOut:
    """按编号给出指标数值；已被新值取代的仍可查到。"""
    stored = await service.get(conn, value_id)
    if not principal.may_division(stored.value.division_code):
        raise ValueNotFoundError("没有这个指标数值，或者不在您的权限范围内。")
    official = await service.officials(conn, [stored])
    return ValueOut.of(stored, clock.today(), official.get(stored.value.place))


def _in_scope(principal: Principal, division: str | None) -> str:
    return within(principal.scope_prefix(), division or principal.division or divisions.CITY)
