"""Use cases of the parameters: seed what is shipped, find the values in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.parameters import repository, shipped
from services.screening.parameters.domain import ParameterDefinition, ParameterValue
from shared import clock


def definitions() -> Mapping[str, ParameterDefinition]:
    """The declared parameters by name."""
    return shipped.definitions()


async def seed(conn: AsyncConnection, demo: bool, known_at: datetime, demo_from: date | None = None) -> None:
    """Add the shipped values that are not there yet; safe at every start, and at once.

    `demo` adds the demo values too (development with the sample). They hold from `demo_from`, the
    sample's first day; by default from 1 January two years back, which is never later than the
    24 months that a sample as of today covers.
    """
    first_day = demo_from or date(clock.business_date(known_at).year - 2, 1, 1)
    values = [v for v in shipped.values() if demo or v.status != "demo"]
    await repository.add(conn, [shipped.dated(v, first_day, known_at) for v in values])


async def parameters_in_force(
    conn: AsyncConnection, names: Collection[str], divisions: Collection[str], as_of: date, known_at: datetime
) -> dict[str, dict[str, ParameterValue]]:
    """Per division (12 digits) and name the most local value in force; names without one are left out."""
    return await repository.in_force(conn, names, divisions, as_of, known_at)


async def parameters_for(
    conn: AsyncConnection, names: Collection[str], division_code: str, as_of: date, known_at: datetime
) -> dict[str, ParameterValue]:
    """The values in force for one division; for many ask `parameters_in_force` once."""
    return (await repository.in_force(conn, names, [division_code], as_of, known_at))[division_code]


async def known_values(conn: AsyncConnection, scope: str, known_at: datetime) -> list[ParameterValue]:
    """Every value known at `known_at` that touches the divisions of the prefix `scope` ('' is all)."""
    return await repository.known(conn, scope, known_at)
