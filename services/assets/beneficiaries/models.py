"""What was said of households: every change, so that any past day can be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """CREATE TABLE household_status (
        household_no text COLLATE "C" NOT NULL,
        status_seq integer NOT NULL,
        status_on date NOT NULL,
        base_status text COLLATE "C",
        monitored boolean NOT NULL,
        division_code text COLLATE "C",
        known_at timestamptz NOT NULL,
        PRIMARY KEY (household_no, status_seq)
    )""",
)


def upgrade_0002(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
