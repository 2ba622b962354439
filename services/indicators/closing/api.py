"""Closing periods over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.indicators.closing import service
from services.indicators.closing.errors import (
    ClosingNotFoundError,
    ClosingStateError,
    PeriodInvalidError,
    PeriodUnsettledError,
)
from services.indicators.closing.schemas import ClosingIn, ClosingOut, ClosingQuery, ClosingWithGapsOut, RejectionIn
from services.indicators.closing.service import Gaps, State
from services.indicators.definitions import periods
from shared.errors import NotFoundError
from shared.http.auth import allow
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.paging import BadCursorError, Page, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

Proposer = Annotated[Principal, allow("periods:close")]
Approver = Annotated[Principal, allow("periods:approve")]
Reader = Annotated[Principal, allow("indicators:read")]
ClosingId = Annotated[UUID, Path(title="审定编号")]
PeriodPath = Annotated[str, Path(title="期间", description="年、季度或月", pattern=periods.PATTERN, examples=["2025"])]
_SUBMIT = "POST /v1/periods/closings"
_DECISION = (ClosingNotFoundError, ClosingStateError)


def router(state_of: State, gaps: Gaps) -> APIRouter:
    """The routes of this room; `state_of` says how far the pass is with a period, `gaps` what it cannot compute."""
    made = APIRouter(tags=["期间审定"])
    made.add_api_route(
        "/v1/periods/{period}/closings",
        _proposal_route(state_of, gaps),
        methods=["POST"],
        status_code=201,
        summary="提请审定一个期间",
        response_model=ClosingWithGapsOut,
        responses=responses(
            PeriodInvalidError, ClosingStateError, PeriodUnsettledError, NotFoundError, KeyReusedError, KeyInFlightError
        ),
    )
    made.add_api_route(
        "/v1/closings", list_closings, methods=["GET"], summary="期间审定的清单", responses=responses(BadCursorError)
    )
    made.add_api_route(
        "/v1/closings/{closing_id}",
        _one_route(gaps),
        methods=["GET"],
        summary="期间的一次审定",
        response_model=ClosingWithGapsOut,
        responses=responses(ClosingNotFoundError),
    )
    made.add_api_route(
        "/v1/closings/{closing_id}/approval",
        _approval_route(state_of),
        methods=["POST"],
        summary="审定",
        response_model=ClosingOut,
        responses=responses(*_DECISION, PeriodUnsettledError),
    )
    made.add_api_route(
        "/v1/closings/{closing_id}/rejection",
        reject_closing,
        methods=["POST"],
        summary="退回提请",
        responses=responses(*_DECISION),
    )
    return made


def _proposal_route(state_of: State, gaps: Gaps) -> Callable[..., Awaitable[Response]]:
    async def propose_closing(
        principal: Proposer,
        period: PeriodPath,
        conn: ConnectionDep,
        body: ClosingIn | None = None,
        idempotency_key: KeyHeader = None,
    ) -> Response:
        """提请审定一个已经结束的期间，由另一人审定；答复列出本期间算不出的指标及原因。

        还有属于本期间的数据待计算时答复 409，`Retry-After` 秒后再试。期间按全市审定：审定以后收到的更正
        不改动审定的数值，只在旁边重述，写明差额和依据。
        """
        said = body or ClosingIn()

        async def work() -> Answer:
            closing = await service.propose(conn, principal, period, said.note, state_of)
            shown = ClosingWithGapsOut.of(closing, await gaps(conn, period))
            return Answer.of(shown, 201, {"Location": f"/v1/closings/{closing.closing_id}"})

        claim = None
        if idempotency_key is not None:
            mark = fingerprint(period, said.model_dump_json())
            claim = Claim(principal.sub, _SUBMIT, idempotency_key, mark)
        return (await once(conn, claim, work)).response()

    return propose_closing


def _one_route(gaps: Gaps) -> Callable[..., Awaitable[ClosingWithGapsOut]]:
    async def get_closing(_principal: Reader, closing_id: ClosingId, conn: ConnectionDep) -> ClosingWithGapsOut:
        """一次审定，以及本期间现在算不出的指标。"""
        closing = await service.get(conn, closing_id)
        return ClosingWithGapsOut.of(closing, await gaps(conn, closing.period))

    return get_closing


def _approval_route(state_of: State) -> Callable[..., Awaitable[ClosingOut]]:
    async def approve_closing(principal: Approver, closing_id: ClosingId, conn: ConnectionDep) -> ClosingOut:
        """从此刻起这个期间即为审定。提请人本人不能审定；还有属于本期间的数据待计算时答复 409，稍后再试。"""
        return ClosingOut.model_validate(await service.approve(conn, principal, closing_id, state_of))

    return approve_closing


async def reject_closing(
    principal: Approver, closing_id: ClosingId, body: RejectionIn, conn: ConnectionDep
) -> ClosingOut:
    """退回并写明原因；可以再次提请。提请人本人不能退回。"""
    return ClosingOut.model_validate(await service.reject(conn, principal, closing_id, body.reason))


async def list_closings(
    _principal: Reader, query: Annotated[ClosingQuery, Query()], conn: ConnectionDep
) -> Page[ClosingOut]:
    """谁在何时提请审定了哪个期间，由谁审定或退回，新的在前。"""
    start = position(query.after, UUID)
    found = await service.listed(
        conn, period=query.period, state=query.state, after=start[0] if start else None, limit=query.limit + 1
    )
    items, following = cut(found, query.limit, lambda closing: (closing.closing_id,))
    return Page[ClosingOut](items=[ClosingOut.model_validate(closing) for closing in items], next=following)
