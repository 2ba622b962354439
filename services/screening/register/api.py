"""The register over HTTP: one household at any day, as known at any instant."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.screening.register import service
from services.screening.register.errors import HouseholdNotFoundError
from services.screening.register.schemas import HouseholdOut, MomentQuery
from shared.http.auth import allow
from shared.http.errors import FutureDayError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["户册"])

HouseholdNo = Annotated[str, Path(title="户编号", min_length=1, max_length=32, examples=["150622000001"])]


@router.get(
    "/v1/households/{household_no}",
    summary="一户的情况",
    description="户类型、所在嘎查村和家庭成员，可问过去任一天、以任一时刻所知为准。不含姓名和证件号码。",
    responses=responses(HouseholdNotFoundError, FutureDayError),
)
async def get_household(
    principal: Annotated[Principal, allow("households:read")],
    household_no: HouseholdNo,
    moment: Annotated[MomentQuery, Query()],
    conn: ConnectionDep,
) -> HouseholdOut:
    """A household within the caller's divisions."""
    found = await service.household(conn, household_no, principal.scope_prefix(), moment.day(), moment.instant())
    return HouseholdOut.model_validate(found)
