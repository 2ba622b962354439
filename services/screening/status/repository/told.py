"""What the bus was told of households, as it is kept and as the outbox has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.status.domain import Segment, Status, Timeline, Told
from shared.db import driver
from shared.events.topics import HOUSEHOLDS

_TOLD = """
SELECT household_no, status_seq, timeline::text AS timeline, next_on FROM household_told
WHERE household_no = ANY($1::text[])
"""
_PUT = """
INSERT INTO household_told (household_no, status_seq, timeline, next_on)
SELECT p.household_no, p.status_seq, p.timeline::json, p.next_on
FROM unnest($1::text[], $2::int[], $3::text[], $4::date[]) AS p (household_no, status_seq, timeline, next_on)
ON CONFLICT (household_no) DO UPDATE
SET status_seq = EXCLUDED.status_seq, timeline = EXCLUDED.timeline, next_on = EXCLUDED.next_on
"""
_DUE = "SELECT household_no FROM household_told WHERE next_on <= $1 ORDER BY household_no LIMIT $2"
_AFTER = "SELECT household_no FROM household WHERE household_no > $1 ORDER BY household_no LIMIT $2"
_REMEMBER = f"""
CREATE TEMPORARY TABLE heard_status ON COMMIT DROP AS
SELECT m.id, convert_from(m.key, 'UTF8') COLLATE "C" AS household_no, convert_from(m.value, 'UTF8') AS body
FROM outbox_message m WHERE m.topic = '{HOUSEHOLDS}'
"""
_INDEX = "CREATE INDEX ON heard_status (household_no, id)"
_HEARD = "SELECT household_no, body FROM heard_status WHERE household_no = ANY($1::text[]) ORDER BY household_no, id"
# Whatever a household was told of as, it is looked at, also when neither register nor table knows it any more.
_CHECKED = """
SELECT household_no FROM (
    (SELECT household_no FROM household WHERE household_no > $1 ORDER BY household_no LIMIT $2)
    UNION
    (SELECT household_no FROM household_told WHERE household_no > $1 ORDER BY household_no LIMIT $2)
    UNION
    (SELECT DISTINCT household_no FROM heard_status WHERE household_no > $1 ORDER BY household_no LIMIT $2)
) q ORDER BY household_no LIMIT $2
"""


async def told(conn: AsyncConnection, households: Sequence[str]) -> dict[str, Told]:
    """What is kept of these households, of those of which something is."""
    rows = await (await driver(conn)).fetch(_TOLD, list(households))
    return {
        row["household_no"]: Told(row["status_seq"], _timeline(orjson.loads(row["timeline"])), row["next_on"])
        for row in rows
    }


async def put(conn: AsyncConnection, standing: Mapping[str, Told]) -> None:
    """Keep what stands of these households now."""
    await (await driver(conn)).execute(
        _PUT,
        list(standing),
        [one.seq for one in standing.values()],
        [_text(one.timeline) for one in standing.values()],
        [one.next_on for one in standing.values()],
    )


async def due(conn: AsyncConnection, today: date, limit: int) -> list[str]:
    """The first households, by number, whose status may have changed with the days up to today."""
    rows = await (await driver(conn)).fetch(_DUE, today, limit)
    return [row["household_no"] for row in rows]


async def households_after(conn: AsyncConnection, after: str, limit: int) -> list[str]:
    """Households that any record names, by number."""
    rows = await (await driver(conn)).fetch(_AFTER, after, limit)
    return [row["household_no"] for row in rows]


async def remember_heard(conn: AsyncConnection) -> None:
    """Read the outbox once, for the other questions of this transaction."""
    db = await driver(conn)
    await db.execute(_REMEMBER)
    await db.execute(_INDEX)


async def checked_after(conn: AsyncConnection, after: str, limit: int) -> list[str]:
    """Households that any record names, of which something is kept or that were told of, by number."""
    rows = await (await driver(conn)).fetch(_CHECKED, after, limit)
    return [row["household_no"] for row in rows]


async def heard(conn: AsyncConnection, households: Sequence[str]) -> dict[str, list[tuple[int, Segment]]]:
    """The messages about these households that the outbox has, each with its number, as they were written."""
    found: dict[str, list[tuple[int, Segment]]] = {}
    for row in await (await driver(conn)).fetch(_HEARD, list(households)):
        body = orjson.loads(row["body"])
        found.setdefault(row["household_no"], []).append((body["status_seq"], _message(body)))
    return found


def _message(body: Mapping[str, Any]) -> Segment:
    names = ("division_code", "base_status", "monitored", "monitored_kind", "identified_on", "removed_on")
    return _segment([body["status_on"], *(body[name] for name in names), body["active_measures"], body["members"]])


def _text(timeline: Timeline) -> str:
    return orjson.dumps([[one.since, *one.status] for one in timeline]).decode()


def _timeline(written: Sequence[Sequence[Any]]) -> Timeline:
    return tuple(_segment(one) for one in written)


def _segment(written: Sequence[Any]) -> Segment:
    since, division_code, base_status, monitored, kind, identified, removed, measures, members = written
    status = Status(
        division_code=division_code,
        base_status=base_status,
        monitored=monitored,
        monitored_kind=kind,
        identified_on=_day(identified),
        removed_on=_day(removed),
        measures=tuple(measures),
        members=members,
    )
    return Segment(date.fromisoformat(since), status)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
