"""Income, plans and benefits over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries import service as entries
from services.assets.entries.domain import until
from services.assets.entries.service import Draft, Rules
from services.assets.income import schemas, service
from services.assets.income.answers import BenefitsOut, BooksOut, PlanItem, PlanOut
from services.assets.income.books import money
from services.assets.income.errors import PlanNotFoundError
from services.assets.income.kinds import PAID
from services.assets.income.repository import books
from services.assets.ledger import routes
from services.assets.ledger import service as ledger
from services.assets.ledger.errors import AssetNotFoundError
from services.assets.ledger.routes import WRITING, AssetId, EntryRoute, keyed
from services.assets.rights import service as rights
from services.assets.terms.routes import AsOf, Clerk, Division, Reader, prefix_of
from shared import clock
from shared.errors import NotFoundError
from shared.http.idempotency import Answer, KeyHeader
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep


async def _drafted(conn: AsyncConnection, principal: Principal, asset_id: UUID, body: Any) -> Draft:
    return await service.draft(conn, principal, body.draft(asset_id), body.decisions)


_ENTRIES = (
    EntryRoute(
        "/income/receipts", "add_receipt", schemas.ReceiptBody, "登记实收收益",
        "对应一笔应收，可以分次；合计不超过应收。",
    ),
    EntryRoute(
        "/plans", "draft_plan", schemas.PlanBody, "拟定分配方案",
        "明细之和与金额分毫不差；发给农牧户的每一行须有依据；受益户须当日是脱贫户、监测对象或收益权份额持有人，"
        "或者方案写明面向全体成员的规则。`plan_id` 在答复的 `body` 中。",
        prepare=_drafted,
    ),
    EntryRoute(
        "/plans/decisions", "decide_plan", schemas.DecisionBody, "登记表决",
        "到会和赞成都须达到全体成员（代表）的三分之二（农村集体经济组织法第二十七、二十八条），"
        "表决前公开 10 日（第四十六条）。",
    ),
    EntryRoute("/plans/notices", "notice_plan", schemas.NoticeBody, "登记公示", "表决通过后公示，不少于 10 日。"),
    EntryRoute("/plans/reviews", "review_plan", schemas.ReviewBody, "登记苏木乡镇审核", "公示期满以后。"),
    EntryRoute(
        "/plans/approvals", "approve_plan", schemas.ApprovalBody, "批准方案", "由拟定人以外的审批人批准。",
        permission="assets:approve",
    ),
    EntryRoute(
        "/plans/returns", "return_plan", schemas.ReturnBody, "退回方案",
        "由拟定人以外的审批人退回；退回的方案另拟。",
        permission="assets:approve",
    ),
    EntryRoute(
        "/plans/pay-backs", "pay_back", schemas.PayBackBody, "冲回支付",
        "付错的一行退回：登记为冲回的一行，不删除原支付。", wrote=service.told,
    ),
)  # fmt: skip


def router(rules: Rules, grace_days: int) -> APIRouter:
    """The routes of this room. Income that is due and has not come `grace_days` later has stopped."""
    made = APIRouter(tags=["收益和分配"])
    told = (
        "经营性资产按合同应收的租金、分红、发电收入或保底收益。"
        f"应收日期过后 {grace_days} 日仍未收齐，次日即发布收益中断；"
        "补登的逾期应收，在这项资产一小时没有新分录以后发布，最迟次日。"
    )
    for route in (EntryRoute("/income/dues", "add_due", schemas.DueBody, "登记应收收益", told), *_ENTRIES):
        routes.add(made, rules, route)
    _add_payments(made, rules)
    _add_reading(made)
    return made


def _add_payments(made: APIRouter, rules: Rules) -> None:
    @made.post(
        "/v1/assets/{asset_id}/plans/payments",
        status_code=201,
        summary="支付方案",
        response_model=PlanOut,
        responses=responses(*WRITING, PlanNotFoundError),
    )
    async def pay_plan(
        principal: Clerk,
        conn: ConnectionDep,
        asset_id: AssetId,
        body: schemas.PaymentBody,
        idempotency_key: KeyHeader = None,
    ) -> Response:
        """支付已批准方案的若干行，或全部尚未支付的行。同一行付过的不再付；每户一条事件发布到 `assets.ledger.v1`。"""

        async def work() -> Answer:
            await entries.hold(conn, [asset_id])
            owner, plan = await service.plan_of(conn, principal, body.plan_id)
            if owner != asset_id:
                raise PlanNotFoundError("这项资产没有这个分配方案。")
            drafts = service.payments(asset_id, plan, body.lines, body.step(asset_id, PAID))
            if drafts:
                written = await ledger.write(conn, principal, drafts, rules)
                await service.told(conn, *written)
            return Answer.of(PlanOut.of(asset_id, (await service.plan_of(conn, principal, body.plan_id))[1]), 201)

        operation = f"POST /v1/assets/{asset_id}/plans/payments"
        return await keyed(conn, principal, operation, idempotency_key, body, work)


def _add_reading(made: APIRouter) -> None:
    for path, handler, summary, errors in (
        ("/v1/assets/{asset_id}/income", get_books, "一项资产的收益账", [AssetNotFoundError]),
        ("/v1/plans", list_plans, "分配方案清单", [NotFoundError, BadCursorError]),
        ("/v1/plans/{plan_id}", get_plan, "一个分配方案", [PlanNotFoundError]),
        ("/v1/households/{household_no}/asset-benefits", list_benefits, "一户从资产得到的收益", []),
    ):
        made.add_api_route(path, handler, methods=["GET"], summary=summary, responses=responses(*errors))


async def get_books(
    principal: Reader,
    conn: ConnectionDep,
    asset_id: AssetId,
    as_of: AsOf = None,
) -> BooksOut:
    """某一天的应收、实收、分配方案和结存：已收 = 已付 + 结存，分毫不差。"""
    await ledger.get(conn, principal, asset_id)
    day = as_of or clock.today()
    return BooksOut.of(asset_id, money(until(await entries.life(conn, asset_id), day)), day)


async def list_plans(
    principal: Reader,
    conn: ConnectionDep,
    division: Division = None,
    asset_id: Annotated[UUID | None, Query(title="资产编号")] = None,
    marked: Annotated[bool, Query(title="只看受益户身份已变的")] = False,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[PlanItem]:
    """分配方案，最近拟定的在前。受益户身份变化只作标记，不自动停发：下一个方案逐户答复。"""
    start = position(after, UUID)
    prefix = prefix_of(principal, division)
    rows = await books.plans(
        conn,
        clock.today(),
        prefix=prefix,
        asset_id=asset_id,
        marked=marked,
        before=start[0] if start else None,
        limit=limit + 1,
    )
    items, following = cut(rows, limit, lambda row: (row.plan_id,))
    return Page(items=[PlanItem.of(row) for row in items], next=following)


async def get_plan(
    principal: Reader, conn: ConnectionDep, plan_id: Annotated[UUID, Path(title="分配方案编号")]
) -> PlanOut:
    """一个方案的明细和它走到了哪一步。"""
    return PlanOut.of(*await service.plan_of(conn, principal, plan_id))


async def list_benefits(
    principal: Reader,
    conn: ConnectionDep,
    household_no: Annotated[
        str, Path(title="户编号", description="1 至 32 位字母、数字和短横线", pattern=r"^[0-9A-Za-z-]{1,32}$")
    ],
) -> BenefitsOut:
    """这一户在各分配方案中的各行，新的在前，和它现在持有的权利；只含权限范围之内的资产。"""
    prefix = principal.scope_prefix()
    held = await rights.held_by(conn, household_no, prefix)
    return BenefitsOut.told(await books.benefits(conn, household_no, prefix), held)
