"""Values as they were told: the service's own outbox is never lost with the projection."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.rebuild.domain import TOLD
from shared.db import changed, driver
from shared.events.topics import VALUES
from shared.events.values import TargetPublishedV1, ValuePublishedV1, ValueRestatedV1


class Lost(NamedTuple):
    """A value that was told of and was not there."""

    value_id: UUID
    number: int
    period: str


_TYPES = ", ".join(f"'{event.TYPE}'" for event in (ValuePublishedV1, TargetPublishedV1, ValueRestatedV1))
# The last that was told of a place stands; what was told before stood until the next was.
_TELL = f"""
CREATE TEMPORARY TABLE told ON COMMIT DROP AS
SELECT b.*, m.id, to_timestamp(m.timestamp_ms / 1000.0) AS published_at,
    lead(to_timestamp(m.timestamp_ms / 1000.0)) OVER place AS replaced_at,
    lag(b.value_id) OVER place AS replaces,
    lead(m.id) OVER place IS NULL AS current
FROM outbox_message m, jsonb_to_record(convert_from(m.value, 'UTF8')::jsonb) AS b (
    value_id uuid, number smallint, code text, division_code text, period text, as_of date, known_at timestamptz,
    value numeric, numerator numeric, denominator numeric, unit text, status text, reason text,
    formula_version integer, restates uuid)
WHERE m.topic = '{VALUES}' AND m.type IN ({_TYPES})
WINDOW place AS (PARTITION BY b.number, b.division_code, b.period ORDER BY m.id)
"""
_INDEX = "CREATE UNIQUE INDEX ON told (value_id)"
_COLUMNS = (*TOLD, "as_of", "known_at", "restates", "replaces", "published_at", "replaced_at", "current")
_ADD_LOST = f"""
INSERT INTO indicator_value (value_id, {", ".join(_COLUMNS)}, beside, sources)
SELECT value_id, {", ".join(_COLUMNS)}, '{{}}', '[]' FROM told ON CONFLICT DO NOTHING
RETURNING value_id, number, period
"""
_SAME = (*TOLD, "restates", "current")
# Of a place only one may stand: one that nobody was told of is in the way until a person has looked at it.
_CORRECT = f"""
UPDATE indicator_value v SET {", ".join(f"{c} = t.{c}" for c in _SAME)},
    replaced_at = CASE WHEN t.current THEN NULL ELSE coalesce(v.replaced_at, t.replaced_at) END
FROM told t
WHERE t.value_id = v.value_id AND t.current = $1
    AND ({", ".join(f"v.{c}" for c in _SAME)}) IS DISTINCT FROM ({", ".join(f"t.{c}" for c in _SAME)})
    AND NOT (t.current AND EXISTS (
        SELECT FROM indicator_value o WHERE o.current AND o.value_id <> v.value_id
            AND (o.number, o.division_code, o.period) = (t.number, t.division_code, t.period)))
"""
# What was last told of a place is never purged.
_UNTOLD = """
SELECT count(*) FROM indicator_value v WHERE v.current AND NOT EXISTS (SELECT FROM told t WHERE t.value_id = v.value_id)
"""
# A day on which no pass has been yet changes statuses and ages of itself.
_BEGUN = "SELECT EXISTS (SELECT FROM pass_day WHERE day = $1 AND definitions = $2)"


async def told(conn: AsyncConnection) -> None:
    """Read the outbox once, for the other questions of this transaction."""
    raw = await driver(conn)
    await raw.execute(_TELL)
    await raw.execute(_INDEX)
    await raw.execute("ANALYZE told")


async def mend(conn: AsyncConnection) -> tuple[list[Lost], int]:
    """Restore values that were told of and are not there, bring the others to what was told of each, and let the last
    of a place stand; those that were lost, and how many stood otherwise."""
    raw = await driver(conn)
    fallen = changed(await raw.execute(_CORRECT, False))  # before another may stand in their places
    lost = [Lost(**dict(row)) for row in await raw.fetch(_ADD_LOST)]
    return lost, fallen + changed(await raw.execute(_CORRECT, True))


async def untold(conn: AsyncConnection) -> int:
    """How many values stand that nobody was told of."""
    return int(await (await driver(conn)).fetchval(_UNTOLD))


async def begun(conn: AsyncConnection, day: date, definitions: str) -> bool:
    """Whether a pass has begun the day under these definitions."""
    return bool(await (await driver(conn)).fetchval(_BEGUN, day, definitions))
