"""Every statement of the tally. Parts are read once, by position, when they and all before them are published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.tally.domain import OUTCOMES, UNPLACED, DayCount
from shared.db import driver

PARTS_AT_ONCE = 500
VERSIONS_AT_ONCE = 50_000

_CURSOR = "SELECT position FROM tally_cursor WHERE one = 1 FOR NO KEY UPDATE"

_UNTIL = f"""
SELECT max(position) FROM (
    SELECT position, sum(publishable) OVER (ORDER BY position) - publishable AS before FROM (
        SELECT position, publishable FROM part
        WHERE position > $1 AND position < coalesce((SELECT min(position) FROM part WHERE published_at IS NULL),
                                                    9223372036854775807)
        ORDER BY position LIMIT {PARTS_AT_ONCE}
    ) AS next
) AS summed WHERE before < {VERSIONS_AT_ONCE}
"""

# A version that was reinstated has a line behind the part's own: it is published and was received another time.
_COUNT = f"""
WITH parts AS MATERIALIZED (
    SELECT p.part_id, p.feed, p.known_at, p.first_line + p.lines AS until,
           (s.received_at AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM part p JOIN submission s USING (submission_id) WHERE p.position > $1 AND p.position <= $2
), lines AS (
    SELECT p.feed, p.day, coalesce(left(r.division_code, 6) || '000000', '{UNPLACED}') AS division_code,
           r.outcome, r.line < p.until AS own, r.publish,
           CASE WHEN r.line < p.until THEN p.known_at END AS seen_at
    FROM parts p JOIN record_version r USING (part_id)
    UNION ALL
    SELECT p.feed, p.day, coalesce(left(said.division_code, 6) || '000000', '{UNPLACED}'), l.outcome, true, false,
           CASE WHEN said.version IS NOT NULL THEN p.known_at END
    FROM parts p JOIN receipt_line l USING (part_id)
    LEFT JOIN LATERAL (
        SELECT c.version, r.division_code FROM confirmation c, LATERAL (
            SELECT division_code FROM record_version
            WHERE feed = c.feed AND source_id = c.source_id AND version < c.version ORDER BY version DESC LIMIT 1
        ) AS r
        WHERE c.feed = p.feed AND c.source_id = l.source_id AND c.version = l.version
        AND c.part_id = l.part_id AND c.line = l.line
    ) AS said ON l.outcome = 5
    WHERE l.outcome >= 5
)
SELECT feed, day, division_code,
       {", ".join(f"count(*) FILTER (WHERE own AND outcome = {n}) AS {w}" for n, w in enumerate(OUTCOMES, 1))},
       count(*) FILTER (WHERE publish) AS published,
       max(seen_at) AS seen_at
FROM lines GROUP BY feed, day, division_code
"""

_COLUMNS = (*OUTCOMES, "published")
_ADD = f"""
INSERT INTO tally (feed, day, division_code, {", ".join(_COLUMNS)})
SELECT * FROM unnest($1::smallint[], $2::date[], $3::text[], {", ".join(f"${n}::bigint[]" for n in range(4, 11))})
ON CONFLICT (feed, day, division_code) DO UPDATE SET {", ".join(f"{w} = tally.{w} + excluded.{w}" for w in _COLUMNS)}
"""
_ADD_TOTAL = """
INSERT INTO published_total (feed, division_code, published)
SELECT feed, division_code, sum(published) FROM unnest($1::smallint[], $2::text[], $3::bigint[])
AS added (feed, division_code, published) GROUP BY feed, division_code
ON CONFLICT (feed, division_code) DO UPDATE SET published = published_total.published + excluded.published
"""
_MOVE = "UPDATE tally_cursor SET position = $1 WHERE one = 1"

_PERIODS = """
SELECT DISTINCT s.feed, s.delivery FROM part p JOIN submission s USING (submission_id)
WHERE p.position > $1 AND p.position <= $2 AND s.delivery IS NOT NULL
"""

_UNCOUNTED = """
SELECT EXISTS (SELECT FROM part WHERE position IS NULL AND feed = $1 AND known_at <= $2)
    OR EXISTS (SELECT FROM part WHERE position > (SELECT position FROM tally_cursor WHERE one = 1)
               AND feed = $1 AND known_at <= $2)
"""

_OLDEST = """
SELECT least(
    (SELECT known_at FROM part WHERE position > (SELECT position FROM tally_cursor WHERE one = 1)
     ORDER BY position LIMIT 1),
    (SELECT known_at FROM part WHERE position IS NULL ORDER BY part_id LIMIT 1)
)
"""

_DAY = f"""
SELECT feed, day, division_code, {", ".join(_COLUMNS)} FROM tally WHERE feed = ANY ($1::smallint[]) AND day = $2
"""
_DAYS_WITH_RECORDS = """
SELECT DISTINCT feed, day FROM tally WHERE feed = ANY ($1::smallint[]) AND day = ANY ($2::date[])
"""
_TOTALS = "SELECT feed, division_code, published FROM published_total WHERE feed = ANY ($1::smallint[])"
_SUM_OF_DAYS = "SELECT coalesce(sum(published), 0)::bigint FROM tally WHERE feed = $1"


async def lock(conn: AsyncConnection, *, wait: bool) -> int | None:
    """The position counted up to, held until the transaction ends; None when somebody else holds it and not `wait`."""
    position: int | None = await (await driver(conn)).fetchval(_CURSOR if wait else f"{_CURSOR} SKIP LOCKED")
    return position


async def next_position(conn: AsyncConnection, after: int) -> int | None:
    """How far a step after `after` may count; None when nothing more is published."""
    until: int | None = await (await driver(conn)).fetchval(_UNTIL, after)
    return until


async def count(conn: AsyncConnection, after: int, until: int) -> Sequence[Any]:
    """The lines of these parts by feed, day and division, with when the newest that was stored or confirmed came."""
    rows: Sequence[Any] = await (await driver(conn)).fetch(_COUNT, after, until)
    return rows


async def add(conn: AsyncConnection, rows: Sequence[Any], until: int) -> None:
    """Add what `count` gave, and move the cursor."""
    raw = await driver(conn)
    if rows:
        columns = [[row[name] for row in rows] for name in ("feed", "day", "division_code", *_COLUMNS)]
        await raw.execute(_ADD, *columns)
        await raw.execute(_ADD_TOTAL, columns[0], columns[2], columns[-1])
    await raw.execute(_MOVE, until)


async def periods(conn: AsyncConnection, after: int, until: int) -> set[tuple[int, str]]:
    """(feed, period) that submissions of these parts name."""
    return {(r["feed"], r["delivery"]) for r in await (await driver(conn)).fetch(_PERIODS, after, until)}


async def uncounted(conn: AsyncConnection, feed: int, until: datetime) -> bool:
    """Whether parts of a feed, committed up to an instant, are not counted yet."""
    return bool(await (await driver(conn)).fetchval(_UNCOUNTED, feed, until))


async def oldest_uncounted(conn: AsyncConnection) -> datetime | None:
    """When the first of the parts that are not counted yet was committed."""
    found: datetime | None = await (await driver(conn)).fetchval(_OLDEST)
    return found


async def of_day(conn: AsyncConnection, feeds: Sequence[int], day: date) -> list[DayCount]:
    """What was received on a day, by banner."""
    rows = await (await driver(conn)).fetch(_DAY, feeds, day)
    return [
        DayCount(r["feed"], r["day"], r["division_code"], tuple(r[w] for w in OUTCOMES), r["published"]) for r in rows
    ]


async def days_with_records(conn: AsyncConnection, feeds: Sequence[int], days: Sequence[date]) -> set[tuple[int, date]]:
    """(feed, day) of which there is anything."""
    rows = await (await driver(conn)).fetch(_DAYS_WITH_RECORDS, feeds, days)
    return {(row["feed"], row["day"]) for row in rows}


async def totals(conn: AsyncConnection, feeds: Sequence[int]) -> dict[int, dict[str, int]]:
    """Versions published since the beginning, by feed and banner."""
    found: dict[int, dict[str, int]] = {feed: {} for feed in feeds}
    for row in await (await driver(conn)).fetch(_TOTALS, feeds):
        found[row["feed"]][row["division_code"]] = row["published"]
    return found


async def sum_of_days(conn: AsyncConnection, feed: int) -> int:
    """The same once more, from the days."""
    return int(await (await driver(conn)).fetchval(_SUM_OF_DAYS, feed))
