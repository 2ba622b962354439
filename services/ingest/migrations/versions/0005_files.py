"""Uploaded files, sealed, and how far each has been read.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE upload (
    upload_id uuid PRIMARY KEY,
    department text COLLATE "C" NOT NULL,
    feed smallint NOT NULL,
    caller text NOT NULL,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    size integer NOT NULL,
    strict boolean NOT NULL,
    dry_run boolean NOT NULL,
    delivery text,
    state varchar(16) NOT NULL,
    received_at timestamptz NOT NULL,
    rows integer,
    done integer NOT NULL DEFAULT 0,
    submission_id uuid,
    ended_at timestamptz,
    counts jsonb,
    problem jsonb,
    workbook boolean NOT NULL DEFAULT false,
    attempts smallint NOT NULL DEFAULT 0,
    leased_by uuid,
    leased_until timestamptz
);
CREATE INDEX upload_unread ON upload (upload_id) WHERE ended_at IS NULL;

CREATE INDEX upload_ended ON upload (department, ended_at);

CREATE TABLE upload_chunk (
    upload_id uuid NOT NULL REFERENCES upload,
    piece varchar(8) NOT NULL,
    number integer NOT NULL,
    kept_since timestamptz NOT NULL,
    sealed text NOT NULL,
    PRIMARY KEY (upload_id, piece, number)
);
CREATE INDEX upload_chunk_kept ON upload_chunk (kept_since)
"""


def upgrade() -> None:
    """Create what the files room owns."""
    for statement in _STATEMENTS.split(";\n"):
        op.execute(statement.strip())
