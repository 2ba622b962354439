"""A second person approves what waits, or sends it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.observations import service
from services.indicators.observations.domain import Observation
from services.indicators.observations.errors import (
    ObservationNotFoundError,
    ObservationsRefusedError,
    ObservationStateError,
    PeriodClosedError,
)
from services.indicators.observations.schemas import ApprovalBody, ObservationOut, RejectionBody
from services.indicators.observations.sending import Observed
from shared.http.auth import allow
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

Checker = Annotated[Principal, allow("observations:check")]
ObservationId = Annotated[UUID, Path(title="观测值编号")]


def add_routes(made: APIRouter, observed: Observed, closed_at: service.ClosedAt) -> None:
    """Add approval and rejection to the room's router."""
    made.add_api_route(
        "/{observation_id}/approval",
        _approval_route(observed, closed_at),
        methods=["POST"],
        summary="同意观测值",
        response_model=ObservationOut,
        responses=responses(
            ObservationNotFoundError, ObservationStateError, PeriodClosedError, ObservationsRefusedError
        ),
    )
    made.add_api_route(
        "/{observation_id}/rejection",
        reject_observation,
        methods=["POST"],
        summary="退回观测值",
        responses=responses(ObservationNotFoundError, ObservationStateError),
    )


def _approval_route(observed: Observed, closed_at: service.ClosedAt) -> Callable[..., Awaitable[ObservationOut]]:
    async def approve_observation(
        principal: Checker, observation_id: ObservationId, body: ApprovalBody, conn: ConnectionDep
    ) -> ObservationOut:
        """从此刻起这个观测值生效，参加计算。填报人本人不能审核。

        观测值的内容从不改写，按编号同意的就是所看到的内容。
        """
        await _require_visible(conn, principal, observation_id)
        decision = service.Decision(principal.sub, body.note, approved=True)
        approved = await service.decide(conn, observation_id, decision, closed_at)
        await observed(conn, [approved])
        return ObservationOut.of(approved)

    return approve_observation


async def reject_observation(
    principal: Checker, observation_id: ObservationId, body: RejectionBody, conn: ConnectionDep
) -> ObservationOut:
    """不采用这个观测值，写明原因；填报人可以另行填报。填报人本人不能退回。"""
    await _require_visible(conn, principal, observation_id)
    decision = service.Decision(principal.sub, body.reason, approved=False)
    return ObservationOut.of(await service.decide(conn, observation_id, decision))


async def _require_visible(conn: AsyncConnection, principal: Principal, observation_id: UUID) -> Observation:
    found = await service.get(conn, observation_id)
    if not principal.may_division(found.division_code):
        raise ObservationNotFoundError("没有这个观测值，或者不在您的权限范围内。")
    return found
