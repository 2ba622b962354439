"""Warnings as they were told: the service's own outbox is never lost with the projection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.warnings.domain import ACTIVE, HouseholdWarning
from services.screening.warnings.evidence import Evidence, Record
from shared.db import changed, driver
from shared.events.topics import WARNINGS
from shared.versions.domain import RecordRef


class Bare(NamedTuple):
    """A restored warning without evidence, the event id of the record that its last change named, and when it was last
    told of as hit: what it stands on is of then."""

    warning: HouseholdWarning
    cause: str | None
    hit_at: datetime


_BODY = "convert_from(m.value, 'UTF8')::jsonb"
# Of two changes with one number the later tells what is: only a lost table can have begun to count anew.
_TELL = f"""
CREATE TEMPORARY TABLE told ON COMMIT DROP AS
SELECT m.id, m.event_id, split_part(m.type, '.', 3) AS type, ({_BODY} ->> 'household_seq')::bigint AS household_seq,
    {_BODY} ->> 'reason' AS reason,
    (SELECT r ->> 1 FROM jsonb_array_elements(m.headers::jsonb -> 'rest') r WHERE r ->> 0 = 'ce_causationid') AS cause,
    b.*
FROM outbox_message m, jsonb_to_record({_BODY} -> 'warning') AS b (
    warning_id uuid, household_no text, division_code text, rule_code text, rule_version integer, risk_type text,
    severity text, state text, eased boolean, demo boolean, snoozed_until date, as_of date, raised_at timestamptz,
    updated_at timestamptz, run_id uuid)
WHERE m.topic = '{WARNINGS}'
"""
_INDEX = "CREATE INDEX ON told (warning_id, id)"
_NEWEST = "SELECT DISTINCT ON (warning_id) * FROM told ORDER BY warning_id, id DESC"
_SAME = (
    *("household_no", "division_code", "rule_code", "rule_version", "risk_type", "severity", "state", "eased", "demo"),
    *("snoozed_until", "raised_at", "updated_at", "run_id"),
)
_COLUMNS = (
    "warning_id, household_no, division_code, rule_code, rule_version, risk_type, severity, state, eased, demo, "
    "snoozed_until, as_of, raised_at, updated_at, run_id"
)
_ADD_WARNINGS = f"""
INSERT INTO warning ({_COLUMNS})
SELECT {_COLUMNS.replace("as_of", "coalesce(as_of, (raised_at AT TIME ZONE 'Asia/Shanghai')::date)")}
FROM ({_NEWEST}) t ON CONFLICT DO NOTHING RETURNING warning_id
"""
_CORRECT = f"""
UPDATE warning w SET {", ".join(f"{c} = t.{c}" for c in _SAME)}, as_of = coalesce(t.as_of, w.as_of)
FROM ({_NEWEST}) t
WHERE t.warning_id = w.warning_id
    AND ({", ".join(f"w.{c}" for c in _SAME)}, w.as_of)
        IS DISTINCT FROM ({", ".join(f"t.{c}" for c in _SAME)}, coalesce(t.as_of, w.as_of))
    AND NOT (t.state IN ('open', 'verifying', 'confirmed') AND EXISTS (
        SELECT FROM warning o WHERE (o.household_no, o.rule_code) = (t.household_no, t.rule_code)
            AND o.state IN ('open', 'verifying', 'confirmed') AND o.warning_id <> w.warning_id))
"""
_ADD_CHANGES = """
INSERT INTO warning_change (household_no, household_seq, event_id, warning_id, type, division_code, rule_code, severity)
SELECT household_no, household_seq, event_id, warning_id, type, division_code, rule_code, severity
FROM told ORDER BY id DESC ON CONFLICT DO NOTHING
"""
_CHANGE = ("household_no", "household_seq", "warning_id", "type", "division_code", "rule_code", "severity")
# What was purged from the outbox cannot be compared, and nobody asks for it any more.
_CORRECT_CHANGES = f"""
UPDATE warning_change c SET {", ".join(f"{c} = t.{c}" for c in _CHANGE)} FROM told t
WHERE t.event_id = c.event_id
    AND ({", ".join(f"c.{c}" for c in _CHANGE)}) IS DISTINCT FROM ({", ".join(f"t.{c}" for c in _CHANGE)})
"""
# What was last told of a warning is never purged.
_UNTOLD = "SELECT count(*) FROM warning w WHERE NOT EXISTS (SELECT FROM told t WHERE t.warning_id = w.warning_id)"
_OTHERWISE_SUPERSEDED = f"""
SELECT w.warning_id, t.cause FROM warning w JOIN ({_NEWEST}) t ON t.warning_id = w.warning_id
WHERE w.state = 'superseded' AND w.superseded_by ->> 'event_id' IS DISTINCT FROM t.cause
"""
_UNEXPLAINED = f"""
SELECT {", ".join(f"w.{column}" for column in _COLUMNS.split(", "))}, t.cause, coalesce(g.at, w.updated_at) AS at
FROM warning w
LEFT JOIN ({_NEWEST}) t ON t.warning_id = w.warning_id
LEFT JOIN (
    SELECT warning_id, max(updated_at) AS at FROM told
    WHERE reason IN ('hit', 'hit_again', 'evidence_changed', 'rule_changed') GROUP BY 1
) g ON g.warning_id = w.warning_id
WHERE NOT EXISTS (SELECT FROM warning_evidence e WHERE e.warning_id = w.warning_id)
"""
_ADD_EVIDENCE = """
INSERT INTO warning_evidence (warning_id, evidence)
SELECT e.warning_id, e.evidence::json FROM unnest($1::uuid[], $2::text[]) AS e (warning_id, evidence)
"""
_SUPERSEDED_BY = """
UPDATE warning w SET superseded_by = s.record::json FROM unnest($1::uuid[], $2::text[]) AS s (warning_id, record)
WHERE w.warning_id = s.warning_id AND w.state = 'superseded'
"""
_RECORDS = """
SELECT v.kind, v.source_id, v.version, v.part_id, v.line, v.submission_id, v.partition, v."offset"
FROM record_version v
JOIN unnest($1::uuid[], $2::int[]) AS c (part_id, line) ON c.part_id = v.part_id AND c.line = v.line
WHERE v.piece = 0
"""
_HOUSEHOLDS = f"""
SELECT household_no FROM (
    SELECT household_no FROM household_facts WHERE household_no > $1
    UNION SELECT household_no FROM warning WHERE household_no > $1 AND state = ANY(ARRAY[{
    ", ".join(f"'{state}'" for state in sorted(ACTIVE))
}])
) q ORDER BY household_no LIMIT $2
"""


async def told(conn: AsyncConnection) -> None:
    """Read the outbox once, for the other questions of this transaction."""
    raw = await driver(conn)
    await raw.execute(_TELL)
    await raw.execute(_INDEX)


async def add_warnings(conn: AsyncConnection) -> set[UUID]:
    """Restore warnings that were told of and are not there (their evidence aside), unless the pair has an active one
    by now; which."""
    return {row["warning_id"] for row in await (await driver(conn)).fetch(_ADD_WARNINGS)}


async def correct(conn: AsyncConnection) -> int:
    """Bring warnings to what was last told of each; how many were not."""
    return changed(await (await driver(conn)).execute(_CORRECT))


async def add_changes(conn: AsyncConnection) -> int:
    """Restore changes that were told and are not there; how many."""
    return changed(await (await driver(conn)).execute(_ADD_CHANGES))


async def correct_changes(conn: AsyncConnection) -> int:
    """Bring changes to what was told; how many were not."""
    return changed(await (await driver(conn)).execute(_CORRECT_CHANGES))


async def untold(conn: AsyncConnection) -> int:
    """How many warnings nobody was told of."""
    return int(await (await driver(conn)).fetchval(_UNTOLD))


async def otherwise_superseded(conn: AsyncConnection) -> dict[UUID, str | None]:
    """Superseded warnings that name another record than the one that was told of, and that one's event id."""
    return {row["warning_id"]: row["cause"] for row in await (await driver(conn)).fetch(_OTHERWISE_SUPERSEDED)}


async def unexplained(conn: AsyncConnection) -> list[Bare]:
    """Warnings without evidence."""
    found = []
    for row in await (await driver(conn)).fetch(_UNEXPLAINED):
        fields = dict(row)
        cause, at = fields.pop("cause"), fields.pop("at")
        found.append(Bare(HouseholdWarning(**fields), cause, at))
    return found


async def add_evidence(conn: AsyncConnection, evidence: Sequence[tuple[UUID, Evidence]]) -> None:
    """What restored warnings stand on."""
    texts = [orjson.dumps(one).decode() for _, one in evidence]
    await (await driver(conn)).execute(_ADD_EVIDENCE, [warning_id for warning_id, _ in evidence], texts)


async def name_superseding(conn: AsyncConnection, records: Sequence[tuple[UUID, Record | None]]) -> None:
    """Which record took a warning's ground away; None: none in particular."""
    texts = [None if record is None else orjson.dumps(record).decode() for _, record in records]
    await (await driver(conn)).execute(_SUPERSEDED_BY, [warning_id for warning_id, _ in records], texts)


async def records_of(conn: AsyncConnection, event_ids: Sequence[str]) -> dict[str, RecordRef]:
    """The record versions that came with these events."""
    parts = [event_id.rpartition(".") for event_id in event_ids]
    rows = await (await driver(conn)).fetch(
        _RECORDS, [UUID(part) for part, _, _ in parts], [int(line) for _, _, line in parts]
    )
    refs = [RecordRef(r[0], r[1], r[2], str(r[3]), r[4], str(r[5]), r[6], r[7]) for r in rows]
    return {ref.event_id: ref for ref in refs}


async def households_after(conn: AsyncConnection, after: str, limit: int) -> list[str]:
    """Households with facts or with an active warning, by number."""
    return [row["household_no"] for row in await (await driver(conn)).fetch(_HOUSEHOLDS, after, limit)]


async def forget_swept(conn: AsyncConnection) -> None:
    """Every banner is due again."""
    await (await driver(conn)).execute("DELETE FROM warning_sweep")
