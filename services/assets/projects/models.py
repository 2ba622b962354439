"""Tables of projects; the first migration creates them, the second their changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

metadata = sa.MetaData()

project = sa.Table(
    "project",
    metadata,
    sa.Column("project_id", sa.Uuid, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("division_code", sa.Text, nullable=False),
    sa.Column("owner_department", sa.Text, nullable=False),
    sa.Column("total_fen", sa.BigInteger, nullable=False),
    sa.Column("accepted_on", sa.Date),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("registered_by", sa.Text, nullable=False),
)

project_fund = sa.Table(
    "project_fund",
    metadata,
    sa.Column("project_id", sa.ForeignKey("project.project_id"), primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
)

_CHANGES = (
    """CREATE TABLE project_change (
        change_id uuid PRIMARY KEY,
        project_id uuid NOT NULL REFERENCES project,
        holds_on date NOT NULL,
        status text,
        total_fen bigint,
        funds text,
        was_status text NOT NULL,
        was_accepted_on date,
        was_total_fen bigint NOT NULL,
        was_funds text NOT NULL,
        document text NOT NULL,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL
    )""",
    "CREATE INDEX project_change_of ON project_change (project_id, change_id)",
    """CREATE TRIGGER project_change_stays BEFORE UPDATE OR DELETE ON project_change
    FOR EACH ROW EXECUTE FUNCTION entry_stays()""",
)


def upgrade_0002(op: Operations) -> None:
    """Create what the second migration adds, after the entries: changes stay as they do."""
    for statement in _CHANGES:
        op.execute(statement)
