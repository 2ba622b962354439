"""The observation table. What a row says is never updated, only its state, once: by the person who checks it.

Of what was not sent back, one row at most corrects another and one is the first of its place: the
indexes keep a second one out, open proposals included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLES = """
CREATE TABLE observation (
    observation_id uuid PRIMARY KEY,
    input text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    value numeric NOT NULL,
    unit text NOT NULL,
    document text NOT NULL,
    document_on date,
    supersedes uuid UNIQUE REFERENCES observation (observation_id),
    submitted_by text NOT NULL,
    known_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX observation_first_of_place ON observation (input, division_code, period) WHERE supersedes IS NULL;
CREATE INDEX observation_place ON observation (input, period, division_code)
"""


def create(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES.split(";"):
        op.execute(statement)


# Before this release every observation was in force from when it was received, and nobody checked one.
# The person who sent it in cannot be the one who checks it, whatever the code above believes.
_UPGRADE_0003 = """
ALTER TABLE observation
    ADD COLUMN indicator text COLLATE "C",
    ADD COLUMN numerator numeric,
    ADD COLUMN denominator numeric,
    ADD COLUMN restatement_reason text,
    ADD COLUMN state text COLLATE "C" NOT NULL DEFAULT 'approved' CHECK (state IN ('proposed', 'approved', 'rejected')),
    ADD COLUMN checked_by text,
    ADD COLUMN checked_at timestamptz,
    ADD COLUMN note text,
    ADD COLUMN in_force_from timestamptz,
    ADD CHECK ((input = 'official_value') = (indicator IS NOT NULL)),
    ADD CHECK ((numerator IS NULL) = (denominator IS NULL)),
    ADD CHECK (denominator <> 0),
    ADD CHECK (checked_by <> submitted_by),
    ADD CHECK ((checked_by IS NULL) = (checked_at IS NULL)),
    ADD CHECK (state <> 'proposed' OR checked_by IS NULL),
    ADD CHECK (state <> 'rejected' OR (checked_by IS NOT NULL AND note IS NOT NULL));

UPDATE observation SET in_force_from = known_at;

ALTER TABLE observation
    ALTER COLUMN state DROP DEFAULT,
    ADD CHECK ((state = 'approved') = (in_force_from IS NOT NULL)),
    DROP CONSTRAINT observation_supersedes_key;

DROP INDEX observation_first_of_place;

CREATE UNIQUE INDEX observation_first_of_place ON observation (input, coalesce(indicator, ''), division_code, period)
    WHERE supersedes IS NULL AND state <> 'rejected';

CREATE UNIQUE INDEX observation_one_correction ON observation (supersedes) WHERE state <> 'rejected';

CREATE INDEX observation_waiting ON observation (observation_id) WHERE state = 'proposed'
"""


def upgrade_0003(op: Operations) -> None:
    """Add the state, the checker and the published figures."""
    for statement in _UPGRADE_0003.split(";"):
        op.execute(statement)
