"""Every statement of the facts room: stored rows, rows computed afresh, their records, data ages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import GROUPS, SILENCE_KINDS
from services.screening.facts.groups import columns_of, facts_sql, records_sql
from shared import clock
from shared.codes import divisions
from shared.db import driver
from shared.feeds import catalogue
from shared.feeds.freshness import fresh_from
from shared.versions.domain import RecordRef

Relation = tuple[str, list[Any]]
_WORK_MEMORY = "128MB"
"""Of the statement for all households, which sorts and hashes half a million persons."""
_BANNERS = ",".join(place.code for place in divisions.all_divisions() if place.level in ("city", "banner"))
_KINDS = ",".join(map(str, sorted(catalogue.BY_NUMBER)))


def _newest(known: str) -> str:
    """The newest hour of each feed in each banner, as known at the parameter: two hundred looks into the index, where
    the log of arrivals grows by a row an hour."""
    return (
        "SELECT b.banner_code, k.kind, n.known_hour "
        f"FROM unnest('{{{_BANNERS}}}'::text[]) b (banner_code) CROSS JOIN unnest('{{{_KINDS}}}'::smallint[]) k (kind) "
        "CROSS JOIN LATERAL (SELECT a.known_hour FROM feed_arrival a WHERE a.kind = k.kind "
        f"AND a.banner_code = b.banner_code AND a.known_hour <= {known} ORDER BY a.known_hour DESC LIMIT 1) n"
    )


def _with_silence(rows: str, args: list[Any], known_at: datetime) -> Relation:
    """`rows` (with division_code) and one `silent_<kind>` column a kind: TRUE when the feed is overdue
    or was never delivered for the household's banner, as known at T."""
    today = clock.business_date(known_at)
    fresh = [fresh_from(catalogue.BY_NUMBER[kind], today) for kind in SILENCE_KINDS]
    known, limits = f"${len(args) + 1}::timestamptz", f"(${len(args) + 2}::timestamptz[])"
    columns = ", ".join(
        f"bool_or(a.kind = {kind} AND a.known_hour >= {limits}[{place}]) IS NOT TRUE AS silent_{kind}"
        for place, kind in enumerate(SILENCE_KINDS, 1)
    )
    silent = ", ".join(f"coalesce(s.silent_{kind}, true) AS silent_{kind}" for kind in SILENCE_KINDS)
    sql = (
        f"SELECT r.*, {silent} FROM ({rows}) r LEFT JOIN ("
        f"SELECT a.banner_code, {columns} FROM ({_newest(known)}) a GROUP BY a.banner_code"
        f") s ON s.banner_code = substr(r.division_code, 1, 6) || '000000'"
    )
    return sql, [*args, known_at, fresh]


def stored_relation(households: Sequence[str] | None, known_at: datetime) -> Relation:
    """The stored rows (as of the day they carry), of a set or of all households."""
    columns = ", ".join(columns_of(GROUPS))
    rows = f"SELECT household_no, division_code, {columns} FROM household_facts"
    if households is None:
        return _with_silence(rows, [], known_at)
    return _with_silence(f"{rows} WHERE household_no = ANY($1::text[])", [list(households)], known_at)


def computed_relation(households: Sequence[str] | None, as_of: date, known_at: datetime) -> Relation:
    """The same rows computed from the versions for any (D, T)."""
    sql = facts_sql(GROUPS, households is not None)
    args: list[Any] = [as_of, known_at]
    if households is not None:
        args.append(list(households))
    return _with_silence(sql, args, known_at)


async def current(conn: AsyncConnection, households: Sequence[str], as_of: date) -> set[str]:
    """Those of `households` whose stored row is of `as_of`."""
    db = await driver(conn)
    found = await db.fetch(
        "SELECT household_no FROM household_facts WHERE household_no = ANY($1::text[]) AND as_of = $2",
        list(households),
        as_of,
    )
    return {record[0] for record in found}


async def store(
    conn: AsyncConnection, households: Sequence[str] | None, groups: Sequence[str], as_of: date, known_at: datetime
) -> None:
    """Compute `groups` and write them into the stored rows; all groups also make rows that are missing."""
    db = await driver(conn)
    chosen = tuple(groups)
    columns = columns_of(chosen)
    sql = facts_sql(chosen, households is not None)
    args: list[Any] = [as_of, known_at]
    if households is not None:
        args.append(list(households))
    else:
        await db.execute("SELECT set_config('work_mem', $1, true)", _WORK_MEMORY)
    updates = ", ".join(f"{c} = EXCLUDED.{c}" for c in ("division_code", "as_of", *columns))
    await db.execute(
        f"INSERT INTO household_facts (household_no, division_code, {', '.join(columns)}, as_of) "
        f"SELECT q.*, $1::date FROM ({sql}) q ON CONFLICT (household_no) DO UPDATE SET {updates}",
        *args,
    )


async def forget_gone(conn: AsyncConnection, households: Sequence[str] | None, as_of: date, known_at: datetime) -> None:
    """Delete stored rows of households that are not visible any more (retracted, merged)."""
    db = await driver(conn)
    visible = """SELECT 1 FROM record_version_17 v WHERE v.household_no = f.household_no
        AND v.visible_from <= $2 AND $2 < v.visible_to AND v.effective_on <= $1 AND $1 < v.holds_to"""
    chosen = "" if households is None else "f.household_no = ANY($3::text[]) AND "
    args: list[Any] = [as_of, known_at] if households is None else [as_of, known_at, list(households)]
    await db.execute(f"DELETE FROM household_facts f WHERE {chosen}NOT EXISTS ({visible})", *args)


async def rows(conn: AsyncConnection, relation: Relation) -> list[dict[str, Any]]:
    """The rows of a relation as dictionaries."""
    db = await driver(conn)
    return [dict(record) for record in await db.fetch(relation[0], *relation[1])]


async def records(
    conn: AsyncConnection, households: Sequence[str], groups: Sequence[str], as_of: date, known_at: datetime
) -> dict[str, dict[str, list[RecordRef]]]:
    """Household → group → the versions behind the group's facts, in a stable order."""
    db = await driver(conn)
    found: dict[str, dict[str, list[RecordRef]]] = defaultdict(lambda: defaultdict(list))
    for r in await db.fetch(records_sql(tuple(groups)), as_of, known_at, list(households)):
        found[r[1]][r[0]].append(RecordRef(r[2], r[3], r[4], str(r[5]), r[6], str(r[7]), r[8], r[9]))
    for by_group in found.values():
        for refs in by_group.values():
            refs.sort(key=lambda ref: (ref.kind, ref.source_id, ref.version))
    return {household_no: dict(by_group) for household_no, by_group in found.items()}


async def newest_arrivals(conn: AsyncConnection, known_at: datetime) -> dict[tuple[str, int], datetime]:
    """(banner, kind) → the hour of its newest record, as known at T."""
    db = await driver(conn)
    found = await db.fetch(_newest("$1"), known_at)
    return {(record[0], record[1]): record[2] for record in found}
