"""The tables of shares and hand-overs as they are now: a projection of the entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """CREATE TABLE right_share (
        asset_id uuid NOT NULL,
        "right" text COLLATE "C" NOT NULL,
        holder_kind text COLLATE "C" NOT NULL,
        holder_key text COLLATE "C" NOT NULL,
        numerator bigint NOT NULL,
        denominator bigint NOT NULL,
        PRIMARY KEY (asset_id, "right", holder_kind, holder_key)
    )""",
    "CREATE INDEX right_share_holder ON right_share (holder_key)",
    "CREATE TABLE handover (asset_id uuid PRIMARY KEY, handed_over_on date NOT NULL)",
)


def upgrade_0002(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
