"""The board and values."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from services.indicators.definitions import service as definitions
from services.indicators.definitions.errors import UnknownIndicatorError
from services.indicators.values import service
from services.indicators.values.computation import level_of
from services.indicators.values.errors import ValueNotFoundError
from services.indicators.values.schemas import BoardOut, ValueOut
from shared import clock
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError, FutureDayError
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["指标数值"])
Reader = Annotated[Principal, allow("indicators:read")]
DivisionQuery = Annotated[
    str | None,
    Query(
        title="行政区划代码",
        description="12 位代码；不填为本人权限范围",
        pattern=r"^[0-9]{12}$",
        examples=["150625000000"],
    ),
]
PeriodQuery = Annotated[
    str | None, Query(title="期间", description="年 `2025` 或月 `2025-03`", pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$")
]


@router.get("/v1/board", summary="指标表（专栏1）", responses=responses(DivisionNotFoundError, FutureDayError))
async def get_board(
    principal: Reader,
    conn: ConnectionDep,
    division: DivisionQuery = None,
    as_of: Annotated[date | None, Query(title="截至日期", description="不填为今天（北京时间）")] = None,
) -> BoardOut:
    """规划专栏1的整张表，按规划的顺序和原文，十六行。

    今天的数值是已发布的；更早的日期按同一公式当场计算，不保存。没有来源的指标状态为
    `not_computable` 并写明原因，绝不填 0 或上年数。
    """
    code = _in_scope(principal, division)
    board = await service.board(conn, code, as_of)
    return BoardOut.of(board, definitions.catalogue().plan, clock.today())


@router.get(
    "/v1/values",
    summary="指标数值清单",
    responses=responses(DivisionNotFoundError, UnknownIndicatorError, BadCursorError),
)
async def list_values(
    principal: Reader,
    conn: ConnectionDep,
    indicator: Annotated[str | None, Query(title="指标代码", max_length=64, examples=["medical_insurance"])] = None,
    division: DivisionQuery = None,
    period: PeriodQuery = None,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[ValueOut]:
    """现行的指标数值，含所选区划及其下级，按指标、区划、期间排列。"""
    code = _in_scope(principal, division)
    rows = await service.listed(
        conn,
        indicator=indicator,
        prefix=divisions.prefix(code),
        period=period,
        after=position(after, int, str, str),
        limit=limit + 1,
    )
    items, following = cut(rows, limit, lambda stored: stored.value.place)
    today = clock.today()
    return Page[ValueOut](items=[ValueOut.of(stored, today) for stored in items], next=following)


@router.get("/v1/values/{value_id}", summary="一个指标数值", responses=responses(ValueNotFoundError))
async def get_value(
    value_id: Annotated[UUID, Path(title="数值编号")], principal: Reader, conn: ConnectionDep
) -> ValueOut:
    """按编号给出指标数值；已被新值取代的仍可查到。"""
    stored = await service.get(conn, value_id)
    if not principal.may_division(stored.value.division_code):
        raise ValueNotFoundError("没有这个指标数值，或者不在您的权限范围内。")
    return ValueOut.of(stored, clock.today())


def _in_scope(principal: Principal, division: str | None) -> str:
    code = within(principal.scope_prefix(), division or principal.division or divisions.CITY)
    if level_of(code) is None:
        raise DivisionNotFoundError("指标按市、旗区、苏木乡镇计算，没有嘎查村一级的数值。")
    return code
