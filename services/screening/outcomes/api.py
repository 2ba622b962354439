"""Verdicts and snoozes over HTTP. `POST /v1/warnings/outcomes` has no id in its address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.screening.outcomes import service
from services.screening.outcomes.domain import Fate
from services.screening.outcomes.errors import OutcomeInvalidError, WarningStateError
from services.screening.outcomes.schemas import (
    EntriesOut,
    FatesOut,
    OutcomeBody,
    OutcomeListBody,
    SnoozeBody,
)
from services.screening.warnings.api import WarningId
from services.screening.warnings.domain import HouseholdWarning
from services.screening.warnings.errors import WarningNotFoundError
from services.screening.warnings.schemas import WarningOut
from services.screening.warnings.service import tag
from shared.http.auth import allow
from shared.http.etags import IfMatchHeader, PreconditionFailedError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["核实"])

Officer = Annotated[Principal, allow("warnings:verify")]
_ONE = responses(WarningNotFoundError, WarningStateError, PreconditionFailedError, OutcomeInvalidError)


@router.post(
    "/v1/warnings/{warning_id}/outcome",
    summary="登记一件预警的核实结果",
    description=(
        "待核实或核实中的预警可以登记；已核实、已撤销的答复 409，并说明所处的状态和登记人。登记为不属实的，"
        "没有新的数据、规则或参数加入，不再重复发出；登记为属实的仍然有效，条件不再满足时只标为已缓解。"
        "带 `If-Match`（读取预警时的 `ETag`）则只对读到的样子登记。"
    ),
    responses=_ONE,
)
async def post_outcome(
    principal: Officer,
    warning_id: WarningId,
    body: OutcomeBody,
    conn: ConnectionDep,
    response: Response,
    if_match: IfMatchHeader = None,
) -> WarningOut:
    """One verdict."""
    return _shown(await service.decide(conn, principal, warning_id, body.verdict(), if_match), response)


@router.post(
    "/v1/warnings/outcomes",
    summary="成批登记核实结果",
    description=(
        "最多 1,000 件，逐件答复：登记了的、状态不允许的、没有找到的。一件不成不影响其他各件；"
        "有一件填写不完整（例如不属实没有选原因），则全部不登记，答复 422 并指明位置。"
    ),
    responses=responses(OutcomeInvalidError),
)
async def post_outcomes(principal: Officer, body: OutcomeListBody, conn: ConnectionDep) -> FatesOut:
    """A list of verdicts, each reported."""
    verdicts = [(listed.warning_id, listed.verdict()) for listed in body.outcomes]
    return fates(await service.decide_list(conn, principal, verdicts))


@router.get(
    "/v1/warnings/{warning_id}/outcomes",
    summary="一件预警的登记记录",
    description="谁在何时登记了什么结果、暂缓到哪一天，新的在前。",
    responses=responses(WarningNotFoundError),
)
async def list_outcomes(
    principal: Annotated[Principal, allow("warnings:read")], warning_id: WarningId, conn: ConnectionDep
) -> EntriesOut:
    """What people said of one warning."""
    found = await service.history(conn, warning_id, principal.scope_prefix())
    return EntriesOut.model_validate({"items": found})


@router.put(
    "/v1/warnings/{warning_id}/snooze",
    summary="暂缓一件预警",
    description=(
        "按户和规则暂缓，到所写的那一天恢复提醒；其间数据更正撤销后又重新发出的，仍按原定日期暂缓。"
        "一户的预警全部暂缓时，这一户不在待办清单里。"
    ),
    responses=_ONE,
)
async def put_snooze(
    principal: Officer,
    warning_id: WarningId,
    body: SnoozeBody,
    conn: ConnectionDep,
    response: Response,
    if_match: IfMatchHeader = None,
) -> WarningOut:
    """Put one off, or set another day."""
    return _shown(await service.snooze(conn, principal, warning_id, body.snooze(), if_match), response)


@router.delete(
    "/v1/warnings/{warning_id}/snooze",
    summary="取消暂缓",
    description="立即恢复提醒；本来没有暂缓的，不作变动。",
    responses=_ONE,
)
async def delete_snooze(
    principal: Officer,
    warning_id: WarningId,
    conn: ConnectionDep,
    response: Response,
    if_match: IfMatchHeader = None,
) -> WarningOut:
    """Put it off no longer."""
    return _shown(await service.unsnooze(conn, principal, warning_id, if_match), response)


def fates(found: list[Fate]) -> FatesOut:
    """What became of each, and how many of each kind."""
    counted = {result: sum(fate.result == result for fate in found) for result in ("done", "conflict", "not_found")}
    return FatesOut.model_validate({"items": found, **counted})


def _shown(warning: HouseholdWarning, response: Response) -> WarningOut:
    response.headers["ETag"] = tag(warning)
    return WarningOut.model_validate(warning)
