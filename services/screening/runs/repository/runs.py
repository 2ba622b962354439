"""The runs themselves: start, take up, advance, end, show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.runs.domain import Run, RunState
from shared.db import driver

_COLUMNS = (
    "run_id, kind, as_of, division_code, known_at, nightly, state, cursor, attempts, tally, due, worked_seconds, "
    "started_by, started_at, ended_by, finished_at"
)
_READ = _COLUMNS.replace("tally, due", "tally::text AS tally, due::text AS due")
_ADD = f"""
INSERT INTO run ({_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json, $11::text::json, $12, $13, $14, $15, $16)
ON CONFLICT ((true)) WHERE state = 'running' DO NOTHING RETURNING run_id
"""
_RUNNING = f"SELECT {_READ} FROM run WHERE state = 'running'"
_GET = f"SELECT {_READ} FROM run WHERE run_id = $1 AND division_code LIKE $2"
_PAGE = f"""
SELECT {_READ} FROM run
WHERE division_code LIKE $1 AND ($2::timestamptz IS NULL OR (started_at, run_id) < ($2, $3::uuid))
ORDER BY started_at DESC, run_id DESC LIMIT $4
"""
_TAKE_UP = f"""
UPDATE run SET attempts = attempts + 1,
    state = CASE WHEN attempts < $1 THEN state ELSE 'failed' END,
    finished_at = CASE WHEN attempts < $1 THEN NULL ELSE $2::timestamptz END
WHERE state = 'running' RETURNING {_READ}
"""
_ADVANCE = """
UPDATE run SET cursor = $2, tally = $3::text::json, worked_seconds = worked_seconds + $4, attempts = 0
WHERE run_id = $1 AND state = 'running'
"""
_END = f"""
UPDATE run SET state = $2, ended_by = $3, finished_at = $4 WHERE run_id = $1 AND state = 'running' RETURNING {_READ}
"""
_NIGHT_RESTS = """
SELECT EXISTS (SELECT FROM run WHERE nightly AND state IN ('cancelled', 'failed') AND finished_at > $1)
"""
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"


async def try_lock(conn: AsyncConnection, name: str) -> bool:
    """Take the lock `name` for this session if nobody has it; it is held until the session ends."""
    return bool(await (await driver(conn)).fetchval(_LOCK, f"xianjie.screening.alone.{name}"))


async def add_unless_running(conn: AsyncConnection, run: Run) -> bool:
    """Store a new run; False when another is running (the unique index decides)."""
    return await (await driver(conn)).fetchval(_ADD, *_values(run)) is not None


async def running(conn: AsyncConnection) -> Run | None:
    """The run that is running."""
    return _run(await (await driver(conn)).fetchrow(_RUNNING))


async def take_up(conn: AsyncConnection, max_attempts: int, now: datetime) -> Run | None:
    """The running run with one attempt more; it ends as failed when it had `max_attempts` since its last page."""
    return _run(await (await driver(conn)).fetchrow(_TAKE_UP, max_attempts, now))


async def advance(conn: AsyncConnection, run_id: UUID, cursor: str, tally: Mapping[str, Any], seconds: float) -> bool:
    """A page is done; False when the run is not running any more (cancelled)."""
    status = await (await driver(conn)).execute(_ADVANCE, run_id, cursor, _text(tally), seconds)
    return bool(status == "UPDATE 1")


async def end(conn: AsyncConnection, run_id: UUID, state: RunState, by: str | None, now: datetime) -> Run | None:
    """End a running run; None when it is not running (any more)."""
    return _run(await (await driver(conn)).fetchrow(_END, run_id, state, by, now))


async def night_rests(conn: AsyncConnection, since: datetime) -> bool:
    """Whether the run of a night was cancelled or failed after `since`."""
    return bool(await (await driver(conn)).fetchval(_NIGHT_RESTS, since))


async def get(conn: AsyncConnection, run_id: UUID, division_prefix: str) -> Run | None:
    """One run, if it lies within the divisions."""
    return _run(await (await driver(conn)).fetchrow(_GET, run_id, f"{division_prefix}%"))


async def page(
    conn: AsyncConnection, division_prefix: str, after: tuple[datetime, UUID] | None, limit: int
) -> list[Run]:
    """The newest runs within the divisions that began before `after`."""
    begun, run_id = after or (None, None)
    rows = await (await driver(conn)).fetch(_PAGE, f"{division_prefix}%", begun, run_id, limit)
    return [run for run in map(_run, rows) if run is not None]


def _run(row: Any) -> Run | None:
    if row is None:
        return None
    fields = dict(row)
    fields["tally"] = orjson.loads(fields["tally"])
    fields["due"] = None if fields["due"] is None else orjson.loads(fields["due"])
    return Run(**fields)


def _values(run: Run) -> tuple[object, ...]:
    values = {name: getattr(run, name) for name in _COLUMNS.split(", ")}
    values["tally"], values["due"] = _text(run.tally), None if run.due is None else _text(run.due)
    return tuple(values.values())


def _text(document: Mapping[str, Any]) -> str:
    return orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS).decode()
