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
from shared.errors import NotFoundError
from shared.http.idempotency import Answer, Claim, KeyInFlightError, KeyReusedError, once
from shared.http.permissions import Principal

Observed = Callable[[AsyncConnection, Sequence[Observation]], Awaitable[None]]
"""Told of observations that come into force, in the transaction in which they do."""

REFUSALS = (
    ObservationsRefusedError,
    NotFoundError,
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

    Raises `REFUSALS`; NotFoundError for a division outside the caller's.
    """
    given, spots = drafts
    observed, closed_at = neighbours
    name, mark = key

    async def work() -> Answer:
        for draft in given:
            principal.require_division(draft.division_code)
        taken = await service.submit(conn, given, principal.sub, spots, closed_at)
        await observed(conn, [one for one, outcome in taken if outcome in ("accepted", "corrected")])
        return answer(taken)

    return await once(conn, Claim(principal.sub, _SUBMIT, name, mark) if name else None, work)
