"""The room's routes: sending and reading; spreadsheets are in files, approval in checking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.indicators.observations import service
from services.indicators.observations.checking import api as checking
from services.indicators.observations.errors import ObservationNotFoundError
from services.indicators.observations.files import api as files
from services.indicators.observations.repository import Wanted
from services.indicators.observations.schemas import (
    ObservationOut,
    ObservationQuery,
    ObservationsIn,
    TakenObservation,
    TakenObservations,
)
from services.indicators.observations.sending import REFUSALS, Observed, send
from services.indicators.observations.spots import Spot
from services.indicators.observations.taking import Taken
from shared.codes import divisions
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.idempotency import Answer, KeyHeader, fingerprint
from shared.http.paging import BadCursorError, Page, cut, position
from shared.http.permissions import Principal, within
from shared.http.problems import responses
from shared.http.session import ConnectionDep

Reader = Annotated[Principal, allow("indicators:read")]


def router(observed: Observed, closed_at: service.ClosedAt = service.nothing_closed) -> APIRouter:
    """The routes; `observed` hears of what comes into force (values marks its indicators), `closed_at`
    says which periods are closed."""
    made = APIRouter(prefix="/v1/observations", tags=["观测值"])
    made.add_api_route(
        "",
        _submission_route(observed, closed_at),
        methods=["POST"],
        status_code=201,
        summary="填报观测值",
        response_model=TakenObservations,
        responses=responses(*REFUSALS),
    )
    made.add_api_route(
        "",
        list_observations,
        methods=["GET"],
        summary="观测值清单",
        responses=responses(DivisionNotFoundError, BadCursorError),
    )
    files.add_routes(made, observed, closed_at)
    made.add_api_route(
        "/{observation_id}",
        get_observation,
        methods=["GET"],
        summary="一个观测值",
        responses=responses(ObservationNotFoundError),
    )
    checking.add_routes(made, observed, closed_at)
    return made


def _submission_route(observed: Observed, closed_at: service.ClosedAt) -> Callable[..., Awaitable[Response]]:
    async def submit_observations(
        principal: Annotated[Principal, allow("observations:write")],
        body: ObservationsIn,
        conn: ConnectionDep,
        idempotency_key: KeyHeader = None,
    ) -> Response:
        """填报一条或多条观测值，全部保存或全部不保存。

        每条须有单位和依据文件。同一观测项、区划、期间只有一个现行值：与现行值相同的再报一次不会重复保存；
        要更正，在 `supersedes` 中写明现行值的编号，原值保留可查。约束性指标的观测值和审定后的补报、更正须由
        另一人审核（`proposed`），审核同意后才生效。已公布的数字用 `official_value` 填报并写明指标，与计算值并列，
        从不混用。可填报的观测项、单位和层级见 `GET /v1/indicators` 的 `inputs`。
        """
        drafts = [observation.draft() for observation in body.observations]
        spots = [Spot(f"/observations/{index}") for index in range(len(drafts))]
        mark = fingerprint(body.model_dump_json())

        def answer(taken: list[Taken]) -> Answer:
            return Answer.of(TakenObservations(items=[TakenObservation.of(*one) for one in taken]), 201)

        sent = send(conn, principal, (drafts, spots), (observed, closed_at), (idempotency_key, mark), answer)
        return (await sent).response()

    return submit_observations


async def list_observations(
    principal: Reader, query: Annotated[ObservationQuery, Query()], conn: ConnectionDep
) -> Page[ObservationOut]:
    """观测值，最近收到的在前，已被更正、待审核和已退回的也在内。"""
    scope = principal.scope_prefix()
    start = position(query.after, UUID)
    prefix = divisions.prefix(within(scope, query.division)) if query.division else scope
    wanted = Wanted(query.input, query.indicator, query.period, query.state)
    found = await service.listed(conn, wanted, prefix, start[0] if start else None, query.limit + 1)
    items, following = cut(found, query.limit, lambda observation: (observation.observation_id,))
    return Page[ObservationOut](items=[ObservationOut.of(observation) for observation in items], next=following)


async def get_observation(
    observation_id: Annotated[UUID, Path(title="观测值编号")], principal: Reader, conn: ConnectionDep
) -> ObservationOut:
    """按编号给出观测值；已被更正的、已退回的仍可查到。"""
    found = await service.get(conn, observation_id)
    if not principal.may_division(found.division_code):
        raise ObservationNotFoundError("没有这个观测值，或者不在您的权限范围内。")
    return ObservationOut.of(found)
