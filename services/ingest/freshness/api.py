"""`GET /v1/freshness`: what has come, and what is overdue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.ingest.catalogue.service import chosen
from services.ingest.freshness import service
from services.ingest.freshness.domain import State
from services.ingest.freshness.schemas import FreshnessList, FreshnessOut
from services.ingest.freshness.service import PLACES
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/freshness", tags=["数据时效"])
Reader = Annotated[Principal, allow("freshness:read")]


@router.get("", summary="数据时效", responses=responses(DivisionNotFoundError))
async def read_freshness(
    principal: Reader,
    conn: ConnectionDep,
    department: Annotated[str | None, Query(title="部门", examples=["medical-insurance"])] = None,
    kind: Annotated[str | None, Query(title="数据种类", examples=["settlement"])] = None,
    division: Annotated[
        str | None,
        Query(title="旗区", description="12 位代码；全市一行为 `150600000000`", pattern=r"^[0-9]{12}$"),
    ] = None,
    state: Annotated[State | None, Query(title="状态")] = None,
) -> FreshnessList:
    """每类数据在每个旗区最近何时到数、是否逾期。部门只看本部门，旗区和乡镇只看所在旗区。

    收到并发布任何一条记录（或内容未变的重报），都使记录所在旗区的时效从收到时重新计算；关闭报送期（含零报告）也是，
    全市关闭覆盖全部旗区。没有注明区划、或只注明全市的记录只计入全市一行，不能说明任何一个旗区已经报送。"""
    feeds = chosen(principal.department, department, kind)
    prefix = principal.scope_prefix()[:6]
    places = {code for code in PLACES if code.startswith(prefix)}
    if division is not None:
        places &= {divisions.banner_of(within(prefix, division))}
    found = await service.listed(conn, feeds, places)
    items = [FreshnessOut.of(row) for row in found if state in {None, row.state}]
    return FreshnessList(items=items, next=None)
