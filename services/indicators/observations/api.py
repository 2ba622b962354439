"""Sending and reading observations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.observations import service
from services.indicators.observations.domain import Observation
from services.indicators.observations.errors import (
    AlreadyObservedError,
    NotInForceError,
    ObservationNotFoundError,
    ObservationsRefusedError,
    PeriodClosedError,
)
from services.indicators.observations.schemas import (
    ObservationOut,
    ObservationsIn,
    TakenObservation,
    TakenObservations,
)
from shared.codes import divisions
from shared.errors import NotFoundError
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, Page, cut, position
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

Observed = Callable[[AsyncConnection, Sequence[Observation]], Awaitable[None]]
"""Told of observations that come into force, in the transaction in which they do."""

ClosedAt = Callable[[AsyncConnection, Collection[str]], Awaitable[Mapping[str, datetime]]]
"""Of some periods those that are closed, each with the instant since when."""


async def nothing_closed(_conn: AsyncConnection, _periods: Collection[str]) -> Mapping[str, datetime]:
    """The answer where no period is ever closed."""
    return {}


_SUBMIT = "POST /v1/observations"
Reader = Annotated[Principal, allow("indicators:read")]


def router(observed: Observed, closed_at: ClosedAt = nothing_closed) -> APIRouter:
    """The routes of this room; `observed` hears of what was taken (values marks its indicators)."""
    made = APIRouter(prefix="/v1/observations", tags=["观测值"])
    made.add_api_route(
        "",
        _submission_route(observed, closed_at),
        methods=["POST"],
        status_code=201,
        summary="填报观测值",
        response_model=TakenObservations,
        responses=responses(
            ObservationsRefusedError,
            NotFoundError,
            AlreadyObservedError,
            NotInForceError,
            PeriodClosedError,
            KeyReusedError,
            KeyInFlightError,
        ),
    )
    made.add_api_route(
        "",
        list_observations,
        methods=["GET"],
        summary="观测值清单",
        responses=responses(DivisionNotFoundError, BadCursorError),
    )
    made.add_api_route(
        "/{observation_id}",
        get_observation,
        methods=["GET"],
        summary="一个观测值",
        responses=responses(ObservationNotFoundError),
    )
    return made


def _submission_route(observed: Observed, closed_at: ClosedAt) -> Callable[..., Awaitable[Response]]:
    async def submit_observations(
        principal: Annotated[Principal, allow("observations:write")],
        body: ObservationsIn,
        conn: ConnectionDep,
        idempotency_key: KeyHeader = None,
    ) -> Response:
        """填报一条或多条观测值，全部保存或全部不保存。

        每条须有单位和依据文件。同一观测项、区划、期间只有一个现行值：与现行值相同的再报一次不会重复保存；
        要更正，在 `supersedes` 中写明现行值的编号，原值保留可查。可填报的观测项、单位和层级见
        `GET /v1/indicators` 的 `inputs`。
        """
        claim = None
        if idempotency_key is not None:
            claim = Claim(principal.sub, _SUBMIT, idempotency_key, fingerprint(body.model_dump_json()))
        return (await once(conn, claim, lambda: _take(conn, principal, body, observed, closed_at))).response()

    return submit_observations


async def _take(
    conn: AsyncConnection, principal: Principal, body: ObservationsIn, observed: Observed, closed_at: ClosedAt
) -> Answer:
    for observation in body.observations:
        principal.require_division(observation.division_code)
    drafts = [observation.draft() for observation in body.observations]
    pointers = [f"/observations/{index}" for index in range(len(drafts))]
    if closed := await closed_at(conn, {draft.period for draft in drafts}):
        raise PeriodClosedError(f"期间 {'、'.join(sorted(closed))} 已经审定。")
    taken = await service.submit(conn, drafts, principal.sub, pointers)
    await observed(conn, [observation for observation, outcome in taken if outcome != "duplicate"])
    items = [TakenObservation.of(observation, outcome) for observation, outcome in taken]
    return Answer.of(TakenObservations(items=items), 201)


async def list_observations(
    principal: Reader,
    conn: ConnectionDep,
    input: Annotated[  # noqa: A002 - the field's name on the wire
        str | None,
        Query(
            title="观测项代码",
            description="例如 `rural_allowance_standard`；见 `/v1/indicators` 的 `inputs`",
            max_length=64,
        ),
    ] = None,
    division: Annotated[str | None, Query(title="行政区划代码", description="含其下级", pattern=r"^[0-9]{12}$")] = None,
    period: Annotated[str | None, Query(title="期间", pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$")] = None,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[ObservationOut]:
    """观测值，最近收到的在前，已被更正的也在内。"""
    scope = principal.scope_prefix()
    start = position(after, UUID)
    found = await service.listed(
        conn,
        input_code=input,
        period=period,
        prefix=divisions.prefix(within(scope, division)) if division else scope,
        after=start[0] if start else None,
        limit=limit + 1,
    )
    items, following = cut(found, limit, lambda observation: (observation.observation_id,))
    return Page[ObservationOut](items=[ObservationOut.of(observation) for observation in items], next=following)


async def get_observation(
    observation_id: Annotated[UUID, Path(title="观测值编号")], principal: Reader, conn: ConnectionDep
) -> ObservationOut:
    """按编号给出观测值；已被更正的仍可查到。"""
    found = await service.get(conn, observation_id)
    if not principal.may_division(found.division_code):
        raise ObservationNotFoundError("没有这个观测值，或者不在您的权限范围内。")
    return ObservationOut.of(found)
