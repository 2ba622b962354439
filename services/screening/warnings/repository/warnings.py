"""Warnings, their evidence and their changes. Set-based; the caller holds the households' locks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, get_args
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import FACTS, SILENCE_KINDS
from services.screening.facts.repository import Relation
from services.screening.warnings.domain import (
    SEVERITIES,
    Decision,
    HouseholdWarning,
    Pair,
    Standing,
    State,
)
from services.screening.warnings.evidence import Evidence
from shared.db import driver

_COLUMNS = tuple(field.name for field in fields(HouseholdWarning))
_CHANGE_COLUMNS = (
    "household_seq",
    "event_id",
    "type",
    "warning_id",
    "household_no",
    "division_code",
    "rule_code",
    "severity",
)
# JSON is read as text: the engine's own decoder is the slow one.
_SELECT = ", ".join(f"w.{column}" for column in _COLUMNS).replace("w.superseded_by", "w.superseded_by::text")

_STANDING = f"""
SELECT {_SELECT}, e.evidence::text
FROM warning w JOIN warning_evidence e ON e.warning_id = w.warning_id
WHERE w.household_no = ANY($1) AND w.state IN ('open', 'verifying', 'confirmed')
"""
_MUTING = """
SELECT DISTINCT ON (w.household_no, w.rule_code) w.household_no, w.rule_code, e.evidence::text
FROM unnest($1::text[], $2::text[]) AS p (household_no, rule_code)
JOIN warning w ON w.household_no = p.household_no AND w.rule_code = p.rule_code AND w.state = 'not_confirmed'
JOIN warning_evidence e ON e.warning_id = w.warning_id
ORDER BY w.household_no, w.rule_code, w.warning_id DESC
"""
_LAST_SEQ = """
SELECT h.household_no, c.household_seq
FROM unnest($1::text[]) AS h (household_no)
JOIN LATERAL (
    SELECT household_seq FROM warning_change c WHERE c.household_no = h.household_no
    ORDER BY household_seq DESC LIMIT 1
) c ON true
"""
_UPDATE = """
UPDATE warning w
SET division_code = u.division_code, rule_version = u.rule_version, risk_type = u.risk_type,
    severity = u.severity, state = u.state, eased = u.eased, demo = u.demo, updated_at = u.updated_at,
    superseded_by = u.superseded_by::json, snoozed_until = u.snoozed_until
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bool[], $8::bool[],
        $9::timestamptz[], $10::text[], $11::date[])
    AS u (warning_id, division_code, rule_version, risk_type, severity, state, eased, demo, updated_at, superseded_by,
        snoozed_until)
WHERE w.warning_id = u.warning_id
"""
_RENEW_EVIDENCE = """
UPDATE warning_evidence e SET evidence = u.evidence::json
FROM unnest($1::uuid[], $2::text[]) AS u (warning_id, evidence)
WHERE e.warning_id = u.warning_id
"""
_FILTER = """
FROM warning w
WHERE w.division_code LIKE $1 AND ($2::text IS NULL OR w.household_no = $2)
    AND ($3::text[] IS NULL OR w.rule_code = ANY($3)) AND ($4::text[] IS NULL OR w.state = ANY($4))
    AND ($5::text[] IS NULL OR w.severity = ANY($5))
"""
_PAGE = f"SELECT {_SELECT} {_FILTER} AND ($6::uuid IS NULL OR w.warning_id < $6) ORDER BY w.warning_id DESC LIMIT $7"
_TOTALS = f"SELECT w.severity, w.state, count(*) AS warnings {_FILTER} GROUP BY w.severity, w.state"
_ONE = f"SELECT {_SELECT} FROM warning w WHERE w.warning_id = $1 AND w.division_code LIKE $2"
_MANY = f"SELECT {_SELECT} FROM warning w WHERE w.warning_id = ANY($1) AND w.division_code LIKE $2"
_ACTIVE_OF = f"""
SELECT {_SELECT} FROM warning w
WHERE w.household_no = ANY($1) AND w.state IN ('open', 'verifying', 'confirmed') AND w.division_code LIKE $2
"""
_UNVERIFIED_OF = f"""
SELECT {_SELECT}, r.title
FROM warning w JOIN rule_version r ON r.code = w.rule_code AND r.version = w.rule_version
WHERE w.household_no = ANY($1) AND w.state IN ('open', 'verifying')
"""
_ONE_EVIDENCE = """
SELECT e.evidence::text FROM warning_evidence e JOIN warning w ON w.warning_id = e.warning_id
WHERE w.warning_id = $1 AND w.division_code LIKE $2
"""
_EVIDENCE_OF = "SELECT warning_id, evidence::text FROM warning_evidence WHERE warning_id = ANY($1)"
_ALL = f"""
SELECT {_SELECT}, e.evidence::text
FROM warning w JOIN warning_evidence e ON e.warning_id = w.warning_id
WHERE $1 OR (w.state <> 'superseded' AND NOT w.eased)
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which warnings: divisions by the prefix of their code (empty: all); None: any."""

    division_prefix: str
    household_no: str | None = None
    rules: Sequence[str] | None = None
    states: Sequence[str] | None = None
    severities: Sequence[str] | None = None

    def arguments(self) -> tuple[object, ...]:
        """In the order of the statement's first five parameters."""
        return f"{self.division_prefix}%", self.household_no, self.rules, self.states, self.severities


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change as the change feed finds it."""

    event_id: str
    household_seq: int
    decision: Decision


def silence_aside(relation: Relation) -> Relation:
    """The relation of facts as if every feed had spoken in time."""
    sql, arguments = relation
    columns = ", ".join(["q.household_no", "q.division_code", *(f"q.{name}" for name in FACTS)])
    speaking = ", ".join(f"false AS silent_{kind}" for kind in SILENCE_KINDS)
    return f"SELECT {columns}, {speaking} FROM ({sql}) q", arguments


async def standing(conn: AsyncConnection, households: Sequence[str]) -> dict[Pair, Standing]:
    """The active warnings of these households with the evidence they stand on."""
    rows = await (await driver(conn)).fetch(_STANDING, households)
    found = (Standing(_warning(row), orjson.loads(row["evidence"])) for row in rows)
    return {one.warning.pair: one for one in found}


async def muting(conn: AsyncConnection, pairs: Sequence[Pair]) -> dict[Pair, Evidence]:
    """For each of the pairs with a warning found not confirmed: the evidence of the newest one."""
    rows = await (await driver(conn)).fetch(_MUTING, [p[0] for p in pairs], [p[1] for p in pairs])
    return {(row["household_no"], row["rule_code"]): orjson.loads(row["evidence"]) for row in rows}


async def last_seq(conn: AsyncConnection, households: Sequence[str]) -> dict[str, int]:
    """The newest `household_seq` of each household that has had a change."""
    rows = await (await driver(conn)).fetch(_LAST_SEQ, households)
    return {row["household_no"]: row["household_seq"] for row in rows}


async def insert(conn: AsyncConnection, raised: Sequence[Decision]) -> None:
    """Store newly raised warnings. The unique index on active ones is the last word."""
    raw = await driver(conn)
    await raw.copy_records_to_table(
        "warning", columns=_COLUMNS, records=[_values(decision.warning) for decision in raised]
    )
    await raw.copy_records_to_table(
        "warning_evidence",
        columns=["warning_id", "evidence"],
        records=[(d.warning.warning_id, _text(d.evidence)) for d in raised],
    )


async def update(conn: AsyncConnection, changed: Sequence[Decision]) -> None:
    """Store warnings that changed (their evidence aside)."""
    warnings = [decision.warning for decision in changed]
    columns: Iterable[Any] = zip(
        *(
            (
                w.warning_id,
                w.division_code,
                w.rule_version,
                w.risk_type,
                w.severity,
                w.state,
                w.eased,
                w.demo,
                w.updated_at,
                _text(w.superseded_by),
                w.snoozed_until,
            )
            for w in warnings
        ),
        strict=True,
    )
    await (await driver(conn)).execute(_UPDATE, *map(list, columns))


async def renew_evidence(conn: AsyncConnection, decisions: Sequence[Decision]) -> None:
    """Replace the evidence of warnings that stand on other evidence now."""
    ids = [decision.warning.warning_id for decision in decisions]
    await (await driver(conn)).execute(_RENEW_EVIDENCE, ids, [_text(decision.evidence) for decision in decisions])


async def add_changes(conn: AsyncConnection, changes: Sequence[ChangeRow]) -> None:
    """Write down the changes; (household, seq) is unique, so a gap or a double cannot be stored."""
    await (await driver(conn)).copy_records_to_table(
        "warning_change",
        columns=_CHANGE_COLUMNS,
        records=[
            (
                change.household_seq,
                change.event_id,
                change.decision.type,
                *(getattr(change.decision.warning, column) for column in _CHANGE_COLUMNS[3:]),
            )
            for change in changes
        ],
    )


async def page(conn: AsyncConnection, wanted: Filter, after: UUID | None, limit: int) -> list[HouseholdWarning]:
    """The newest warnings that are older than `after` (ids are in time order)."""
    rows = await (await driver(conn)).fetch(_PAGE, *wanted.arguments(), after, limit)
    return [_warning(row) for row in rows]


async def totals(conn: AsyncConnection, wanted: Filter) -> tuple[dict[str, int], dict[str, int]]:
    """How many warnings there are of each severity and in each state, zero included."""
    severities, states = dict.fromkeys(SEVERITIES, 0), dict.fromkeys(get_args(State), 0)
    for row in await (await driver(conn)).fetch(_TOTALS, *wanted.arguments()):
        severities[row["severity"]] += row["warnings"]
        states[row["state"]] += row["warnings"]
    return severities, states


async def get(conn: AsyncConnection, warning_id: UUID, division_prefix: str) -> HouseholdWarning | None:
    """One warning, if it is within the divisions."""
    row = await (await driver(conn)).fetchrow(_ONE, warning_id, f"{division_prefix}%")
    return None if row is None else _warning(row)


async def get_many(conn: AsyncConnection, ids: Sequence[UUID], division_prefix: str) -> dict[UUID, HouseholdWarning]:
    """Those of the warnings that are within the divisions."""
    rows = await (await driver(conn)).fetch(_MANY, ids, f"{division_prefix}%")
    return {row["warning_id"]: _warning(row) for row in rows}


async def active_of(conn: AsyncConnection, households: Sequence[str], division_prefix: str) -> list[HouseholdWarning]:
    """The active warnings of these households that are within the divisions."""
    rows = await (await driver(conn)).fetch(_ACTIVE_OF, households, f"{division_prefix}%")
    return [_warning(row) for row in rows]


async def unverified_of(conn: AsyncConnection, households: Sequence[str]) -> list[tuple[HouseholdWarning, str]]:
    """The warnings of these households that nobody has verified, each with its rule's title."""
    rows = await (await driver(conn)).fetch(_UNVERIFIED_OF, households)
    return [(_warning(row), row["title"]) for row in rows]


async def evidence_of(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Evidence]:
    """What each of these warnings stands on."""
    rows = await (await driver(conn)).fetch(_EVIDENCE_OF, ids)
    return {row["warning_id"]: orjson.loads(row["evidence"]) for row in rows}


async def evidence(conn: AsyncConnection, warning_id: UUID, division_prefix: str) -> Evidence | None:
    """What one warning stands on, if it is within the divisions."""
    text = await (await driver(conn)).fetchval(_ONE_EVIDENCE, warning_id, f"{division_prefix}%")
    return None if text is None else orjson.loads(text)


async def everything(conn: AsyncConnection, *, history: bool) -> list[Standing]:
    """All warnings with evidence; without `history` those that neither eased nor were superseded."""
    rows = await (await driver(conn)).fetch(_ALL, history)
    return [Standing(_warning(row), orjson.loads(row["evidence"])) for row in rows]


def _warning(row: asyncpg.Record) -> HouseholdWarning:
    values = {column: row[column] for column in _COLUMNS}
    if values["superseded_by"] is not None:
        values["superseded_by"] = orjson.loads(values["superseded_by"])
    return HouseholdWarning(**values)


def _values(warning: HouseholdWarning) -> tuple[object, ...]:
    return tuple(
        _text(getattr(warning, column)) if column == "superseded_by" else getattr(warning, column)
        for column in _COLUMNS
    )


def _text(document: object) -> str | None:
    return None if document is None else orjson.dumps(document).decode()
