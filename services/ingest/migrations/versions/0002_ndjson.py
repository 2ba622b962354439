"""Submissions in parts, the period they are for, and every unchanged repeat of a record.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE submission
    ADD origin varchar(16) NOT NULL DEFAULT 'json',
    ADD delivery text,
    ADD body_bytes bigint NOT NULL DEFAULT 0,
    ADD claim bytea;

CREATE UNIQUE INDEX submission_claim ON submission (claim) WHERE claim IS NOT NULL;

ALTER TABLE part
    ADD first_line integer NOT NULL DEFAULT 0,
    ADD lines integer NOT NULL DEFAULT 5000,
    ADD reinstated integer NOT NULL DEFAULT 0;

DROP INDEX ix_part_submission_id;

CREATE INDEX part_of_submission ON part (submission_id, first_line);

ALTER TABLE record_version ALTER publish SET DEFAULT true;

CREATE TABLE confirmation (
    feed smallint NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    effective_on date,
    part_id uuid NOT NULL,
    line integer NOT NULL,
    PRIMARY KEY (feed, source_id, version)
);

INSERT INTO confirmation
SELECT feed, source_id, confirmed_to, CASE WHEN stated <> day THEN stated END, part_id, line
FROM record_version, LATERAL (
    SELECT (convert_from(payload, 'UTF8')::jsonb -> 'meta' ->> 'effective_on')::date AS stated,
           (to_timestamp(version / 1e6) AT TIME ZONE 'Asia/Shanghai')::date AS day
) AS dates
WHERE confirmed_to IS NOT NULL;

ALTER TABLE record_version DROP confirmed_to
"""
# `confirmed_to` is dropped, not left for a release before this one that still runs: that one would go on confirming
# without remembering, and nothing would say so.


def upgrade() -> None:
    """Widen the tables, and remember the last repeat of each record, which is all that was kept."""
    for statement in _STATEMENTS.split(";\n\n"):
        op.execute(statement)
