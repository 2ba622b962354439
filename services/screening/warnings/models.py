"""Tables of the room: the warning, the evidence it stands on, its changes, what was put off, and the worklist.

A closed warning that people found not confirmed mutes its pair by its own evidence, so it is the
mute: no second table that could disagree with it. `clue`, `clue_count` and `warning_count` follow
from `warning` alone and change in the same transaction: a list of a hundred thousand warnings is read
by index, and counted from a row a village and grade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
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

# rank: 1 urgent … 4 info. due_at: when the first of the household's unverified warnings should be
# verified, infinity without a clock. shown_from: the day a household whose warnings are all put off
# comes back, -infinity when one of them is not.
_TABLES_0002 = """
ALTER TABLE warning ADD COLUMN run_id uuid;

CREATE TABLE warning_snooze (
    household_no text COLLATE "C" NOT NULL,
    rule_code text COLLATE "C" NOT NULL,
    until date NOT NULL,
    reason text NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (household_no, rule_code)
);

CREATE TABLE clue (
    household_no text COLLATE "C" PRIMARY KEY,
    division_code text COLLATE "C" NOT NULL,
    rank smallint NOT NULL,
    due_at timestamptz NOT NULL,
    raised_at timestamptz NOT NULL,
    shown_from date NOT NULL,
    warnings smallint NOT NULL
);
CREATE INDEX clue_city ON clue (rank, due_at, household_no);
CREATE INDEX clue_banner ON clue (left(division_code, 6), rank, due_at, household_no);
CREATE INDEX clue_division ON clue (division_code);
CREATE INDEX clue_put_off ON clue (rank, due_at, household_no) WHERE shown_from > '-infinity';

CREATE TABLE clue_count (
    division_code text COLLATE "C" NOT NULL,
    rank smallint NOT NULL,
    shown_from date NOT NULL,
    due_on date NOT NULL,
    clues integer NOT NULL,
    warnings integer NOT NULL,
    PRIMARY KEY (division_code, rank, shown_from, due_on)
);

CREATE TABLE warning_count (
    division_code text COLLATE "C" NOT NULL,
    state text NOT NULL,
    severity text NOT NULL,
    rule_code text COLLATE "C" NOT NULL,
    warnings integer NOT NULL,
    PRIMARY KEY (division_code, state, severity, rule_code)
);

INSERT INTO warning_count (division_code, state, severity, rule_code, warnings)
SELECT division_code, state, severity, rule_code, count(*) FROM warning GROUP BY 1, 2, 3, 4;

INSERT INTO clue (household_no, division_code, rank, due_at, raised_at, shown_from, warnings)
SELECT household_no, max(division_code),
    min(CASE severity WHEN 'urgent' THEN 1 WHEN 'high' THEN 2 WHEN 'normal' THEN 3 ELSE 4 END),
    min(raised_at + CASE severity WHEN 'urgent' THEN interval '24 hours' WHEN 'high' THEN interval '72 hours'
        WHEN 'normal' THEN interval '240 hours' ELSE interval '1000000 hours' END),
    min(raised_at), '-infinity', count(*)
FROM warning WHERE state IN ('open', 'verifying') GROUP BY household_no;
UPDATE clue SET due_at = 'infinity' WHERE rank = 4;
INSERT INTO clue_count (division_code, rank, shown_from, due_on, clues, warnings)
SELECT division_code, rank, shown_from, CASE WHEN isfinite(due_at) THEN (due_at AT TIME ZONE 'Asia/Shanghai')::date
    ELSE 'infinity' END, count(*), sum(warnings)
FROM clue GROUP BY 1, 2, 3, 4
"""


def create(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES.split(";"):
        op.execute(statement)


def upgrade_0002(op: Operations) -> None:
    """Add the run of a raise, what is put off, and the worklist, filled from the warnings there are."""
    for statement in _TABLES_0002.split(";"):
        op.execute(statement)
