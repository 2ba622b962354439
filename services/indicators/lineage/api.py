"""Why this number, over HTTP, and from a record or observation to every number that it is behind."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from services.indicators.lineage import service, tracing
from services.indicators.lineage.domain import PARTS, Part, Touch
from services.indicators.lineage.errors import RecordNotFoundError
from services.indicators.lineage.schemas import ContributionsOut, TouchOut
from services.indicators.observations import service as observations
from services.indicators.observations.errors import ObservationNotFoundError
from services.indicators.values import service as values
from services.indicators.values.errors import ValueNotFoundError
from shared.feeds.errors import UnknownFeedError
from shared.http.auth import allow
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["数据溯源"])
Reader = Annotated[Principal, allow("indicators:read")]


@router.get(
    "/v1/values/{value_id}/contributions",
    summary="为什么是这个数",
    responses=responses(ValueNotFoundError, BadCursorError),
)
async def list_contributions(
    value_id: Annotated[UUID, Path(title="数值编号")],
    principal: Reader,
    conn: ConnectionDep,
    part: Annotated[
        Part, Query(title="哪一部分", description=" · ".join(f"{code} {title}" for code, title in PARTS.items()))
    ] = "numerator",
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> ContributionsOut:
    """数值的分子、分母或缺口背后的每一户、每一人或每个观测值，以及各自依据的记录；人员只用标识，不含姓名。

    按数值自己的截至日期和知悉时间重新计算，已被取代或重述的数值也一样；各页“计入的数”之和等于 `recounted`。
    与发布的数不同时（例如又收到了更早产生的记录），`difference` 和 `text` 写明差多少、为什么。
    """
    stored = await values.get(conn, value_id)
    if not principal.may_division(stored.value.division_code):
        raise ValueNotFoundError("没有这个指标数值，或者不在您的权限范围内。")
    start = position(after, str, str)
    listing = await service.contributions(conn, stored, part, start and (start[0], start[1]), limit + 1)
    return ContributionsOut.of(stored, part, listing, limit)


@router.get(
    "/v1/records/{department}/{kind}/{source_id:path}/values",
    summary="一条记录影响的数值",
    responses=responses(RecordNotFoundError, UnknownFeedError, BadCursorError),
)
async def list_values_of_record(
    department: Annotated[str, Path(title="部门", max_length=40, examples=["medical-insurance"])],
    kind: Annotated[str, Path(title="数据种类", max_length=40, examples=["enrolment"])],
    source_id: Annotated[str, Path(title="记录主键", max_length=64, examples=["YB-2026-000123"])],
    principal: Reader,
    conn: ConnectionDep,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[TouchOut]:
    """以这条记录为依据的全部现行数值，以及它在各自分子、分母里涉及多少户或人；只列本人权限范围内的区划。

    按每个数值自己的截至日期、以现在所知判断；记录比数值更晚收到的，`later` 为 true，待下次计算后算入。
    """
    return _page(await tracing.of_record(conn, department, kind, source_id, principal.scope_prefix()), after, limit)


@router.get(
    "/v1/observations/{observation_id}/values",
    summary="一个观测值影响的数值",
    responses=responses(ObservationNotFoundError, BadCursorError),
)
async def list_values_of_observation(
    observation_id: Annotated[UUID, Path(title="观测值编号")],
    principal: Reader,
    conn: ConnectionDep,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[TouchOut]:
    """用到这个观测值的全部数值，已被取代的也在内；公布的数（`official_value`）列出与它并列的数值。"""
    found = await observations.get(conn, observation_id)
    if not principal.may_division(found.division_code):
        raise ObservationNotFoundError("没有这个观测值，或者不在您的权限范围内。")
    return _page(await tracing.of_observation(conn, found, principal.scope_prefix()), after, limit)


def _page(found: list[Touch], after: str | None, limit: int) -> Page[TouchOut]:
    start = position(after, int, str, str, UUID)
    rest = found if start is None else [touch for touch in found if touch.place > start]
    items, following = cut(rest, limit, lambda touch: touch.place)
    return Page[TouchOut](items=[TouchOut.of(touch) for touch in items], next=following)
