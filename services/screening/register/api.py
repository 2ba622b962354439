"""The register over HTTP: one household at any day, as known at any instant."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.screening.register import service
from services.screening.register.domain import Unmatched, UnmatchedCount
from services.screening.register.errors import HouseholdNotFoundError, HouseholdNotYetError
from services.screening.register.moments import MomentQuery
from services.screening.register.schemas import (
    HouseholdOut,
    UnmatchedCountOut,
    UnmatchedOut,
    UnmatchedPageOut,
    UnmatchedQuery,
)
from shared.codes import divisions
from shared.feeds.catalogue import BY_NUMBER
from shared.http import paging
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError, FutureDayError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["户册"])

HouseholdNo = Annotated[str, Path(title="户编号", min_length=1, max_length=32, examples=["150622000001"])]


@router.get(
    "/v1/households/{household_no}",
    summary="一户的情况",
    description="户类型、所在嘎查村和家庭成员，可问过去任一天、以任一时刻所知为准。不含姓名和证件号码。",
    responses=responses(HouseholdNotFoundError, HouseholdNotYetError, FutureDayError),
)
async def get_household(
    principal: Annotated[Principal, allow("households:read")],
    household_no: HouseholdNo,
    moment: Annotated[MomentQuery, Query()],
    conn: ConnectionDep,
) -> HouseholdOut:
    """A household within the caller's divisions."""
    found = await service.household(conn, household_no, principal.scope_prefix(), *moment.moment())
    return HouseholdOut.model_validate(found)


@router.get(
    "/v1/register/unmatched",
    summary="未归户人员",
    description=(
        "部门报送了数据、但今天没有任何一户的成员名单里有其人的人员，供底册管理人核对补登。"
        "户与成员数据一经列入，这些数据即从其各自日期起计入该户。翻页时把 `next` 作为 `after` 传回。"
    ),
    responses=responses(DivisionNotFoundError, paging.BadCursorError),
)
async def list_unmatched(
    principal: Annotated[Principal, allow("register:read")],
    query: Annotated[UnmatchedQuery, Query()],
    conn: ConnectionDep,
) -> UnmatchedPageOut:
    """Persons with records whom no household names, and how many by banner."""
    position = paging.position(query.after, str)
    found, counts = await service.unmatched(
        conn, principal.scope_prefix(), query.division, position[0] if position else None, query.limit + 1
    )
    page, following = paging.cut(found, query.limit, lambda one: (one.person_key,))
    return UnmatchedPageOut(items=[_unmatched(one) for one in page], next=following, totals=[_count(c) for c in counts])


def _unmatched(one: Unmatched) -> UnmatchedOut:
    return UnmatchedOut(
        person_key=one.person_key,
        division_code=one.division_code,
        feeds=[BY_NUMBER[kind].name for kind in one.kinds],
        records=one.records,
        first_known_at=one.first_known_at,
        newest_known_at=one.newest_known_at,
    )


def _count(one: UnmatchedCount) -> UnmatchedCountOut:
    place = divisions.get(one.division_code) if one.division_code else None
    return UnmatchedCountOut(
        division_code=one.division_code, name=place.name if place else "未写明旗区", persons=one.persons
    )
