"""Submissions, parts, record versions, receipts, quarantine, vault; idempotency keys; broker log.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

from shared.http import models as http_models
from shared.messaging.outbox import models as messaging_models

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE submission (
    submission_id uuid PRIMARY KEY,
    feed smallint NOT NULL,
    caller text NOT NULL,
    state varchar(16) NOT NULL,
    sha256 bytea NOT NULL,
    received_at timestamptz NOT NULL,
    accepted integer NOT NULL,
    corrected integer NOT NULL,
    retracted integer NOT NULL,
    stale integer NOT NULL,
    duplicate integer NOT NULL,
    rejected integer NOT NULL
);

CREATE TABLE part (
    part_id uuid PRIMARY KEY,
    submission_id uuid NOT NULL REFERENCES submission,
    feed smallint NOT NULL,
    known_at timestamptz NOT NULL,
    publishable integer NOT NULL,
    position bigint UNIQUE,
    published_at timestamptz,
    partitions smallint,
    runs jsonb
) WITH (fillfactor = 70);
CREATE INDEX ix_part_submission_id ON part (submission_id);
CREATE INDEX part_unnumbered ON part (part_id) WHERE position IS NULL AND publishable > 0;
CREATE INDEX part_unpublished ON part (position) WHERE published_at IS NULL;

CREATE TABLE record_version (
    part_id uuid NOT NULL,
    line integer NOT NULL,
    feed smallint NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    follows bigint,
    confirmed_to bigint,
    known_at timestamptz NOT NULL,
    outcome smallint NOT NULL,
    retracted boolean NOT NULL,
    publish boolean NOT NULL,
    key text COLLATE "C" NOT NULL,
    division_code text COLLATE "C",
    digest bytea NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (part_id, line),
    CONSTRAINT record_version_once UNIQUE (feed, source_id, version),
    CONSTRAINT record_version_chain UNIQUE (feed, source_id, follows)
);

CREATE TABLE receipt_line (
    part_id uuid NOT NULL,
    line integer NOT NULL,
    source_id text,
    outcome smallint NOT NULL,
    version bigint,
    normalised jsonb NOT NULL,
    errors jsonb NOT NULL,
    PRIMARY KEY (part_id, line)
);

CREATE TABLE quarantine (
    part_id uuid NOT NULL,
    line integer NOT NULL,
    feed smallint NOT NULL,
    refused_at timestamptz NOT NULL,
    sealed text NOT NULL,
    PRIMARY KEY (part_id, line)
);
CREATE INDEX ix_quarantine_refused_at ON quarantine (refused_at);

CREATE TABLE person (
    person_key text COLLATE "C" PRIMARY KEY,
    sealed text NOT NULL,
    digest bytea NOT NULL,
    as_of bigint NOT NULL
)
"""


def upgrade() -> None:
    """Create everything ingest owns."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    messaging_models.create(op)
    http_models.create(op)
