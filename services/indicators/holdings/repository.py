"""Statements of the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.holdings.domain import About, Asset, Project, Standing, Word
from shared.db import driver


class AssetWord(NamedTuple):
    """A row of asset_word."""

    event_id: str
    asset_id: str
    aspect: str
    holds_on: date
    known_at: datetime
    holds: bool
    division_code: str
    code: str | None


# In the order of ids, so that two batches that hold the same events never wait for each other crosswise.
_ADD_PROJECTS = """
INSERT INTO project_word (event_id, project_id, known_at, code, year, kind, division_code, total, funds)
SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::smallint[], $6::text[], $7::text[],
                     $8::numeric[], $9::text[])
ORDER BY 1
ON CONFLICT DO NOTHING RETURNING event_id
"""
_ADD_ASSETS = """
INSERT INTO asset_word (event_id, asset_id, aspect, holds_on, known_at, holds, division_code, code)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::timestamptz[], $6::boolean[], $7::text[],
                     $8::text[])
ORDER BY 1, 3
ON CONFLICT DO NOTHING RETURNING event_id
"""
_PROJECTS = """
SELECT DISTINCT ON (project_id) project_id, code, year, kind, division_code, total, funds, event_id, known_at
FROM project_word WHERE known_at <= $1
ORDER BY project_id, known_at DESC, event_id DESC
"""
# What the last word of each aspect is on each day.
_ON_DAYS = """
WITH said AS (
    SELECT DISTINCT ON (d.day, w.asset_id, w.aspect) d.day, w.*
    FROM unnest($1::date[]) AS d (day) JOIN asset_word w ON w.holds_on <= d.day AND w.known_at <= $2
    ORDER BY d.day, w.asset_id, w.aspect, w.holds_on DESC, w.known_at DESC, w.event_id DESC
)
"""
_COUNT = f"""{_ON_DAYS}
SELECT s.day, s.division_code, count(*)::int AS assets, (count(*) FILTER (WHERE o.holds))::int AS owned
FROM said s
LEFT JOIN said o ON (o.day, o.asset_id) = (s.day, s.asset_id) AND o.aspect = 'owned'
WHERE s.aspect = 'standing' AND s.holds GROUP BY 1, 2
"""
_STANDING = f"""{_ON_DAYS}
SELECT s.asset_id, s.code, s.division_code, coalesce(o.holds, false) AS owned, s.event_id, o.event_id AS owner_event_id,
    greatest(s.known_at, o.known_at) AS known_at
FROM said s
LEFT JOIN said o ON o.asset_id = s.asset_id AND o.aspect = 'owned'
WHERE s.aspect = 'standing' AND s.holds AND starts_with(s.division_code, $3)
ORDER BY s.asset_id
"""
_HEARD = """
SELECT rpad(left(division_code, 6), 12, '0') AS banner_code, max(known_at) AS known_at
FROM {} WHERE known_at <= $1 GROUP BY 1
"""
_PLAIN = ("event_id", "project_id", "known_at", "code", "year", "kind", "division_code", "total")
_TABLE: dict[About, str] = {"projects": "project_word", "assets": "asset_word"}


_KEY: dict[About, str] = {"projects": "project_id", "assets": "asset_id"}


async def add_projects(conn: AsyncConnection, words: Sequence[Project]) -> set[str]:
    """Keep words about projects; the ids of those that were new."""
    db = await driver(conn)
    rows = await db.fetch(
        _ADD_PROJECTS,
        *[[getattr(word, name) for word in words] for name in _PLAIN],
        [orjson.dumps({source: str(amount) for source, amount in word.funds.items()}).decode() for word in words],
    )
    return {row["event_id"] for row in rows}


async def add_assets(conn: AsyncConnection, words: Sequence[AssetWord]) -> set[str]:
    """Keep words about assets; the ids of those that were new."""
    db = await driver(conn)
    rows = await db.fetch(_ADD_ASSETS, *[list(column) for column in zip(*words, strict=True)])
    return {row["event_id"] for row in rows}


async def places_of(conn: AsyncConnection, about: About, ids: Collection[str]) -> dict[str, set[str]]:
    """Every division that was ever said of these projects or assets, by id."""
    table, key = _TABLE[about], _KEY[about]
    db = await driver(conn)
    rows = await db.fetch(
        f"SELECT DISTINCT {key} AS id, division_code FROM {table} WHERE {key} = ANY($1::text[])", list(ids)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row["id"]].add(row["division_code"])
    return found


async def projects(conn: AsyncConnection, known_at: datetime) -> list[Project]:
    """Every project by the last word about it that was known at an instant, by id."""
    db = await driver(conn)
    return [
        Project(
            **{name: row[name] for name in _PLAIN},
            funds={source: Decimal(amount) for source, amount in orjson.loads(row["funds"]).items()},
        )
        for row in await db.fetch(_PROJECTS, known_at)
    ]


async def counts(conn: AsyncConnection, days: Sequence[date], known_at: datetime) -> dict[tuple[date, str], Standing]:
    """Assets by day and their own division, as known at an instant."""
    db = await driver(conn)
    rows = await db.fetch(_COUNT, days, known_at)
    return {(row["day"], row["division_code"]): Standing(row["assets"], row["owned"]) for row in rows}


async def standing(conn: AsyncConnection, day: date, known_at: datetime, prefix: str) -> list[Asset]:
    """The assets of the divisions that begin with `prefix` that stand on a day, by id."""
    db = await driver(conn)
    return [
        Asset(
            asset_id=row["asset_id"],
            code=row["code"] or "",
            division_code=row["division_code"],
            owned=row["owned"],
            event_ids=tuple(one for one in (row["event_id"], row["owner_event_id"]) if one is not None),
            known_at=row["known_at"],
        )
        for row in await db.fetch(_STANDING, [day], known_at, prefix)
    ]


async def words(
    conn: AsyncConnection, about: About, ids: Collection[str], earlier: datetime, later: datetime
) -> list[Word]:
    """What became known of these projects or assets after one instant and until another, in that order."""
    table, key = _TABLE[about], _KEY[about]
    db = await driver(conn)
    rows = await db.fetch(
        f"""SELECT {key} AS holding_id, event_id, known_at FROM {table}
            WHERE {key} = ANY($1::text[]) AND known_at > $2 AND known_at <= $3 ORDER BY known_at, event_id""",
        list(ids),
        earlier,
        later,
    )
    return [Word(**dict(row)) for row in rows]


async def heard(conn: AsyncConnection, about: About, known_at: datetime) -> dict[str, datetime]:
    """When the ledger last told of projects or assets in each banner (the city's code: in the city only)."""
    db = await driver(conn)
    return {row["banner_code"]: row["known_at"] for row in await db.fetch(_HEARD.format(_TABLE[about]), known_at)}
