"""Facts over HTTP: the catalogue for rule authors, and one household's facts at any (D, T)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.screening.facts import service
from services.screening.facts.schemas import FactCatalogueOut, HouseholdFactsOut
from services.screening.register.api import HouseholdNo
from services.screening.register.errors import HouseholdNotFoundError, HouseholdNotYetError
from services.screening.register.moments import MomentQuery
from shared.http.auth import allow
from shared.http.errors import FutureDayError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["户情指标"])


@router.get(
    "/v1/facts",
    summary="户情指标目录",
    description="规则可以使用的全部户情指标：名称、类型、单位、所需数据和参数、定义，以及数据逾期时它能不能说明问题。"
    "定义中的“近90天”“近180天”按事情本身的日期算；报得晚的，从首次报来起算，但事情须在截至日前12个月内。",
)
async def list_facts(_principal: Annotated[Principal, allow("rules:read")]) -> FactCatalogueOut:
    """Every declared fact."""
    return FactCatalogueOut.model_validate({"items": service.declarations()})


@router.get(
    "/v1/households/{household_no}/facts",
    summary="一户的户情指标",
    description="对过去任一天、以任一时刻所知为准，按同一套定义现算。未知就是未知（null），不是零。",
    responses=responses(HouseholdNotFoundError, HouseholdNotYetError, FutureDayError),
)
async def household_facts(
    principal: Annotated[Principal, allow("households:read")],
    household_no: HouseholdNo,
    moment: Annotated[MomentQuery, Query()],
    conn: ConnectionDep,
) -> HouseholdFactsOut:
    """A household's facts, computed for the day and the instant asked."""
    found = await service.of_household(conn, household_no, principal.scope_prefix(), *moment.moment())
    return HouseholdFactsOut.model_validate(found)
