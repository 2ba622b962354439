"""`/v1/feeds/{department}/{kind}/deliveries`: "that is all of this period"."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from services.ingest.deliveries import service
from services.ingest.deliveries.errors import DeliveryRefusedError, UnknownPeriodError
from services.ingest.deliveries.schemas import ClosedPeriod, DeliveryBody, PeriodOut
from services.ingest.outcomes.domain import PERIOD
from shared.feeds import catalogue
from shared.feeds.domain import Feed
from shared.feeds.errors import UnknownFeedError
from shared.http.auth import allow
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cursor, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/feeds/{department}/{kind}/deliveries", tags=["关闭报送期"])
Pusher = Annotated[Principal, allow("feeds:push")]
Reader = Annotated[Principal, allow("feeds:read")]
DepartmentPath = Annotated[str, Path(title="部门", examples=["medical-insurance"])]
KindPath = Annotated[str, Path(title="数据种类", examples=["settlement"])]
PeriodPath = Annotated[str, Path(title="报送期", pattern=PERIOD, examples=["2026-02"])]


def _feed(department: str, kind: str, principal: Principal) -> Feed:
    feed = catalogue.get(department, kind)
    principal.require_department(feed.department)
    return feed


@router.post(
    "",
    status_code=201,
    summary="关闭报送期",
    response_model=PeriodOut,
    responses={
        200: {"model": PeriodOut, "description": "与上次申报相同，未作更改"},
        201: {"description": "已登记；`Location` 为本期详情的地址"},
        **responses(DeliveryRefusedError, UnknownFeedError, KeyReusedError, KeyInFlightError),
    },
)
async def close_period(
    department: DepartmentPath,
    kind: KindPath,
    principal: Pusher,
    body: DeliveryBody,
    conn: ConnectionDep,
    idempotency_key: KeyHeader = None,
) -> Response:
    """声明本期已经报完，一共报送了多少条；没有发生也要关闭，填 0（零报告）。

    关闭即表示“没有更多了”：该区划（全市关闭为全部旗区）的数据时效从此刻重新计算，平台随后核对申报条数与收到条数，
    生成数据清单。内容相同的再次关闭不作更改，答 200；条数不同的视为更正，答 201，每次申报都保留。
    报送时用 `?delivery=报送期` 注明属于哪一期，核对才能精确。"""
    feed = _feed(department, kind, principal)
    principal.require_division(body.division_code)

    async def work() -> Answer:
        found, changed = await service.close(conn, feed, body.wanted(), principal.sub)
        location = {"Location": f"/v1/feeds/{feed.name}/deliveries/{found.period}"}
        return Answer.of(PeriodOut.seen(found), 201 if changed else 200, location)

    claim = None
    if idempotency_key is not None:
        meant = fingerprint(body.model_dump_json())
        claim = Claim(principal.sub, f"close {feed.name}", idempotency_key, meant)
    return (await once(conn, claim, work)).response()


@router.get("", summary="已关闭的报送期", responses=responses(UnknownFeedError, BadCursorError))
async def list_periods(
    department: DepartmentPath,
    kind: KindPath,
    principal: Reader,
    conn: ConnectionDep,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[ClosedPeriod]:
    """本部门关闭过的报送期，最近的在前。把返回的 `next` 作为 `after` 取下一页。"""
    feed = _feed(department, kind, principal)
    start = position(after, str)
    found = await service.page(conn, feed, start[0] if start else None, limit + 1)
    shown = [ClosedPeriod.of(feed, period, deliveries) for period, deliveries in found.items()][:limit]
    return Page(items=shown, next=cursor(shown[-1].period) if len(found) > limit else None)


@router.get("/{period}", summary="一个报送期", responses=responses(UnknownFeedError, UnknownPeriodError))
async def read_period(
    department: DepartmentPath, kind: KindPath, period: PeriodPath, principal: Reader, conn: ConnectionDep
) -> PeriodOut:
    """一个已关闭的报送期：各区划申报了多少条，平台收到多少条，各有什么处理结果。"""
    feed = _feed(department, kind, principal)
    return PeriodOut.seen(await service.of_period(conn, feed, period))
