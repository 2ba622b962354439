"""Assets and their entries over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.assets.entries.errors import EntryNotFoundError
from services.assets.entries.service import Rules
from services.assets.ledger import routes, service
from services.assets.ledger.errors import (
    ApproversActError,
    AssetCodeTakenError,
    AssetNotFoundError,
    RegistrationStaysError,
)
from services.assets.ledger.files import api as files
from services.assets.ledger.repository import Wanted
from services.assets.ledger.routes import WRITING, AssetId, EntryRoute, Wrote, keyed
from services.assets.ledger.schemas import (
    AmendmentBody,
    AssetBody,
    AssetClass,
    AssetOut,
    AssetState,
    EntryOut,
    ReversalBody,
    StateBody,
)
from services.assets.projects.schemas import FundSource
from services.assets.terms.routes import Clerk, Division, Reader, prefix_of
from services.assets.terms.schemas import Day, Instant
from shared.errors import NotFoundError
from shared.http.auth import allow
from shared.http.idempotency import Answer, KeyHeader
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

_TAGS = ["资产台账"]
_ENTRIES = (
    EntryRoute(
        "/amendments", "amend_asset", AmendmentBody, "登记资产信息变动",
        "名称、坐落、数量、原值、运营方案等的变动或更正。原来的内容不被改写，任一日期的样子都可以查到。",
        wrote=service.told,
    ),
    EntryRoute(
        "/states", "change_state", StateBody, "登记资产状态变动",
        "在用、闲置、灭失。灭失须写明调查情况；处置另有程序，不在这里登记。",
    ),
)  # fmt: skip


def router(rules: Rules, taken_back: Mapping[str, Wrote]) -> APIRouter:
    """The routes of this room; `rules` are those of all rooms, since a back-dated entry may break any of them, and
    `taken_back` what is told of a reversal, by the kind of the entry that it takes back."""
    made = APIRouter(tags=list(_TAGS))
    files.add_routes(made, rules)

    @made.post(
        "/v1/assets",
        status_code=201,
        summary="登记资产",
        response_model=AssetOut,
        responses=responses(*WRITING, AssetCodeTakenError, NotFoundError),
    )
    async def register_asset(
        principal: Clerk, conn: ConnectionDep, asset: AssetBody, idempotency_key: KeyHeader = None
    ) -> Response:
        """登记项目形成的一项资产。

        同一项目各资产原值之和不得超过项目资金；权益类资产须写明退出办法和处置方式；资产编码全市唯一、终身不变。
        """

        async def work() -> Answer:
            stored = await service.register(conn, principal, asset.draft(), asset.document, rules)
            return Answer.of(AssetOut.of(stored), 201, {"Location": f"/v1/assets/{stored.asset_id}"})

        return await keyed(conn, principal, "POST /v1/assets", idempotency_key, asset, work)

    for route in _ENTRIES:
        routes.add(made, rules, route)

    _add_reversal(made, rules, taken_back)
    made.add_api_route(
        "/v1/assets",
        list_assets,
        methods=["GET"],
        summary="查询资产",
        responses=responses(NotFoundError, BadCursorError),
    )
    made.add_api_route(
        "/v1/assets/{asset_id:uuid}",
        get_asset,
        methods=["GET"],
        summary="查看一项资产",
        responses=responses(AssetNotFoundError),
    )
    return made


def _add_reversal(made: APIRouter, rules: Rules, taken_back: Mapping[str, Wrote]) -> None:
    for path, name, permission, approver in (
        ("reversal", "reverse_entry", "assets:write", False),
        ("approval-reversal", "reverse_approval", "assets:approve", True),
    ):
        reverse = _reversal(rules, taken_back, approver=approver)
        reverse.__annotations__["principal"] = Annotated[Principal, allow(permission)]
        reverse.__name__ = name
        made.add_api_route(
            f"/v1/assets/{{asset_id}}/entries/{{entry_id}}/{path}",
            reverse,
            methods=["POST"],
            status_code=201,
            summary="冲销审批" if approver else "冲销分录",
            description=_REVERSED[approver],
            response_model=EntryOut,
            responses=responses(*WRITING, EntryNotFoundError, ApproversActError, RegistrationStaysError),
        )


_REVERSED = {
    False: "冲销一条登记错的分录：原分录保留可查，自始不再生效；其后的分录因此不成立的，不予冲销。"
    "审批人的行为另由审批人冲销。",
    True: "审批人冲销批准、退回或处置审批；自己拟定或提出的、超出本级权限的除外；其后的分录因此不成立的，不予冲销。",
}


def _reversal(rules: Rules, taken_back: Mapping[str, Wrote], *, approver: bool) -> Callable[..., Awaitable[Response]]:
    async def reverse(
        principal: Principal,
        conn: ConnectionDep,
        asset_id: AssetId,
        entry_id: Annotated[UUID, Path(title="分录编号")],
        body: ReversalBody,
        idempotency_key: KeyHeader = None,
    ) -> Response:
        async def work() -> Answer:
            said = service.Reversal(body.document, approver)
            written = await service.take_back(conn, principal, asset_id, entry_id, said, rules)
            tell = taken_back.get(written.body["of"])
            if tell is not None:
                await tell(conn, written)
            return Answer.of(EntryOut.of(written), 201)

        operation = f"POST /v1/assets/{asset_id}/entries/{entry_id}/reversal {approver}"
        return await keyed(conn, principal, operation, idempotency_key, body, work)

    return reverse


async def list_assets(  # noqa: PLR0913, PLR0917 - each is a parameter of the query
    principal: Reader,
    conn: ConnectionDep,
    division: Division = None,
    asset_class: Annotated[AssetClass | None, Query(title="资产类别")] = None,
    state: Annotated[AssetState | None, Query(title="资产状态", description="现在的状态；与 `as_of` 不能同用")] = None,
    project_id: Annotated[UUID | None, Query(title="项目编号")] = None,
    year: Annotated[int | None, Query(title="项目年度", ge=2012, le=9999)] = None,
    source: Annotated[FundSource | None, Query(title="资金来源", description="项目含有此来源资金的资产")] = None,
    as_of: Annotated[Day | None, Query(title="截至日期", description="那一天的样子；不填为现在")] = None,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[AssetOut]:
    """令牌区划之内的资产，最近登记的在前；条件同时成立。"""
    start = position(after, UUID)
    prefix = prefix_of(principal, division)
    wanted = Wanted(prefix, asset_class, state, project_id, year, source, as_of)
    found = await service.listed(conn, wanted, start[0] if start else None, limit + 1)
    items, following = cut(found, limit, lambda last: (last.asset_id,))
    return Page(items=[AssetOut.of(asset) for asset in items], next=following)


async def get_asset(
    principal: Reader,
    conn: ConnectionDep,
    asset_id: AssetId,
    as_of: Annotated[Day | None, Query(title="截至日期", description="那一天的样子；不填为现在")] = None,
    known_at: Annotated[Instant | None, Query(title="知悉时间", description="只看此前登记的分录；不填为现在")] = None,
) -> AssetOut:
    """一项资产现在的样子，或任一日期、按任一时刻所知的样子。"""
    if as_of is None and known_at is None:
        return AssetOut.of(await service.get(conn, principal, asset_id))
    return AssetOut.of(await service.on(conn, principal, asset_id, as_of or date.max, known_at))
