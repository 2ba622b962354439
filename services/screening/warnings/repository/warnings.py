"""Warnings, their evidence and their changes, as a batch writes them. The caller holds the households' locks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts.domain import FACTS, SILENCE_KINDS
from services.screening.facts.repository import Relation
from services.screening.warnings.domain import Decision, HouseholdWarning, Pair, Standing
from services.screening.warnings.evidence import Evidence
from services.screening.warnings.repository.counts import Cell
from services.screening.warnings.repository.reading import evidence_of
from services.screening.warnings.repository.rows import COLUMNS, SELECTED, text_of, values_of, warning_of
from shared.db import driver

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
_ACTIVE = f"""
SELECT {SELECTED} FROM warning w WHERE w.household_no = ANY($1) AND w.state IN ('open', 'verifying', 'confirmed')
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
WITH u AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bool[], $8::bool[],
        $9::timestamptz[], $10::text[], $11::date[])
    AS u (warning_id, division_code, rule_version, risk_type, severity, state, eased, demo, updated_at, superseded_by,
        snoozed_until)
),
former AS MATERIALIZED (
    SELECT w.division_code, w.state, w.severity, w.rule_code FROM warning w JOIN u ON u.warning_id = w.warning_id
),
put AS (
    UPDATE warning w
    SET division_code = u.division_code, rule_version = u.rule_version, risk_type = u.risk_type,
        severity = u.severity, state = u.state, eased = u.eased, demo = u.demo, updated_at = u.updated_at,
        superseded_by = u.superseded_by::json, snoozed_until = u.snoozed_until
    FROM u WHERE w.warning_id = u.warning_id
)
SELECT division_code, state, severity, rule_code FROM former
"""
_RENEW_EVIDENCE = """
UPDATE warning_evidence e SET evidence = u.evidence::json
FROM unnest($1::uuid[], $2::text[]) AS u (warning_id, evidence)
WHERE e.warning_id = u.warning_id
"""


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


async def active(conn: AsyncConnection, households: Sequence[str]) -> dict[Pair, HouseholdWarning]:
    """The active warnings of these households."""
    found = (warning_of(row) for row in await (await driver(conn)).fetch(_ACTIVE, households))
    return {one.pair: one for one in found}


async def standing(conn: AsyncConnection, warnings: Sequence[HouseholdWarning]) -> dict[Pair, Standing]:
    """The warnings with the evidence they stand on; one whose evidence was lost (a rebuild mends that) is left out."""
    found = await evidence_of(conn, [one.warning_id for one in warnings]) if warnings else {}
    return {one.pair: Standing(one, found[one.warning_id]) for one in warnings if one.warning_id in found}


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
        "warning", columns=COLUMNS, records=[values_of(decision.warning) for decision in raised]
    )
    await raw.copy_records_to_table(
        "warning_evidence",
        columns=["warning_id", "evidence"],
        records=[(d.warning.warning_id, text_of(d.evidence)) for d in raised],
    )


async def update(conn: AsyncConnection, changed: Sequence[Decision]) -> list[Cell]:
    """Store warnings that changed (their evidence aside); where they were counted before."""
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
                text_of(w.superseded_by),
                w.snoozed_until,
            )
            for w in warnings
        ),
        strict=True,
    )
    return [Cell(*row) for row in await (await driver(conn)).fetch(_UPDATE, *map(list, columns))]


async def renew_evidence(conn: AsyncConnection, decisions: Sequence[Decision]) -> None:
    """Replace the evidence of warnings that stand on other evidence now."""
    ids = [decision.warning.warning_id for decision in decisions]
    await (await driver(conn)).execute(_RENEW_EVIDENCE, ids, [text_of(decision.evidence) for decision in decisions])


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
