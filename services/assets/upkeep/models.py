"""The table of upkeep as it is now: a projection of the entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """CREATE TABLE upkeep_state (
        asset_id uuid PRIMARY KEY,
        unit text,
        post text,
        mode text COLLATE "C",
        interval_days integer,
        custody_since date,
        custody_ended_on date,
        inspected_on date,
        result text COLLATE "C",
        broken_since date
    )""",
)


def upgrade_0002(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
