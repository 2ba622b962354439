"""The worklist that follows from the warnings, kept in the transaction that changes them.

A household with warnings nobody has verified is a clue: a row of `clue`, and one in a row of
`clue_count`. The caller holds the households' locks; counts are locked last and in one order, so
two batches wait for each other and never deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.warnings.repository.counts import count_again
from shared.db import driver

CLOCK_HOURS: Final = {"urgent": 24, "high": 72, "normal": 240}
"""Within how many hours a warning is to be verified [ours]; `info` has no clock."""

_RANK = "CASE w.severity WHEN 'urgent' THEN 1 WHEN 'high' THEN 2 WHEN 'normal' THEN 3 ELSE 4 END"
_HOURS = " ".join(f"WHEN '{severity}' THEN interval '{hours} hours'" for severity, hours in CLOCK_HOURS.items())
# What is put off comes back on its day and is due by the end of it.
_DUE = f"""
CASE WHEN w.severity = 'info' THEN 'infinity'::timestamptz
    ELSE greatest(w.raised_at + CASE w.severity {_HOURS} END,
        (w.snoozed_until + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') END
"""
# The division is that of the last word on the household: a warning of a rule that is no longer in
# force does not move along.
_CLUES_NOW = f"""
SELECT w.household_no, (array_agg(w.division_code ORDER BY w.updated_at DESC, w.warning_id DESC))[1] AS division_code,
    min({_RANK})::smallint AS rank, min({_DUE}) AS due_at, min(w.raised_at) AS raised_at,
    min(coalesce(w.snoozed_until, '-infinity')) AS shown_from, count(*)::smallint AS warnings
FROM warning w
WHERE w.state IN ('open', 'verifying')
"""
_COLUMNS = "household_no, division_code, rank, due_at, raised_at, shown_from, warnings"
_DUE_ON = "CASE WHEN isfinite(due_at) THEN (due_at AT TIME ZONE 'Asia/Shanghai')::date ELSE 'infinity'::date END"
_RENEW = f"""
WITH fresh AS MATERIALIZED ({_CLUES_NOW} AND w.household_no = ANY($1) GROUP BY w.household_no),
former AS MATERIALIZED (SELECT {_COLUMNS} FROM clue WHERE household_no = ANY($1)),
gone AS (
    DELETE FROM clue WHERE household_no = ANY($1) AND household_no NOT IN (SELECT household_no FROM fresh)
),
put AS (
    INSERT INTO clue ({_COLUMNS}) SELECT {_COLUMNS} FROM fresh
    ON CONFLICT (household_no) DO UPDATE
    SET division_code = EXCLUDED.division_code, rank = EXCLUDED.rank, due_at = EXCLUDED.due_at,
        raised_at = EXCLUDED.raised_at, shown_from = EXCLUDED.shown_from, warnings = EXCLUDED.warnings
)
SELECT division_code, rank, shown_from, {_DUE_ON} AS due_on, sum(clues)::int AS clues, sum(warnings)::int AS warnings
FROM (
    SELECT division_code, rank, shown_from, due_at, 1 AS clues, warnings FROM fresh
    UNION ALL SELECT division_code, rank, shown_from, due_at, -1, -warnings FROM former
) moved
GROUP BY 1, 2, 3, 4 HAVING sum(clues) <> 0 OR sum(warnings) <> 0
ORDER BY 1, 2, 3, 4
"""
_KEYS = "unnest($1::text[], $2::smallint[], $3::date[], $4::date[]"
_ADD_COUNTS = f"""
INSERT INTO clue_count AS c (division_code, rank, shown_from, due_on, clues, warnings)
SELECT * FROM {_KEYS}, $5::int[], $6::int[])
ON CONFLICT (division_code, rank, shown_from, due_on) DO UPDATE
SET clues = c.clues + EXCLUDED.clues, warnings = c.warnings + EXCLUDED.warnings
RETURNING clues = 0 AS empty
"""
_DROP_EMPTY = f"""
DELETE FROM clue_count c USING {_KEYS}) AS k (division_code, rank, shown_from, due_on)
WHERE (c.division_code, c.rank, c.shown_from, c.due_on) = (k.division_code, k.rank, k.shown_from, k.due_on)
    AND c.clues = 0
"""
_FILL = f"INSERT INTO clue ({_COLUMNS}) {_CLUES_NOW} GROUP BY w.household_no"
_FILL_COUNTS = f"""
INSERT INTO clue_count (division_code, rank, shown_from, due_on, clues, warnings)
SELECT division_code, rank, shown_from, {_DUE_ON}, count(*), sum(warnings) FROM clue GROUP BY 1, 2, 3, 4
"""


async def renew_clues(conn: AsyncConnection, households: Sequence[str]) -> None:
    """Bring clues and counts to what the warnings of these households say; once a transaction, last."""
    raw = await driver(conn)
    moved = await raw.fetch(_RENEW, households)
    if not moved:
        return
    columns = [list(column) for column in zip(*moved, strict=True)]
    counted = await raw.fetch(_ADD_COUNTS, *columns)
    if any(row["empty"] for row in counted):
        await raw.execute(_DROP_EMPTY, *columns[:4])


async def rederive_clues(conn: AsyncConnection) -> None:
    """Make the worklist and all counts again from the warnings: after a rebuild, with nobody else writing."""
    await count_again(conn)
    raw = await driver(conn)
    await raw.execute("TRUNCATE clue, clue_count")
    await raw.execute(_FILL)
    await raw.execute(_FILL_COUNTS)
