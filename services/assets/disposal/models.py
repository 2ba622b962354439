"""The table of proceeds as they are now: a projection of the entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """CREATE TABLE proceeds (
        asset_id uuid PRIMARY KEY,
        disposed_on date NOT NULL,
        received_fen bigint NOT NULL,
        unassigned_fen bigint NOT NULL,
        unspent_fen bigint NOT NULL
    )""",
)


def upgrade_0002(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
