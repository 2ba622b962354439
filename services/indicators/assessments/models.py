"""Tables of the room. A snapshot and its links to the values are written once: the database refuses the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES: tuple[str, ...] = (
    """CREATE TABLE assessment (
        assessment_id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('yearly', 'mid_term', 'final')),
        year smallint NOT NULL,
        title text NOT NULL CHECK (title <> ''),
        made_by text NOT NULL,
        made_at timestamptz NOT NULL,
        rows integer NOT NULL,
        content bytea NOT NULL,
        sha256 bytea NOT NULL CHECK (length(sha256) = 32)
    )""",
    # Which published values it froze. They are surrogate ids, so the hashed content does not name them.
    """CREATE TABLE assessment_value (
        assessment_id uuid NOT NULL REFERENCES assessment (assessment_id),
        number smallint NOT NULL,
        division_code text COLLATE "C" NOT NULL,
        value_id uuid NOT NULL,
        PRIMARY KEY (assessment_id, number, division_code)
    )""",
    """CREATE FUNCTION assessment_stands() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'an assessment is never changed'; END
    $$""",
    *(
        f"""CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION assessment_stands()"""
        for table in ("assessment", "assessment_value")
    ),
)


def upgrade_0003(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
