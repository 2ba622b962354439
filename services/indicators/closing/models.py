"""Tables of the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES: tuple[str, ...] = ()


def upgrade_0003(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
