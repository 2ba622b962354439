"""Disposals over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.disposal import schemas, service
from services.assets.disposal.errors import ApprovalLevelError
from services.assets.entries.service import Draft, Rules
from services.assets.ledger import routes
from services.assets.ledger.errors import AssetNotFoundError
from services.assets.ledger.routes import AssetId, EntryRoute
from services.assets.terms.routes import AsOf, Reader
from shared import clock
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep


async def _approval(conn: AsyncConnection, principal: Principal, asset_id: UUID, body: Any) -> Draft:
    return await service.approval(conn, principal, asset_id, body.holds_on, body.document)


_ENTRIES = (
    EntryRoute(
        "/disposal/proposals", "propose_disposal", schemas.ProposalBody, "申请处置",
        "任何单位和个人不得随意处置国有和集体扶贫项目资产：申请、评估、表决、公示、审批以后才能处置。灭失不是处置。",
    ),
    EntryRoute("/disposal/appraisals", "appraise_disposal", schemas.AppraisalBody, "登记评估", "处置前先评估价值。"),
    EntryRoute(
        "/disposal/decisions", "decide_disposal", schemas.DecisionBody, "登记处置表决",
        "到会和赞成都须达到全体成员（代表）的三分之二。",
    ),
    EntryRoute("/disposal/notices", "notice_disposal", schemas.NoticeBody, "登记处置公示", "不少于 10 日。"),
    EntryRoute(
        "/disposal/approvals", "approve_disposal", schemas.ApprovalBody, "审批处置",
        "由申请人以外的审批人，在资产类别和原值所要求的层级审批；公示期满以后。",
        permission="assets:approve", errors=(ApprovalLevelError,), prepare=_approval,
    ),
    EntryRoute(
        "/disposal/rejections", "reject_disposal", schemas.RejectionBody, "不同意处置",
        "处置申请就此终止，可以另行申请。",
        permission="assets:approve",
    ),
    EntryRoute(
        "/disposal/completions", "complete_disposal", schemas.DisposalBody, "登记处置完成",
        "未经审批不能处置，不能再次处置。其后只登记处置收入及其使用。", wrote=service.told,
    ),
    EntryRoute("/disposal/proceeds", "receive_proceeds", schemas.ProceedsBody, "登记处置收入",
               "处置收入一直跟踪到用完。"),
    EntryRoute(
        "/disposal/assignments", "assign_proceeds", schemas.AssignmentBody, "安排处置收入",
        "集体资产的处置收入只能重新安排用于巩固拓展脱贫攻坚成果和全面实现乡村振兴。",
    ),
    EntryRoute("/disposal/spendings", "spend_proceeds", schemas.SpendingBody, "登记处置收入使用", "不超过安排的金额。"),
)  # fmt: skip


def router(rules: Rules) -> APIRouter:
    """The routes of this room."""
    made = APIRouter(tags=["处置"])
    for route in _ENTRIES:
        routes.add(made, rules, route)
    made.add_api_route(
        "/v1/assets/{asset_id}/disposal",
        get_disposal,
        methods=["GET"],
        summary="一项资产的处置",
        responses=responses(AssetNotFoundError),
    )
    return made


async def get_disposal(
    principal: Reader,
    conn: ConnectionDep,
    asset_id: AssetId,
    as_of: AsOf = None,
) -> schemas.EndingOut:
    """处置走到哪一步，处置收入多少、安排到哪里、还有多少没有用。"""
    return schemas.EndingOut.of(asset_id, await service.on(conn, principal, asset_id, as_of or clock.today()))
