"""The observation table. Rows are never updated: `supersedes` is unique, so two corrections of one
observation collide, and `first_of_place` keeps a second uncorrected one out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLES = """
CREATE TABLE observation (
    observation_id uuid PRIMARY KEY,
    input text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    value numeric NOT NULL,
    unit text NOT NULL,
    document text NOT NULL,
    document_on date,
    supersedes uuid UNIQUE REFERENCES observation (observation_id),
    submitted_by text NOT NULL,
    known_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX observation_first_of_place ON observation (input, division_code, period) WHERE supersedes IS NULL;
CREATE INDEX observation_place ON observation (input, period, division_code)
"""


def create(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES.split(";"):
        op.execute(statement)


_UPGRADE_0003: tuple[str, ...] = ()


def upgrade_0003(op: Operations) -> None:
    """Change the tables for all sixteen indicators."""
    for statement in _UPGRADE_0003:
        op.execute(statement)
