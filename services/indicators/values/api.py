"""The board and values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Family
from services.indicators.definitions.errors import UnknownIndicatorError
from services.indicators.definitions.periods import PATTERN
from services.indicators.values import service
from services.indicators.values.domain import Board
from services.indicators.values.errors import TooManyValuesError, ValueNotFoundError
from services.indicators.values.moments import KnownAtQuery, past
from services.indicators.values.schemas import BoardOut, ValueOut
from services.indicators.values.tables import as_csv, as_xlsx, board_rows, value_rows
from shared import clock
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.downloads import WORKBOOK
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
    str | None,
    Query(title="期间", description="年 `2025`、季度 `2025-Q1` 或月 `2025-03`", pattern=PATTERN),
]
FamilyQuery = Annotated[Family, Query(title="指标族", description="main 专栏1的十六项；other 规划的其他目标")]
EitherFamilyQuery = Annotated[
    Family | None, Query(title="指标族", description="main 专栏1的十六项；other 规划的其他目标；不填为两者")
]
AsOfQuery = Annotated[date | None, Query(title="截至日期", description="不填为今天（北京时间）")]
IndicatorQuery = Annotated[str | None, Query(title="指标代码", max_length=64, examples=["medical_insurance"])]


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """Which board."""

    division: DivisionQuery = None
    as_of: AsOfQuery = None
    family: FamilyQuery = "main"


@dataclass(frozen=True, slots=True)
class ValuesQuery:
    """Which values."""

    indicator: IndicatorQuery = None
    division: DivisionQuery = None
    period: PeriodQuery = None
    family: EitherFamilyQuery = None
    known_at: KnownAtQuery = None

    def asked(self, principal: Principal) -> service.Asked:
        """Within the caller's scope; DivisionNotFoundError, FutureDayError."""
        prefix = divisions.prefix(_in_scope(principal, self.division))
        return service.Asked(self.indicator, self.family, prefix, self.period, past(self.known_at))


BoardDep = Annotated[BoardQuery, Depends()]
ValuesDep = Annotated[ValuesQuery, Depends()]
_OF_BOARD = responses(DivisionNotFoundError, FutureDayError)
_OF_VALUES = responses(DivisionNotFoundError, UnknownIndicatorError, FutureDayError, TooManyValuesError)
_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "CSV（UTF-8，带字节序标记，中文列名）",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get("/v1/board", summary="指标表", responses=_OF_BOARD)
async def get_board(principal: Reader, conn: ConnectionDep, query: BoardDep) -> BoardOut:
    """规划专栏1的整张表，按规划的顺序和原文，十六行；`family=other` 为规划的其他目标。

    今天的数值是已发布的；更早的日期按同一公式当场计算，不保存。没有来源的指标状态为
    `not_computable` 并写明原因，绝不填 0 或上年数。官方公布值和规划的其他读法列在旁边，互不取代。
    """
    board = await service.board(conn, _in_scope(principal, query.division), query.as_of, query.family)
    return BoardOut.of(board, definitions.catalogue().plan, clock.today())


@router.get("/v1/board.csv", summary="指标表（CSV）", response_class=Response, responses={**_CSV, **_OF_BOARD})
async def get_board_as_csv(principal: Reader, conn: ConnectionDep, query: BoardDep) -> Response:
    """同一张指标表，中文列名，可用表格软件直接打开。"""
    board = await service.board(conn, _in_scope(principal, query.division), query.as_of, query.family)
    return as_csv(board_rows(board, clock.today()), f"{_name(board)}.csv")


@router.get("/v1/board.xlsx", summary="指标表（XLSX）", response_class=Response, responses={**WORKBOOK, **_OF_BOARD})
async def get_board_as_xlsx(principal: Reader, conn: ConnectionDep, query: BoardDep) -> Response:
    """同一张指标表，中文列名，XLSX 工作簿。"""
    board = await service.board(conn, _in_scope(principal, query.division), query.as_of, query.family)
    return as_xlsx(board_rows(board, clock.today()), f"{_name(board)}.xlsx", "指标表")


@router.get(
    "/v1/values",
    summary="指标数值清单",
    responses=responses(DivisionNotFoundError, UnknownIndicatorError, FutureDayError, BadCursorError),
)
async def list_values(
    principal: Reader,
    conn: ConnectionDep,
    query: ValuesDep,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[ValueOut]:
    """指标数值，含所选区划及其下级，按指标、区划、期间排列。

    不填 `known_at` 为现行的数值；填了则为那一刻已发布且现行的数值：期间审定后被重述的原值这样查到。
    """
    rows = await service.listed(conn, query.asked(principal), after=position(after, int, str, str), limit=limit + 1)
    items, following = cut(rows, limit, lambda stored: stored.value.place)
    today, official = clock.today(), await service.officials(conn, items)
    return Page[ValueOut](
        items=[ValueOut.of(stored, today, official.get(stored.value.place)) for stored in items], next=following
    )


@router.get("/v1/values.csv", summary="指标数值清单（CSV）", response_class=Response, responses={**_CSV, **_OF_VALUES})
async def list_values_as_csv(principal: Reader, conn: ConnectionDep, query: ValuesDep) -> Response:
    """同一清单，不分页，中文列名，最多五万行。"""
    rows = value_rows(await service.all_listed(conn, query.asked(principal)), clock.today())
    return as_csv(rows, "指标数值.csv")


@router.get(
    "/v1/values.xlsx", summary="指标数值清单（XLSX）", response_class=Response, responses={**WORKBOOK, **_OF_VALUES}
)
async def list_values_as_xlsx(principal: Reader, conn: ConnectionDep, query: ValuesDep) -> Response:
    """同一清单，不分页，中文列名，最多五万行，XLSX 工作簿。"""
    rows = value_rows(await service.all_listed(conn, query.asked(principal)), clock.today())
    return as_xlsx(rows, "指标数值.xlsx", "指标数值")


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


def _name(board: Board) -> str:
    title = "指标表" if board.family == "main" else "规划其他目标"
    return f"{title}-{divisions.path(board.division_code)}-{board.as_of.isoformat()}"


def _in_scope(principal: Principal, division: str | None) -> str:
    return within(principal.scope_prefix(), division or principal.division or divisions.CITY)
