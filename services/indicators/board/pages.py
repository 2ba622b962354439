"""`/` of indicators, 指标看板, `/targets` for the plan's other targets, and the page that says why a number is one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.board import papers, service
from services.indicators.board.reasons import means
from services.indicators.board.service import Sheet
from services.indicators.board.wording import TEMPLATES, words
from services.indicators.definitions.domain import Family
from services.indicators.lineage.domain import PARTS
from services.indicators.lineage.domain import words as lineage_words
from services.indicators.values.errors import ValueNotFoundError
from shared.codes import divisions
from shared.errors import InvalidError
from shared.http.errors import DivisionNotFoundError
from shared.http.pages import Pages, visit
from shared.http.permissions import Principal, within
from shared.http.session import ConnectionDep

Visitor = Annotated[Principal, visit("indicators:read")]
router = APIRouter(include_in_schema=False)
_PAGES = Pages(TEMPLATES)


@router.get("/", response_class=HTMLResponse)
async def board(
    request: Request, principal: Visitor, conn: ConnectionDep, division: str = "", as_of: str = ""
) -> HTMLResponse:
    """专栏1 of a place: the plan's table with numbers, status, pictures, and how old the data are."""
    sheet = await _sheet(conn, principal, division, as_of, "main")
    return _PAGES.answer(request, "board.html", principal, sheet=sheet, link=_linker(sheet, "/"), **words())


@router.get("/targets", response_class=HTMLResponse)
async def targets(
    request: Request, principal: Visitor, conn: ConnectionDep, division: str = "", as_of: str = ""
) -> HTMLResponse:
    """The plan's other targets for a place, in the plan's order."""
    sheet = await _sheet(conn, principal, division, as_of, "other")
    return _PAGES.answer(request, "targets.html", principal, sheet=sheet, link=_linker(sheet, "/targets"), **words())


@router.get("/values/{value_id}", response_class=HTMLResponse)
async def value(
    request: Request, principal: Visitor, value_id: str, conn: ConnectionDep, part: str = "", after: str = ""
) -> HTMLResponse:
    """Why this number: formula, who or what is behind each part with their records, ages, and what it was restated
    with."""
    if part and part not in PARTS:
        raise InvalidError("没有这一部分，请从页面上的链接中选择。")
    paper = await papers.paper(conn, principal, _id(value_id), part or None, after)
    unnumbered = means(paper.line.indicator) and paper.part == "missing"
    return _PAGES.answer(
        request,
        "value.html",
        principal,
        paper=paper,
        said=None if unnumbered else lineage_words(paper.listing.compared, paper.stored.value),
        link=lambda division: f"/?{urlencode({'division': division})}",
        **words(),
    )


async def _sheet(conn: AsyncConnection, principal: Principal, division: str, as_of: str, family: Family) -> Sheet:
    code = within(principal.scope_prefix(), division or principal.division or divisions.CITY)
    place = divisions.get(code)
    if place is None or place.level == "village":
        raise DivisionNotFoundError("指标按市、旗区、苏木乡镇看，没有嘎查村一级的看板。")
    return await service.sheet(conn, principal.scope_prefix(), code, _day(as_of), family)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueNotFoundError("没有这个指标数值，或者不在您的权限范围内。") from None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidError("截至日期写成 2026-10-31 这样。") from None


def _linker(sheet: Sheet, path: str) -> Any:
    """Addresses of the same page that keep what was asked: the place and the day."""

    def link(at: str = path, **changed: str) -> str:
        asked = {"division": sheet.place.code, "as_of": "" if sheet.today else str(sheet.as_of), **changed}
        return f"{at}?{urlencode({name: text for name, text in asked.items() if text})}"

    return link
