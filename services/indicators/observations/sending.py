"""Drafts of a caller, from a body or a file: inside their scope, once per key, told to whoever must hear of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.observations import service
from services.indicators.observations.domain import Draft, Observation
from services.indicators.observations.errors import (
    AlreadyObservedError,
    AlreadyProposedError,
    NotInForceError,
    ObservationsRefusedError,
    PeriodClosedError,
)
from services.indicators.observations.spots import Spot
from services.indicators.observations.taking import Taken
from shared.http.errors import DivisionNotFoundError
from shared.http.idempotency import Answer, Claim, KeyInFlightError, KeyReusedError, once
from shared.http.permissions import Principal

Observed = Callable[[AsyncConnection, Sequence[Observation]], Awaitable[None]]
"""Told of observations that come into force, in the transaction in which they do."""

REFUSALS = (
    ObservationsRefusedError,
    DivisionNotFoundError,
    AlreadyObservedError,
    AlreadyProposedError,
    NotInForceError,
    PeriodClosedError,
    KeyReusedError,
    KeyInFlightError,
)
_SUBMIT = "POST /v1/observations"


async def send(
    conn: AsyncConnection,
    principal: Principal,
    drafts: tuple[Sequence[Draft], Sequence[Spot]],
    neighbours: tuple[Observed, service.ClosedAt],
    key: tuple[str | None, bytes],
    answer: Callable[[list[Taken]], Answer],
) -> Answer:
    """Take `drafts` (with the spot of each) and answer; the same `key` and fingerprint answer as the first time.

    Raises `REFUSALS`; DivisionNotFoundError for a division outside the caller's.
    """
    given, spots = drafts
    observed, closed_at = neighbours
    name, mark = key

    async def work() -> Answer:
        _require_inside(principal, given, spots)
        taken = await service.submit(conn, given, principal.sub, spots, closed_at)
        await observed(conn, [one for one, outcome in taken if outcome in ("accepted", "corrected")])
        return answer(taken)

    return await once(conn, Claim(principal.sub, _SUBMIT, name, mark) if name else None, work)


def _require_inside(principal: Principal, drafts: Sequence[Draft], spots: Sequence[Spot]) -> None:
    outside = [
        at.wrong(
            "division_code", DivisionNotFoundError.code, "没有这个区划，或者不在您的权限范围内。", draft.division_code
        )
        for draft, at in zip(drafts, spots, strict=True)
        if not principal.may_division(draft.division_code)
    ]
    if outside:
        raise DivisionNotFoundError(
            f"有 {len(outside)} 处区划没有，或者不在您的权限范围内，全部未保存。", errors=outside
        )
