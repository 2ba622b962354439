"""Use cases of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.register import repository
from services.screening.register.domain import ASSET_EVENTS, Household, Unmatched, UnmatchedCount
from services.screening.register.errors import HouseholdNotFoundError, HouseholdNotYetError
from shared import clock
from shared.codes import divisions
from shared.events.assets import IncomeStoppedV1
from shared.events.codec import Delivery
from shared.http.permissions import within
from shared.versions import freshness
from shared.versions import service as versions
from shared.versions.domain import RecordRef


@dataclass(frozen=True, slots=True)
class Touched:
    """What a batch touched; the households are locked until the transaction ends.

    `kinds` are feed numbers, and ASSET_EVENTS when the ledger of assets said something. `causes`
    names, per household, the records of this batch that concern it.
    """

    households: list[str]
    kinds: set[int]
    causes: dict[str, list[RecordRef]]


async def apply(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> Touched:
    """Take consumed records (see `shared.versions.service.apply`) and stopped incomes into the register."""
    stops = [delivery for delivery in deliveries if isinstance(delivery.event, IncomeStoppedV1)]
    records = [delivery for delivery in deliveries if not isinstance(delivery.event, IncomeStoppedV1)]
    applied = await versions.apply(conn, records, {no for stop in stops for no in stop.event.households})
    if stops:
        await repository.add_income_stops(conn, [_stop_row(stop, no) for stop in stops for no in stop.event.households])
    causes = {household_no: [row.ref() for row in rows] for household_no, rows in applied.causes.items()}
    return Touched(sorted(applied.households), applied.kinds | ({ASSET_EVENTS} if stops else set()), causes)


def _stop_row(delivery: Delivery, household_no: str) -> tuple[str, str, str, date, datetime]:
    event = delivery.event
    return (delivery.event_id, event.asset_id, household_no, event.stopped_on, event.known_at)


async def claim(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Keep what ingest's manifests and changes of freshness say; nothing is believed yet."""
    await freshness.claim(conn, deliveries)


async def settle(conn: AsyncConnection) -> None:
    """Believe what ingest said where the records that it counted are applied; whoever sweeps asks first."""
    await freshness.settle(conn)


async def household(conn: AsyncConnection, household_no: str, scope: str, as_of: date, known_at: datetime) -> Household:
    """A household and its members at (D, T).

    `scope` is the prefix of the division codes that the caller may see. HouseholdNotFoundError when there is no
    such household or it is out of scope; HouseholdNotYetError when it was not there then and is there, in scope, now.
    """
    found = await repository.household(conn, household_no, as_of, known_at)
    if found is not None and found.division_code.startswith(scope):
        return found
    # Nothing is said of a household that was then another division's, nor of one that the caller may not see now.
    today = None if found is not None else await repository.household(conn, household_no, clock.today(), clock.now())
    if today is not None and today.division_code.startswith(scope):
        raise HouseholdNotYetError(f"那一天底册里还没有这一户（{_asked(as_of, known_at)}）。")
    # Not echoed: what was asked for may be somebody's ID number.
    raise HouseholdNotFoundError("没有这个户编号的农牧户，或不在您的管辖范围内。")


def _asked(as_of: date, known_at: datetime) -> str:
    known = known_at.astimezone(clock.SHANGHAI)
    return f"按 {as_of.isoformat()} 的情况、以 {known:%Y-%m-%d %H:%M} 所知"


async def unmatched(
    conn: AsyncConnection, scope: str, division: str | None, after: str | None, limit: int
) -> tuple[list[Unmatched], list[UnmatchedCount]]:
    """Persons with records whom no household names today: those after a person key, `limit` at most, and
    how many there are by banner. `scope` and `division` are matched against the division that the records
    themselves name; whose records name none is seen by those who see the whole city.

    DivisionNotFoundError when the division does not exist or lies outside the scope.
    """
    prefix = scope if division is None else divisions.prefix(within(scope, division))
    as_of, known_at = clock.today(), clock.now()
    return (
        await repository.unmatched(conn, as_of, known_at, prefix, after or "", limit),
        await repository.unmatched_counts(conn, as_of, known_at, prefix),
    )
