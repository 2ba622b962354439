"""Tables of the room: what the bus was told of each household, and how far everybody has been looked at once.

`timeline` is what follows from the messages (see `domain.Timeline`): [[first day, status …], …].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

# cursor: the last household that was looked at, NULL when all were.
_TABLES = """
CREATE TABLE household_told (
    household_no text COLLATE "C" PRIMARY KEY,
    status_seq integer NOT NULL,
    timeline json NOT NULL,
    next_on date
);
CREATE INDEX household_told_next ON household_told (next_on) WHERE next_on IS NOT NULL;
CREATE TABLE status_walk (
    definition text PRIMARY KEY,
    cursor text COLLATE "C"
)
"""


def upgrade_0004(op: Operations) -> None:
    """Create the tables; empty, so that the worker tells of everybody once."""
    for statement in _TABLES.split(";"):
        op.execute(statement)
