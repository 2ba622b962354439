"""Listing units, and the records they were judged by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.cohort.domain import ENROLMENT, INCOME, RecordRef, Unit
from services.indicators.cohort.repository.people import VISIBLE, Scope, insurance_years
from services.indicators.cohort.repository.units import ALL, INCOMES, Calculation
from shared.db import driver
from shared.feeds import catalogue

_DETAIL = ("net_fen", "heads", "net_before_fen", "heads_before")
_UNIT = "u.day, u.household_no, u.person_key, u.division_code, u.covered, u.recorded"
_IN_ORDER = """ORDER BY u.household_no COLLATE "C", coalesce(u.person_key, '') COLLATE "C" """
_REFERENCE = "v.kind, v.source_id, v.version, v.part_id, v.line, v.submission_id, v.known_at"
_ONLY = {
    ENROLMENT: f" AND {insurance_years('{owner}.day')}",
    INCOME: " AND v.happened_on IN ({owner}.day, ({owner}.day - interval '1 year')::date)",
}
"""Of these kinds a calculation reads some records only."""


class Evidence(NamedTuple):
    """A record that a household, or one person of it, was judged by on a day; `kind` is the feed's number."""

    day: date
    household_no: str
    person_key: str | None
    kind: int
    reference: RecordRef


class Slice(NamedTuple):
    """A page of a list: places that begin with `prefix`; covered ones, others, or both (None); after a place."""

    prefix: str
    covered: bool | None
    after: tuple[str, str] | None
    limit: int


async def units(conn: AsyncConnection, name: str, days: Sequence[date], known_at: datetime, scope: Scope) -> list[Unit]:
    """All units of a scope, the covered and the others, ordered within a day."""
    calculation = ALL[name]
    db = await driver(conn)
    sql = f"{_select(calculation)} WHERE NOT u.undecided {_IN_ORDER}"
    arguments = scope.arguments(calculation.base, days, known_at)
    rows = await db.fetch(calculation.statement(scope.asked) + sql, *arguments)
    return [_unit(row, calculation) for row in rows]


async def page(
    conn: AsyncConnection, name: str, day: date, known_at: datetime, scope: Scope, wanted: Slice
) -> list[Unit]:
    """The next units, by (household, person)."""
    calculation = ALL[name]
    arguments = scope.arguments(calculation.base, [day], known_at)
    first = len(arguments) + 1
    sql = f"""{_select(calculation)}
        WHERE NOT u.undecided AND starts_with(u.division_code, ${first}::text)
            AND (${first + 1}::boolean IS NULL OR u.covered = ${first + 1})
            AND (${first + 2}::text IS NULL OR (u.household_no COLLATE "C", coalesce(u.person_key, '') COLLATE "C")
                > (${first + 2}::text, ${first + 3}::text))
        {_IN_ORDER} LIMIT ${first + 4}::int"""
    db = await driver(conn)
    rows = await db.fetch(
        calculation.statement(scope.asked) + sql,
        *arguments,
        wanted.prefix,
        wanted.covered,
        *(wanted.after or (None, None)),
        wanted.limit,
    )
    return [_unit(row, calculation) for row in rows]


async def evidence(
    conn: AsyncConnection, name: str, days: Sequence[date], known_at: datetime, scope: Scope
) -> list[Evidence]:
    """The visible records that a calculation reads of the households and persons of a scope, in a steady order."""
    calculation = ALL[name]
    parts = [
        *(_of_persons(kind, "m.person_key") for kind in calculation.persons),
        *(_of_persons(kind, "NULL::text") for kind in calculation.members),
        *(_of_households(kind) for kind in calculation.households),
    ]
    sql = " UNION ".join(parts) + " ORDER BY day, household_no, person_key, kind, source_id, version"
    db = await driver(conn)
    arguments = scope.arguments(calculation.base, days, known_at)
    rows = await db.fetch(calculation.statement(scope.asked) + sql, *arguments)
    return [Evidence(row["day"], row["household_no"], row["person_key"], row["kind"], reference(row)) for row in rows]


def reference(row: Any) -> RecordRef:
    """The record of a row with kind, source_id, version, part_id, line, submission_id, known_at."""
    feed = catalogue.BY_NUMBER[row["kind"]]
    return RecordRef(
        event_id=f"{row['part_id']}.{row['line']}",
        department=feed.department,
        kind=feed.kind,
        source_id=row["source_id"],
        version=row["version"],
        submission_id=str(row["submission_id"]),
        known_at=row["known_at"],
    )


def _select(calculation: Calculation) -> str:
    detail = "".join(f", u.{name}" for name in _DETAIL) if calculation is INCOMES else ""
    return f"SELECT {_UNIT}{detail} FROM units u"


def _unit(row: Any, calculation: Calculation) -> Unit:
    detail = {name: row[name] for name in _DETAIL} if calculation is INCOMES and row["covered"] else None
    return Unit(
        row["day"],
        row["household_no"],
        row["person_key"],
        row["division_code"],
        row["covered"],
        row["recorded"],
        detail,
    )


def _of_persons(kind: int, who: str) -> str:
    return f"""
        SELECT m.day, m.household_no, {who} AS person_key, {_REFERENCE}
        FROM m CROSS JOIN LATERAL (
            SELECT v.* FROM record_version_{kind} v
            WHERE v.subject_key = m.person_key AND {VISIBLE.format(day="m.day")}{_only(kind, "m")} OFFSET 0
        ) v"""


def _of_households(kind: int) -> str:
    return f"""
        SELECT h.day, h.household_no, NULL::text AS person_key, {_REFERENCE}
        FROM home h CROSS JOIN LATERAL (
            SELECT v.* FROM record_version_{kind} v
            WHERE v.household_no = h.household_no AND {VISIBLE.format(day="h.day")}{_only(kind, "h")} OFFSET 0
        ) v"""


def _only(kind: int, owner: str) -> str:
    return _ONLY.get(kind, "").format(owner=owner)
