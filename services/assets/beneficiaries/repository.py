"""Statements of the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.beneficiaries.domain import Status
from shared.db import driver
from shared.events.households import HouseholdStatusChangedV1


async def add(conn: AsyncConnection, events: Iterable[HouseholdStatusChangedV1]) -> list[str]:
    """Keep what was said; the households of which it was new. What is there already changes nothing."""
    rows = list(events)
    db = await driver(conn)
    new = await db.fetch(
        """INSERT INTO household_status
               (household_no, status_seq, status_on, base_status, monitored, division_code, known_at)
           SELECT * FROM unnest($1::text[], $2::int[], $3::date[], $4::text[], $5::boolean[], $6::text[],
                                $7::timestamptz[])
           ON CONFLICT DO NOTHING RETURNING household_no""",
        [row.household_no for row in rows],
        [row.status_seq for row in rows],
        [row.status_on for row in rows],
        [row.base_status for row in rows],
        [row.monitored for row in rows],
        [row.division_code for row in rows],
        [row.known_at for row in rows],
    )
    return sorted({row["household_no"] for row in new})


async def said(conn: AsyncConnection, household_nos: Collection[str]) -> dict[str, list[Status]]:
    """All that was said of these households."""
    db = await driver(conn)
    rows = await db.fetch(
        """SELECT household_no, status_seq, status_on, base_status, monitored, division_code
           FROM household_status WHERE household_no = ANY($1::text[])""",
        list(household_nos),
    )
    found: dict[str, list[Status]] = defaultdict(list)
    for row in rows:
        found[row["household_no"]].append(Status(**dict(row)))
    return dict(found)
