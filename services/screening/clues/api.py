"""The worklist over HTTP: households to visit, how many, one of them, one form for all of its warnings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.screening.clues import service
from services.screening.clues.errors import ClueNotFoundError
from services.screening.clues.schemas import ClueDetailOut, CluePageOut, ClueQuery, CountQuery, CountsOut
from services.screening.outcomes import service as outcomes
from services.screening.outcomes.api import fates
from services.screening.outcomes.errors import OutcomeInvalidError
from services.screening.outcomes.schemas import FatesOut, OutcomeBody
from services.screening.register.api import HouseholdNo
from services.screening.warnings.errors import WarningNotFoundError
from services.screening.warnings.service import narrowed
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.etags import IfMatchHeader, PreconditionFailedError
from shared.http.paging import BadCursorError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["线索"])

Reader = Annotated[Principal, allow("warnings:read")]


@router.get(
    "/v1/clues",
    summary="线索清单",
    description=(
        "管辖范围内有待核实预警的农牧户，一户一条：等级高的在前，同级先到期的在前。"
        "全部预警都已暂缓的户不列，用 `snoozed=true` 查看。"
    ),
    responses=responses(DivisionNotFoundError, BadCursorError),
)
async def list_clues(principal: Reader, query: Annotated[ClueQuery, Query()], conn: ConnectionDep) -> CluePageOut:
    """Households to visit."""
    prefix = narrowed(principal.scope_prefix(), query.division)
    found = await service.page(conn, prefix, query.severity, query.after, query.limit, snoozed=query.snoozed)
    return CluePageOut.model_validate(found)


@router.get(
    "/v1/clues/counts",
    summary="线索合计",
    description="各区划的线索户数，按等级分，附超时、暂缓的户数和预警件数。",
    responses=responses(DivisionNotFoundError),
)
async def count_clues(principal: Reader, query: Annotated[CountQuery, Query()], conn: ConnectionDep) -> CountsOut:
    """How many there are, by division and severity."""
    lines = await service.counts(conn, narrowed(principal.scope_prefix(), query.division), query.level)
    sums = {name: sum(getattr(line, name) for line in lines) for name in ("clues", "overdue", "snoozed", "warnings")}
    return CountsOut.model_validate({"items": lines, **sums})


@router.get(
    "/v1/clues/{household_no}",
    summary="一户的线索",
    description="一户的全部有效预警，每件附发出（或最近一次更新）时所存的依据，以及以往的登记。`ETag` 供登记时用。",
    responses=responses(ClueNotFoundError),
)
async def get_clue(
    principal: Reader, household_no: HouseholdNo, conn: ConnectionDep, response: Response
) -> ClueDetailOut:
    """One household's clue."""
    found = await service.clue(conn, household_no, principal.scope_prefix())
    response.headers["ETag"] = found.tag
    return ClueDetailOut.model_validate(found)


@router.post(
    "/v1/clues/{household_no}/outcomes",
    summary="一户一次登记",
    description=(
        "对一户全部待核实的预警登记同一个结果，逐件答复。带 `If-Match`（读取线索时的 `ETag`），"
        "则其间新发出或有变动的，全部不登记，答复 412。"
    ),
    responses=responses(WarningNotFoundError, PreconditionFailedError, OutcomeInvalidError),
)
async def post_clue_outcome(
    principal: Annotated[Principal, allow("warnings:verify")],
    household_no: HouseholdNo,
    body: OutcomeBody,
    conn: ConnectionDep,
    if_match: IfMatchHeader = None,
) -> FatesOut:
    """One verdict for all of a household's unverified warnings."""
    return fates(await outcomes.decide_clue(conn, principal, household_no, body.verdict(), if_match))
