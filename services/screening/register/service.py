"""Use cases of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.register import repository
from services.screening.register.domain import Household
from services.screening.register.errors import HouseholdNotFoundError
from shared.events.codec import Delivery
from shared.versions import service as versions
from shared.versions.domain import RecordRef


@dataclass(frozen=True, slots=True)
class Touched:
    """What a batch touched; the households are locked until the transaction ends.

    `causes` names, per household, the records of this batch that concern it.
    """

    households: list[str]
    kinds: set[int]
    causes: dict[str, list[RecordRef]]


async def apply(conn: AsyncConnection, deliveries: Sequence[Delivery]) -> Touched:
    """Take consumed records into the register (see `shared.versions.service.apply`)."""
    applied = await versions.apply(conn, deliveries)
    causes = {household_no: [row.ref() for row in rows] for household_no, rows in applied.causes.items()}
    return Touched(sorted(applied.households), applied.kinds, causes)


async def household(conn: AsyncConnection, household_no: str, scope: str, as_of: date, known_at: datetime) -> Household:
    """A household and its members at (D, T); HouseholdNotFoundError when not there or out of scope.

    `scope` is the prefix of the division codes that the caller may see.
    """
    found = await repository.household(conn, household_no, as_of, known_at)
    if found is None or not found.division_code.startswith(scope):
        # Not echoed: what was asked for may be somebody's ID number.
        raise HouseholdNotFoundError("没有这个户编号的农牧户，或不在您的管辖范围内。")
    return found
