"""Tables of the room: the warning, the evidence it stands on, its changes, and what was swept.

A closed warning that people found not confirmed mutes its pair by its own evidence, so it is the
mute: no second table that could disagree with it.
"""

from __future__ import annotations

from alembic.operations import Operations

_TABLES = """
CREATE TABLE warning (
    warning_id uuid PRIMARY KEY,
    household_no text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    rule_code text COLLATE "C" NOT NULL,
    rule_version integer NOT NULL,
    risk_type text,
    severity text NOT NULL CHECK (severity IN ('urgent', 'high', 'normal', 'info')),
    state text NOT NULL CHECK (state IN ('open', 'verifying', 'confirmed', 'not_confirmed', 'superseded')),
    eased boolean NOT NULL,
    demo boolean NOT NULL,
    snoozed_until date,
    as_of date NOT NULL,
    raised_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    superseded_by json
);
CREATE UNIQUE INDEX warning_one_active ON warning (household_no, rule_code)
    WHERE state IN ('open', 'verifying', 'confirmed');
CREATE INDEX warning_muting ON warning (household_no, rule_code, warning_id) WHERE state = 'not_confirmed';
CREATE INDEX warning_household ON warning (household_no);
CREATE INDEX warning_division ON warning (division_code, state, severity, rule_code);

CREATE TABLE warning_evidence (
    warning_id uuid PRIMARY KEY REFERENCES warning (warning_id),
    evidence json NOT NULL
);

CREATE TABLE warning_change (
    household_no text COLLATE "C" NOT NULL,
    household_seq bigint NOT NULL,
    event_id text COLLATE "C" NOT NULL UNIQUE,
    warning_id uuid NOT NULL,
    type text NOT NULL CHECK (type IN ('raised', 'updated', 'closed', 'superseded')),
    division_code text COLLATE "C" NOT NULL,
    rule_code text COLLATE "C" NOT NULL,
    severity text NOT NULL,
    PRIMARY KEY (household_no, household_seq)
);

CREATE TABLE warning_sweep (
    banner_code text COLLATE "C" PRIMARY KEY,
    as_of date NOT NULL,
    speaking text[] NOT NULL
)
"""


def create(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES.split(";"):
        op.execute(statement)
