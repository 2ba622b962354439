"""Keeping what screening says of households, and answering what they are on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.beneficiaries import repository
from services.assets.beneficiaries.domain import Standing, Status, standing_on
from shared.events.households import HouseholdStatusChangedV1


async def keep(conn: AsyncConnection, events: Iterable[HouseholdStatusChangedV1]) -> list[str]:
    """Store what was said, in any order and any number of times; the households of which it was news."""
    return await repository.add(conn, events)


async def standing(
    conn: AsyncConnection, household_nos: Collection[str], day: date, prefix: str = ""
) -> dict[str, Standing]:
    """What each household is on a day: lifted, monitored, general, or unknown where nothing was said of a household
    in the divisions that begin with `prefix`: whoever asks is told nothing of others' households."""
    found = await repository.said(conn, household_nos)
    return {
        household_no: standing_on([one for one in found.get(household_no, []) if _within(one, prefix)], day)
        for household_no in household_nos
    }


async def unheard_of(conn: AsyncConnection, household_nos: Collection[str], prefix: str) -> list[str]:
    """Those of which nothing was ever said in these divisions, in order. Screening speaks of lifted and monitored
    households only: such a one may be a general household, of another division, or a number mistyped."""
    found = await repository.said(conn, household_nos)
    return sorted(no for no in set(household_nos) if not any(_within(one, prefix) for one in found.get(no, ())))


def _within(one: Status, prefix: str) -> bool:
    return one.division_code is None or one.division_code.startswith(prefix)
