"""What is counted as it is published, closed periods, freshness, manifests and incidents.

Every committed part gets a position, also one that publishes nothing: counting goes by position.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATEMENTS = """
DROP INDEX part_unnumbered;

CREATE INDEX part_unnumbered ON part (part_id) WHERE position IS NULL;

CREATE INDEX submission_received ON submission (feed, received_at);

CREATE INDEX submission_delivery ON submission (feed, delivery) WHERE delivery IS NOT NULL;

CREATE TABLE tally_cursor (
    one smallint PRIMARY KEY,
    position bigint NOT NULL
);

INSERT INTO tally_cursor VALUES (1, 0);

CREATE TABLE tally (
    feed smallint NOT NULL,
    day date NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    accepted bigint NOT NULL,
    corrected bigint NOT NULL,
    retracted bigint NOT NULL,
    stale bigint NOT NULL,
    duplicate bigint NOT NULL,
    rejected bigint NOT NULL,
    published bigint NOT NULL,
    PRIMARY KEY (feed, day, division_code)
);

CREATE TABLE published_total (
    feed smallint NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    published bigint NOT NULL,
    PRIMARY KEY (feed, division_code)
);

CREATE TABLE delivery (
    feed smallint NOT NULL,
    period text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    records_sent bigint NOT NULL,
    first_closed_at timestamptz NOT NULL,
    closed_at timestamptz NOT NULL,
    PRIMARY KEY (feed, period, division_code)
);
CREATE INDEX delivery_first_closed ON delivery (feed, first_closed_at);

CREATE TABLE closing (
    feed smallint NOT NULL,
    period text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    records_sent bigint NOT NULL,
    closed_at timestamptz NOT NULL,
    closed_by text NOT NULL,
    effective boolean NOT NULL,
    PRIMARY KEY (feed, period, division_code, revision)
);
CREATE INDEX closing_pending ON closing (feed) WHERE NOT effective;

CREATE TABLE freshness (
    feed smallint NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    last_at timestamptz NOT NULL,
    last_by varchar(16) NOT NULL,
    state varchar(16) NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (feed, division_code)
);

CREATE TABLE agenda (
    feed smallint NOT NULL,
    scope varchar(8) NOT NULL,
    name text COLLATE "C" NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (feed, scope, name)
);
CREATE INDEX agenda_due ON agenda (due_at);

CREATE TABLE daily_run (
    one smallint PRIMARY KEY,
    reconciled_through date NOT NULL,
    looked_back_to date
);

CREATE TABLE manifest (
    manifest_id uuid PRIMARY KEY,
    feed smallint NOT NULL,
    number bigint NOT NULL,
    scope varchar(8) NOT NULL,
    name text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    made_at timestamptz NOT NULL,
    balanced boolean NOT NULL,
    content bytea NOT NULL,
    sha256 bytea NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT manifest_numbered UNIQUE (feed, number),
    CONSTRAINT manifest_revised UNIQUE (feed, scope, name, revision)
);

CREATE TABLE incident (
    incident_id uuid PRIMARY KEY,
    feed smallint NOT NULL,
    scope varchar(8) NOT NULL,
    name text COLLATE "C" NOT NULL,
    equation varchar(16) NOT NULL,
    expected bigint NOT NULL,
    found bigint NOT NULL,
    submissions uuid[] NOT NULL,
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    resolved_at timestamptz
);
CREATE UNIQUE INDEX incident_open ON incident (feed, scope, name, equation) WHERE resolved_at IS NULL
"""


def upgrade() -> None:
    """Create what reconciliation owns; counting begins at the first part."""
    for statement in _STATEMENTS.split(";\n"):
        op.execute(statement.strip())
