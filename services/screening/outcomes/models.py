"""What people said of warnings, each act a row that is never changed.

A row names household and rule too, and points at no other table: a rebuild gives warnings new ids,
what people wrote stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLES = """
CREATE TABLE warning_outcome (
    outcome_id uuid PRIMARY KEY,
    place bigint GENERATED ALWAYS AS IDENTITY,
    warning_id uuid NOT NULL,
    household_no text COLLATE "C" NOT NULL,
    rule_code text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    act text NOT NULL CHECK (act IN ('verifying', 'confirmed', 'not_confirmed', 'snoozed', 'snooze_lifted')),
    reason text,
    note text,
    until date,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE INDEX warning_outcome_warning ON warning_outcome (warning_id, place);
CREATE INDEX warning_outcome_household ON warning_outcome (household_no, place)
"""


def upgrade_0002(op: Operations) -> None:
    """Create the table, for the service's second migration."""
    for statement in _TABLES.split(";"):
        op.execute(statement)
