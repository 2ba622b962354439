"""The same board and lists as CSV and XLSX."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.indicators.definitions.errors import UnknownIndicatorError
from services.indicators.values import service
from services.indicators.values.domain import Board
from services.indicators.values.errors import TooManyValuesError
from services.indicators.values.files.tables import as_csv, as_xlsx, board_rows, value_rows
from services.indicators.values.queries import BoardQuery, ValuesQuery
from shared import clock
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.downloads import DELIMITED, WORKBOOK, delimited, workbook
from shared.http.errors import DivisionNotFoundError, FutureDayError
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["指标数值"])
Reader = Annotated[Principal, allow("indicators:read")]
BoardParams = Annotated[BoardQuery, Query()]
ValuesParams = Annotated[ValuesQuery, Query()]
_OF_BOARD = responses(DivisionNotFoundError, FutureDayError)
_OF_VALUES = responses(DivisionNotFoundError, UnknownIndicatorError, FutureDayError, TooManyValuesError)


@router.get("/v1/board.csv", summary="指标表（CSV）", response_class=Response, responses={**DELIMITED, **_OF_BOARD})
async def get_board_as_csv(principal: Reader, conn: ConnectionDep, query: BoardParams) -> Response:
    """同一张指标表，中文列名，可用表格软件直接打开。"""
    board = await _board(principal, conn, query)
    return delimited(as_csv(board_rows(board, clock.today())), f"{_name(board)}.csv")


@router.get("/v1/board.xlsx", summary="指标表（XLSX）", response_class=Response, responses={**WORKBOOK, **_OF_BOARD})
async def get_board_as_xlsx(principal: Reader, conn: ConnectionDep, query: BoardParams) -> Response:
    """同一张指标表，中文列名，XLSX 工作簿。"""
    board = await _board(principal, conn, query)
    return workbook(as_xlsx(board_rows(board, clock.today()), "指标表"), f"{_name(board)}.xlsx")


@router.get(
    "/v1/values.csv", summary="指标数值清单（CSV）", response_class=Response, responses={**DELIMITED, **_OF_VALUES}
)
async def list_values_as_csv(principal: Reader, conn: ConnectionDep, query: ValuesParams) -> Response:
    """同一清单，不分页，中文列名，最多五万行。"""
    values = await service.all_listed(conn, _asked(principal, query))
    return delimited(as_csv(value_rows(values, clock.today())), "指标数值.csv")


@router.get(
    "/v1/values.xlsx", summary="指标数值清单（XLSX）", response_class=Response, responses={**WORKBOOK, **_OF_VALUES}
)
async def list_values_as_xlsx(principal: Reader, conn: ConnectionDep, query: ValuesParams) -> Response:
    """同一清单，不分页，中文列名，最多五万行，XLSX 工作簿。"""
    values = await service.all_listed(conn, _asked(principal, query))
    return workbook(as_xlsx(value_rows(values, clock.today()), "指标数值"), "指标数值.xlsx")


async def _board(principal: Principal, conn: ConnectionDep, query: BoardQuery) -> Board:
    code = within(principal.scope_prefix(), query.division or principal.division or divisions.CITY)
    return await service.board(conn, code, query.as_of, query.family)


def _asked(principal: Principal, query: ValuesQuery) -> service.Asked:
    code = within(principal.scope_prefix(), query.division or principal.division or divisions.CITY)
    return service.Asked(query.indicator, query.family, divisions.prefix(code), query.period, query.instant())


def _name(board: Board) -> str:
    title = "指标表" if board.family == "main" else "规划其他目标"
    return f"{title}-{divisions.path(board.division_code)}-{board.as_of.isoformat()}"
