"""Proposals over HTTP. What is in force and which rules lack a value is told by the rules' own routes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.screening.parameters import deciding
from services.screening.parameters.errors import (
    ParameterInvalidError,
    ProposalNotFoundError,
    ProposalStateError,
    UnknownParameterError,
)
from services.screening.parameters.proposals import STATES, Proposal, ProposalState
from services.screening.parameters.schemas import DecisionBody, ProposalListOut, ProposalOut, WishBody
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.etags import IfMatchHeader, PreconditionFailedError, PreconditionRequiredError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/parameters", tags=["规则和参数"])

Reader = Annotated[Principal, allow("parameters:read")]
Author = Annotated[Principal, allow("parameters:write")]
Approver = Annotated[Principal, allow("parameters:approve")]
ProposalId = Annotated[UUID, Path(title="起草编号")]
_PLACE = "/v1/parameters/proposals"
_DECISION = responses(ProposalNotFoundError, ProposalStateError, PreconditionFailedError, PreconditionRequiredError)


class ProposalQuery(BaseModel):
    """起草的筛选"""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, title="参数名称", max_length=60, examples=["allowance_standard"])
    state: ProposalState | None = Field(
        None, title="状态", description=" · ".join(f"{k} {v}" for k, v in STATES.items())
    )


@router.get("/proposals", summary="起草的参数值", responses=responses(UnknownParameterError))
async def list_proposals(
    _principal: Reader, query: Annotated[ProposalQuery, Query()], conn: ConnectionDep
) -> ProposalListOut:
    """谁起草了什么、由谁批准或退回，新的在前。"""
    found = await deciding.proposals(conn, query.name, query.state)
    return ProposalListOut(items=[ProposalOut.of(proposal) for proposal in found], next=None)


@router.get("/proposals/{proposal_id}", summary="一份起草", responses=responses(ProposalNotFoundError))
async def get_proposal(
    _principal: Reader, proposal_id: ProposalId, conn: ConnectionDep, response: Response
) -> ProposalOut:
    """起草的内容和状态；`ETag` 供改写和审定时使用。"""
    return _shown(await deciding.proposal(conn, proposal_id), response)


@router.put(
    "/{name}",
    summary="起草参数值",
    response_model=ProposalOut,
    responses={
        201: {"description": "新的起草；`Location` 为它的地址", "model": ProposalOut},
        **responses(
            UnknownParameterError,
            DivisionNotFoundError,
            ParameterInvalidError,
            ProposalStateError,
            PreconditionFailedError,
            PreconditionRequiredError,
        ),
    },
)
async def put_parameter(
    principal: Author,
    name: Annotated[str, Path(title="参数名称", pattern=r"^[a-z][a-z0-9_]{1,59}$", examples=["allowance_standard"])],
    body: WishBody,
    conn: ConnectionDep,
    response: Response,
    if_match: IfMatchHeader = None,
) -> ProposalOut:
    """为某个区划起草一个参数值，由另一人批准后生效。单位、取值和日期不符合要求的一次全部指明。

    同一区划、同一生效日期已有待审定的起草时，本人可以改写（须带 `If-Match`），内容相同的不作变动，他人的不能改写。
    已经生效的值不改动：同一生效日期再次批准的是它的更正，以后知道，按知悉时间仍可查到原值。"""
    proposal, new = await deciding.propose(conn, principal, name, body.wish(), if_match)
    if new:
        response.status_code = 201
        response.headers["Location"] = f"{_PLACE}/{proposal.proposal_id}"
    return _shown(proposal, response)


@router.post("/proposals/{proposal_id}/approval", summary="批准参数值", responses=_DECISION)
async def approve_proposal(
    principal: Approver,
    proposal_id: ProposalId,
    body: DecisionBody,
    conn: ConnectionDep,
    response: Response,
    if_match: IfMatchHeader = None,
) -> ProposalOut:
    """从此刻起采用这个值，涉及的户随即重新判断。起草人本人不能批准。

    须带读取起草时的 `ETag`，以免批准没有看过的内容。"""
    return _shown(await deciding.approve(conn, principal, proposal_id, if_match, body.note), response)


@router.post("/proposals/{proposal_id}/rejection", summary="退回参数值", responses=_DECISION)
async def reject_proposal(
    principal: Approver,
    proposal_id: ProposalId,
    body: DecisionBody,
    conn: ConnectionDep,
    response: Response,
    if_match: IfMatchHeader = None,
) -> ProposalOut:
    """不采用这个值；起草人可以另行起草。起草人本人不能退回，须带读取起草时的 `ETag`。"""
    return _shown(await deciding.reject(conn, principal, proposal_id, if_match, body.note), response)


def _shown(proposal: Proposal, response: Response) -> ProposalOut:
    shown = ProposalOut.of(proposal)
    response.headers["ETag"] = shown.etag
    return shown
