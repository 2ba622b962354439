"""The table of entries. Rows are only ever inserted: a trigger refuses anything else. `body` holds JSON as text:
only this room reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """CREATE TABLE entry (
        entry_id uuid PRIMARY KEY,
        asset_id uuid NOT NULL,
        kind text COLLATE "C" NOT NULL,
        holds_on date NOT NULL,
        body text NOT NULL,
        document text NOT NULL,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        takes_back uuid UNIQUE REFERENCES entry (entry_id)
    )""",
    "CREATE INDEX entry_life ON entry (asset_id, holds_on, entry_id)",
    """CREATE INDEX entry_turn ON entry (holds_on) WHERE kind IN ('asset_amended', 'state_changed', 'disposed')""",
    """CREATE FUNCTION entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'entries are never updated or deleted';
    END $$""",
    """CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON entry
    FOR EACH ROW EXECUTE FUNCTION entry_stays()""",
)


def upgrade_0002(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
