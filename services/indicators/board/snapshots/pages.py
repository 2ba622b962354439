"""`/assessments` of indicators, 督导考核."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.indicators.assessments import service
from services.indicators.assessments.domain import KINDS, tallies
from services.indicators.assessments.errors import AssessmentNotFoundError
from services.indicators.board.wording import TEMPLATES, words
from shared.codes import divisions
from shared.http.pages import Pages, visit
from shared.http.paging import cut, position
from shared.http.permissions import Principal, within
from shared.http.session import ConnectionDep

Visitor = Annotated[Principal, visit("indicators:read")]
SHOWN = 50
router = APIRouter(include_in_schema=False)
_PAGES = Pages(TEMPLATES)


@router.get("/assessments", response_class=HTMLResponse)
async def snapshots(request: Request, principal: Visitor, conn: ConnectionDep, after: str = "") -> HTMLResponse:
    """All snapshots, the newest first."""
    start = position(after or None, UUID)
    found = await service.listed(conn, start[0] if start else None, SHOWN + 1)
    heads, following = cut(found, SHOWN, lambda head: (head.assessment_id,))
    return _PAGES.answer(request, "assessments.html", principal, heads=heads, next=following, kinds=KINDS, **words())


@router.get("/assessments/{assessment_id}", response_class=HTMLResponse)
async def snapshot(
    request: Request,
    principal: Visitor,
    assessment_id: str,
    conn: ConnectionDep,
    division: str = "",
    department: str = "",
) -> HTMLResponse:
    """One snapshot as it was frozen: counted by division, and the rows of one division or department."""
    scope = principal.scope_prefix()
    code = within(scope, division or principal.division or divisions.CITY)
    found = await service.get(conn, _id(assessment_id))
    rows = found.view(scope, None if department and not division else code, department or None)

    def link(**changed: str) -> str:
        asked = {"division": division, "department": department, **changed}
        return "?" + urlencode({name: text for name, text in asked.items() if text})

    return _PAGES.answer(
        request,
        "assessment.html",
        principal,
        found=found,
        rows=rows,
        code=code,
        department=department,
        by_division=tallies(found.view(scope, None, None), "division_code"),
        restated=await service.restated(conn, found, rows),
        kinds=KINDS,
        link=link,
        **words(),
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise AssessmentNotFoundError("没有这份考核快照。") from None
