"""`/` of assets, 资产台账, the list behind each of its numbers, an asset's own page, and the list of findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.assets.findings import service as findings
from services.assets.findings.repository import Wanted as WantedFindings
from services.assets.ledger import service as ledger
from services.assets.ledger.domain import DISPOSED
from services.assets.ledger.errors import AssetNotFoundError
from services.assets.ledger.repository import STANDING, Wanted
from services.assets.overview import papers
from services.assets.overview.wording import CLASSES, FINDING_STATES, SOURCES, STATES, TEMPLATES, words
from services.assets.projects.domain import FIRST_YEAR
from services.assets.rights.domain import RIGHTS
from services.assets.rights.schemas import held
from shared import clock
from shared.codes import divisions
from shared.codes.divisions import Division
from shared.errors import InvalidError
from shared.http.pages import Pages, visit
from shared.http.paging import cut, position
from shared.http.permissions import Principal, within
from shared.http.session import ConnectionDep

Visitor = Annotated[Principal, visit("assets:read")]
router = APIRouter(include_in_schema=False)
_PAGES = Pages(TEMPLATES)
SHOWN = 50
_ALL = "all"


@router.get("/", response_class=HTMLResponse)
async def sheet(
    request: Request, principal: Visitor, conn: ConnectionDep, division: str = "", as_of: str = ""
) -> HTMLResponse:
    """台账：一个区划的资产按下级区划、类别、资金来源、年度、状态的合计，问题，和专栏7的对照。"""
    place, day = _place(principal, division), _day(as_of)
    found = await papers.sheet(conn, principal.scope_prefix(), place, day)
    link = _linker("/", division=place.code, as_of=as_of)
    return _PAGES.answer(request, "ledger.html", principal, sheet=found, link=link, **words())


@router.get("/assets", response_class=HTMLResponse)
async def listing(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    request: Request,
    principal: Visitor,
    conn: ConnectionDep,
    division: str = "",
    asset_class: str = "",
    state: str = "",
    source: str = "",
    year: str = "",
    as_of: str = "",
    after: str = "",
) -> HTMLResponse:
    """资产清单：台账上每个数背后的资产。"""
    place, day = _place(principal, division), _day(as_of)
    if day and state not in ("", _ALL):
        raise InvalidError("状态只能按现在的筛选，请去掉截至日期或状态。")
    wanted = Wanted(
        prefix=divisions.prefix(place.code),
        asset_class=_one_of(CLASSES, asset_class, "资产类别"),
        state=STANDING if not state else None if state == _ALL else _one_of(STATES, state, "资产状态"),
        year=_year(year),
        source=_one_of(SOURCES, source, "资金来源"),
        day=day,
    )
    start = position(after or None, UUID)
    rows = await ledger.listed(conn, wanted, start[0] if start else None, SHOWN + 1)
    assets, following = cut(rows, SHOWN, lambda last: (last.asset_id,))
    if day and not state:  # which of them were disposed of by then is known only of those that were looked at
        assets = [asset for asset in assets if asset.state != DISPOSED]
    return _list(
        request,
        principal,
        place,
        {"asset_class": asset_class, "state": state, "source": source, "year": year, "as_of": as_of},
        template="listing.html",
        assets=assets,
        next=following,
        list_states=[*STATES.items(), (_ALL, "全部")],
        years=[(str(one), f"{one}年") for one in range(clock.today().year + 1, FIRST_YEAR - 1, -1)],
    )


@router.get("/assets/{asset_id}", response_class=HTMLResponse)
async def life(
    request: Request, principal: Visitor, asset_id: str, conn: ConnectionDep, as_of: str = ""
) -> HTMLResponse:
    """一项资产：某一天的样子、权利、管护、收益、处置和问题，和它从登记到现在的全部经历。"""
    try:
        wanted = UUID(asset_id)
    except ValueError:
        raise AssetNotFoundError("没有这项资产，或者不在您的权限范围内。") from None
    paper = await papers.paper(conn, principal, wanted, _day(as_of))
    within_scope = papers.trail(principal.scope_prefix(), paper.asset.division_code)
    return _PAGES.answer(
        request,
        "asset.html",
        principal,
        paper=paper,
        trail=within_scope,
        held=[(one.right, one.shares) for one in held(paper.rights)],
        missing=[right for right in RIGHTS if right not in paper.rights],
        years=[(year, list(steps)) for year, steps in groupby(paper.steps, lambda step: step.holds_on.year)],
        **words(),
    )


@router.get("/findings", response_class=HTMLResponse)
async def problems(
    request: Request,
    principal: Visitor,
    conn: ConnectionDep,
    division: str = "",
    code: str = "",
    state: str = "",
    as_of: str = "",
    after: str = "",
) -> HTMLResponse:
    """问题清单：不填状态时是某一天尚未销号的。"""
    place, day = _place(principal, division), _day(as_of)
    wanted = WantedFindings(
        prefix=divisions.prefix(place.code),
        code=_one_of(findings.kinds(), code, "问题"),
        state=_one_of(FINDING_STATES, state, "状态"),
        day=day if state else day or clock.today(),
    )
    start = position(after or None, int)
    rows = await findings.listed(conn, wanted, start[0] if start else None, SHOWN + 1)
    found, following = cut(rows, SHOWN, lambda last: (last.finding_id,))
    asked = {"code": code, "state": state, "as_of": as_of}
    return _list(request, principal, place, asked, template="findings.html", findings=found, next=following)


def _list(
    request: Request, principal: Principal, place: Division, asked: Mapping[str, str], *, template: str, **shown: Any
) -> HTMLResponse:
    """A list of the assets of a place: its trail, what was asked, and links that keep both."""
    return _PAGES.answer(
        request,
        template,
        principal,
        trail=papers.trail(principal.scope_prefix(), place.code),
        place=place,
        first=not request.query_params.get("after"),
        asked=asked,
        link=_linker(request.url.path, division=place.code, **asked),
        **shown,
        **words(),
    )


def _place(principal: Principal, division: str) -> Division:
    code = within(principal.scope_prefix(), division or principal.division or divisions.CITY)
    return papers.trail(principal.scope_prefix(), code)[-1]


def _day(text: str) -> date | None:
    """None for today, which is as the ledger stands now."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidError("截至日期写成 2026-10-31 这样。") from None
    if day > clock.today():
        raise InvalidError("截至日期不能晚于今天。")
    return None if day == clock.today() else day


def _year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == len("2024")):
        raise InvalidError("项目年度写成 2024 这样。")
    return int(text)


def _one_of(known: Collection[str], value: str, title: str) -> str | None:
    if value and value not in known:
        raise InvalidError(f"没有这个{title}，请从页面上选择。")
    return value or None


def _linker(path: str, **asked: str) -> Callable[..., str]:
    """Addresses of the same page, or of another at `at`, that keep what was asked but for what is changed."""

    def link(at: str = path, **changed: str) -> str:
        wanted = {name: text for name, text in {**asked, **changed}.items() if text}
        return f"{at}?{urlencode(wanted)}" if wanted else at

    return link
