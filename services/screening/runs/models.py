"""Tables of the room: the run with its report, and what each banner was last swept to.

A run that is `running` is worked on by whoever holds the run lock; nobody holds it after a kill, so
the next to come goes on from the cursor. One row can be `running`, so the index is what makes runs
go one at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_0002 = """
CREATE TABLE run (
    run_id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('live-day', 'quarterly', 'year-end')),
    as_of date NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    known_at timestamptz NOT NULL,
    nightly boolean NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'completed', 'cancelled', 'failed')),
    cursor text COLLATE "C" NOT NULL DEFAULT '',
    attempts smallint NOT NULL DEFAULT 0,
    tally json NOT NULL,
    due json,
    worked_seconds double precision NOT NULL DEFAULT 0,
    started_by text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_by text,
    finished_at timestamptz,
    CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX run_one_at_a_time ON run ((true)) WHERE state = 'running';
CREATE INDEX run_newest ON run (started_at DESC, run_id DESC);
ALTER TABLE warning_sweep ADD COLUMN basis text NOT NULL DEFAULT '';
ALTER TABLE warning_sweep ADD COLUMN facts_basis text NOT NULL DEFAULT ''
"""


def upgrade_0002(op: Operations) -> None:
    """Create and widen the tables in the service's second migration."""
    for statement in _0002.split(";"):
        op.execute(statement)
