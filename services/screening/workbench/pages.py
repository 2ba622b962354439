"""`/` of screening, 预警工作台, and a clue's page with the outcome form."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.outcomes import service as outcomes
from services.screening.outcomes.domain import ACTS, NOTE_LENGTH, REASONS, SNOOZE_DAYS
from services.screening.parameters.service import definitions
from services.screening.warnings.service import narrowed
from services.screening.workbench import domain, service
from services.screening.workbench.forms import OutcomeForm, SnoozeForm
from services.screening.workbench.reasons import BEARING, reasons
from services.screening.workbench.service import CluePaper, Wanted
from shared import clock
from shared.codes import divisions, lists
from shared.errors import InvalidError
from shared.feeds.catalogue import DEPARTMENTS, FEEDS
from shared.http.bodies import FormDep
from shared.http.etags import PreconditionFailedError
from shared.http.pages import Pages, visit
from shared.http.permissions import Principal
from shared.http.session import ConnectionDep

Visitor = Annotated[Principal, visit("warnings:read")]
Verifier = Annotated[Principal, visit("warnings:verify")]
router = APIRouter(include_in_schema=False)
_PAGES = Pages(Path(__file__).parent / "templates")
_HOUSEHOLD = re.compile(r"[0-9A-Za-z-]{1,32}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SAID = "时限自首次预警起算；依据、数据新旧照发出或最近一次更新时所存"


@router.get("/", response_class=HTMLResponse)
async def workbench(
    request: Request,
    principal: Visitor,
    conn: ConnectionDep,
    division: str = "",
    severity: str = "",
    snoozed: str = "",
    after: str = "",
    done: str = "",
) -> HTMLResponse:
    """按旗区、苏木乡镇、嘎查村逐级看线索：件数、等级、时限，和哪些部门的数据没有到。"""
    if severity and severity not in domain.SEVERITIES:
        raise InvalidError("没有这个等级，请从页面上的“等级”中选择。")
    scope = principal.scope_prefix()
    wanted = Wanted(severity, bool(snoozed), after)
    board = await service.board(conn, scope, narrowed(scope, division or None), wanted)

    def link(**changed: str) -> str:
        asked = {"division": board.place.code, "severity": severity, "snoozed": snoozed, **changed}
        return "/?" + urlencode({name: value for name, value in asked.items() if value})

    return _PAGES.answer(
        request,
        "workbench.html",
        principal,
        printed=_SAID,
        board=board,
        wanted=wanted,
        link=link,
        place_within=lambda code: domain.below(divisions.path(code), divisions.path(board.place.code)),
        done=done if _HOUSEHOLD.fullmatch(done) else "",
        **_words(),
    )


@router.get("/clues/{household_no}", response_class=HTMLResponse)
async def clue(request: Request, principal: Visitor, household_no: str, conn: ConnectionDep) -> HTMLResponse:
    """一户的线索：为什么预警、依据、数据新旧，和核实结果的填报。"""
    paper = await service.paper(conn, household_no, principal.scope_prefix())
    return _clue_page(request, principal, paper, OutcomeForm())


@router.post("/clues/{household_no}", response_class=HTMLResponse)
async def act(
    request: Request, principal: Verifier, household_no: str, fields: FormDep, conn: ConnectionDep
) -> Response:
    """填报核实结果，暂缓一件预警，或取消暂缓。"""
    paper = await service.paper(conn, household_no, principal.scope_prefix())
    if fields.get("act") in ("snooze", "unsnooze"):
        return await _put_off(request, principal, paper, SnoozeForm.of(fields), conn)
    form = OutcomeForm.of(fields)
    verdict = form.verdict()
    if isinstance(verdict, str):
        return _clue_page(request, principal, paper, form, verdict)
    try:
        fates = await outcomes.decide_clue(conn, principal, household_no, verdict, form.seen)
        refused = (
            ""
            if any(fate.result == "done" for fate in fates)
            else "；".join(dict.fromkeys(fate.text for fate in fates))
        )
    except PreconditionFailedError:
        refused = "您打开本页以后，这一户的预警有变化。请看过再提交。"
    if refused:
        now = await service.paper(conn, household_no, principal.scope_prefix())
        return _clue_page(request, principal, now, form, refused)
    village = paper.detail.clue.division_code
    township = divisions.township_of(village) or village
    back = township if principal.may_division(township) else village
    return RedirectResponse(f"/?{urlencode({'division': back, 'done': household_no})}", 303)


async def _put_off(
    request: Request, principal: Principal, paper: CluePaper, form: SnoozeForm, conn: AsyncConnection
) -> Response:
    asked = form.asked(clock.today())
    if form.warning_id not in {one.warning.warning_id for one in paper.detail.warnings} or form.warning_id is None:
        asked = "这件预警不在本页上，请看过再提交。"
    if isinstance(asked, str) or form.warning_id is None:
        return _clue_page(request, principal, paper, OutcomeForm(), str(asked))
    if asked is None:
        await outcomes.unsnooze(conn, principal, form.warning_id)
    else:
        await outcomes.snooze(conn, principal, form.warning_id, asked)
    return RedirectResponse(request.url.path, 303)


def _clue_page(
    request: Request, principal: Principal, paper: CluePaper, form: OutcomeForm, fault: str = ""
) -> HTMLResponse:
    return _PAGES.answer(
        request,
        "clue.html",
        principal,
        status=422 if fault else 200,
        printed=_SAID,
        paper=paper,
        form=form,
        fault=fault,
        may_verify=principal.may("warnings:verify"),
        parameters=definitions(),
        note_length=NOTE_LENGTH,
        tomorrow=clock.today() + timedelta(days=1),
        last_snooze=clock.today() + timedelta(days=SNOOZE_DAYS),
        **_words(),
    )


def _words() -> dict[str, Any]:
    """What the templates say things with."""
    now = clock.now()
    today = clock.business_date(now)
    return {
        "severities": domain.SEVERITIES,
        "limits": domain.LIMITS,
        "states": domain.STATES,
        "outcomes": domain.OUTCOMES,
        "reasons": REASONS,
        "acts": ACTS,
        "departments": DEPARTMENTS,
        "lists": lists.LISTS,
        "parameter_words": domain.parameter_words,
        "fact_words": domain.fact_words,
        "reasons_of": reasons,
        "bearing": BEARING,
        "clock_words": lambda due_at: domain.clock_words(due_at, now),
        "age_words": lambda since: domain.age_words(clock.business_date(since), today),
        "day_of": clock.business_date,
        "minute_of": _minute,
        "instant_of": lambda version: _EPOCH + timedelta(microseconds=version),
        "place_of": lambda code: divisions.path(code) if divisions.get(code) else code,
        "feed_title": lambda department, kind: FEEDS[department, kind].title,
    }


def _minute(moment: datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
