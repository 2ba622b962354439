"""`/records/…` of indicators: what one record of a department counts for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.indicators.board.wording import TEMPLATES, words
from services.indicators.lineage import tracing
from shared.http.pages import Pages, visit
from shared.http.permissions import Principal
from shared.http.session import ConnectionDep

SHOWN = 100
"""Numbers on one page: those of the running periods and some months before."""
router = APIRouter(include_in_schema=False)
_PAGES = Pages(TEMPLATES)


@router.get("/records/{department}/{kind}/{source_id:path}", response_class=HTMLResponse)
async def record(
    request: Request,
    principal: Annotated[Principal, visit("indicators:read")],
    department: str,
    kind: str,
    source_id: str,
    conn: ConnectionDep,
) -> HTMLResponse:
    """Every current value that the record is evidence for, newest period first."""
    found = await tracing.of_record(conn, department, kind, source_id, principal.scope_prefix())
    touches = sorted(found, key=lambda one: one.stored.value.as_of, reverse=True)
    return _PAGES.answer(
        request,
        "record.html",
        principal,
        department=department,
        kind=kind,
        source_id=source_id,
        touches=touches[:SHOWN],
        hidden=max(len(touches) - SHOWN, 0),
        **words(),
    )
