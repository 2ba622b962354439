"""`/` of ingest: 数据到位."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.catalogue.service import chosen
from services.ingest.equations import service as equations
from services.ingest.equations.domain import TITLES
from services.ingest.freshness.service import PLACES
from services.ingest.overview import service
from services.ingest.tally import service as tally
from services.ingest.tally.domain import CITY
from shared import clock
from shared.codes import divisions
from shared.feeds.catalogue import BY_NUMBER, DEPARTMENTS
from shared.feeds.domain import Feed
from shared.http.pages import Pages, visit
from shared.http.permissions import Principal
from shared.http.session import ConnectionDep

Visitor = Annotated[Principal, visit("freshness:read")]
router = APIRouter(include_in_schema=False)
_SHOWN = 20
_MINUTE = timedelta(minutes=1)
_PAGES = Pages(Path(__file__).parent / "templates")


@router.get("/", response_class=HTMLResponse)
async def overview(request: Request, principal: Visitor, conn: ConnectionDep) -> HTMLResponse:
    """部门 × 旗区：最近到数、距今天数、今日接收与拒收、隔离待办。"""
    feeds = chosen(principal.department)
    prefix = principal.scope_prefix()[:6]
    places = [code for code in PLACES if code.startswith(prefix)]
    own = [name for name in DEPARTMENTS if principal.may("feeds:read") and principal.may_department(name)]
    return _PAGES.answer(
        request,
        "overview.html",
        principal,
        printed="时效按北京时间的天数计",
        blocks=await service.blocks(conn, feeds, places, own),
        places=[_name(code) for code in places],
        behind=int((await tally.behind(conn)) / _MINUTE),
        incidents=await _incidents(conn, feeds) if principal.may("manifests:read") else [],
        day_of=clock.business_date,
    )


async def _incidents(conn: AsyncConnection, feeds: Sequence[Feed]) -> list[dict[str, str | int]]:
    found = await equations.incidents(conn, feeds, is_open=True, below=None, limit=_SHOWN)
    return [
        {
            "feed": BY_NUMBER[one.feed].title,
            "name": one.name,
            "equation": TITLES[one.equation],
            "expected": one.expected,
            "found": one.found,
        }
        for one in found
    ]


def _name(code: str) -> str:
    place = divisions.get(code)
    return "全市" if code == CITY else place.name if place else code
