"""Warnings over HTTP: the list, one, why, and why not."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.screening.register.api import HouseholdNo
from services.screening.register.errors import HouseholdNotFoundError, HouseholdNotYetError
from services.screening.register.moments import MomentQuery
from services.screening.rules.errors import UnknownRuleError
from services.screening.warnings import service, whynot
from services.screening.warnings.errors import RuleNotInForceError, WarningNotFoundError
from services.screening.warnings.schemas import WarningDetailOut, WarningPageOut, WarningQuery, WhyNotOut, WhyOut
from services.screening.warnings.service import Filter
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError, FutureDayError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["预警"])

Reader = Annotated[Principal, allow("warnings:read")]
WarningId = Annotated[UUID, Path(title="预警编号", description="取自清单或变更流的 `warning_id`")]
RuleCode = Annotated[str, Path(title="规则代码", pattern=r"^[A-Z][0-9]{2}[a-z]?$", examples=["M01"])]


@router.get(
    "/v1/warnings",
    summary="预警清单",
    description=(
        "本人管辖范围内的预警，新的在前，附同一筛选条件下按等级、按状态的合计。"
        "不给 `state` 时各种状态都在内。翻页时把 `next` 作为 `after` 传回。"
    ),
    responses=responses(DivisionNotFoundError),
)
async def list_warnings(
    principal: Reader, query: Annotated[WarningQuery, Query()], conn: ConnectionDep
) -> WarningPageOut:
    """Warnings within the caller's divisions, newest first."""
    wanted = Filter(
        division_prefix=service.narrowed(principal.scope_prefix(), query.division),
        household_no=query.household_no,
        rules=query.rule,
        states=query.state,
        severities=query.severity,
    )
    return WarningPageOut.model_validate(await service.warnings(conn, wanted, query.after, query.limit))


@router.get(
    "/v1/warnings/{warning_id}",
    summary="一件预警",
    description="预警的现状；因数据更正而撤销的，指明是哪一条数据。`ETag` 可在核实时作为 `If-Match` 带上。",
    responses=responses(WarningNotFoundError),
)
async def get_warning(
    principal: Reader, warning_id: WarningId, conn: ConnectionDep, response: Response
) -> WarningDetailOut:
    """One warning within the caller's divisions."""
    found = await service.warning(conn, warning_id, principal.scope_prefix())
    response.headers["ETag"] = service.tag(found)
    return WarningDetailOut.model_validate(found)


@router.get(
    "/v1/warnings/{warning_id}/why",
    summary="为什么发出这件预警",
    description="发出（或最近一次更新）时所存的全部依据：户情指标、各个判断、参数、部门数据及其在总线上的位置、各部门数据的新旧。",
    responses=responses(WarningNotFoundError),
    response_model=WhyOut,
)
async def why(principal: Reader, warning_id: WarningId, conn: ConnectionDep) -> Any:
    """The stored evidence, as it was when the warning was raised or last updated."""
    return await service.why(conn, warning_id, principal.scope_prefix())


@router.get(
    "/v1/households/{household_no}/rules/{code}/why-not",
    summary="为什么这一户有或没有这条规则的预警",
    description=(
        "对任何一户、任何一条规则，不论是否命中，按过去任一天的情况、以任一时刻所知现算：判定、各个判断及其取值、缺什么、"
        "参数、依据的数据、各部门数据的新旧，并用一句话说明。不带日期即问现在，另说明预警为什么没有发出。"
    ),
    responses=responses(
        HouseholdNotFoundError, HouseholdNotYetError, UnknownRuleError, RuleNotInForceError, FutureDayError
    ),
    response_model=WhyNotOut,
)
async def why_not(
    principal: Annotated[Principal, allow("households:read")],
    household_no: HouseholdNo,
    code: RuleCode,
    moment: Annotated[MomentQuery, Query()],
    conn: ConnectionDep,
) -> Any:
    """The verdict of a rule on a household within the caller's divisions."""
    found = await whynot.why_not(
        conn, household_no, code, principal.scope_prefix(), *moment.moment(), present=moment.of_the_present()
    )
    return {**found.evidence, "text": found.text, "warnings": found.warnings}
