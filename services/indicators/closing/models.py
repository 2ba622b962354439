"""Tables of the room: who proposed to close a period, who decided. A row is changed once, by the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

# At most one proposal of a period waits or was approved; the person who proposed cannot be the one who
# decides, whatever the code above believes.
_TABLES = (
    """
    CREATE TABLE period_closing (
        closing_id uuid PRIMARY KEY,
        period text COLLATE "C" NOT NULL,
        state text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
        note text,
        proposed_by text NOT NULL,
        proposed_at timestamptz NOT NULL,
        decided_by text CHECK (decided_by <> proposed_by),
        decided_at timestamptz,
        reason text,
        CHECK ((state = 'proposed') = (decided_at IS NULL)),
        CHECK ((decided_at IS NULL) = (decided_by IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX period_closing_one ON period_closing (period) WHERE state <> 'rejected'",
)


def upgrade_0003(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
