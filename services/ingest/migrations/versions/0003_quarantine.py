"""The quarantine as a department works it: what an entry is, why it was refused, what closed it.

Columns are nullable or have a default, so that the previous release can go on refusing records meanwhile.

Revision ID: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE quarantine
    ALTER sealed DROP NOT NULL,
    ADD submission_id uuid,
    ADD source_id text COLLATE "C",
    ADD superseded_from bigint,
    ADD codes text[] NOT NULL DEFAULT '{}',
    ADD errors jsonb NOT NULL DEFAULT '[]',
    ADD closed_at timestamptz,
    ADD closed_by uuid,
    ADD closed_by_index integer;

UPDATE quarantine q
SET submission_id = p.submission_id, source_id = r.source_id, errors = told.errors, codes = told.codes
FROM part p, receipt_line r, LATERAL (
    SELECT coalesce(array_agg(DISTINCT e ->> 'code'), '{}') AS codes, coalesce(jsonb_agg(
        e || jsonb_build_object('pointer', regexp_replace(e ->> 'pointer', '^/records/[0-9]+', ''))), '[]') AS errors
    FROM jsonb_array_elements(r.errors) AS e
) AS told
WHERE p.part_id = q.part_id AND r.part_id = q.part_id AND r.line = q.line;

DROP INDEX ix_quarantine_refused_at;

CREATE INDEX quarantine_content ON quarantine (refused_at) WHERE sealed IS NOT NULL;

CREATE INDEX quarantine_of_feed ON quarantine (feed, part_id, line);

CREATE INDEX quarantine_open ON quarantine (feed, part_id, line) WHERE closed_at IS NULL AND sealed IS NOT NULL;

CREATE INDEX quarantine_unclosed ON quarantine (feed, source_id) WHERE closed_at IS NULL;

CREATE INDEX quarantine_of_submission ON quarantine (submission_id, part_id, line);

CREATE INDEX quarantine_closed_by ON quarantine (closed_by) WHERE closed_by IS NOT NULL
"""


def upgrade() -> None:
    """Widen the table and tell its entries what receipts know of them."""
    for statement in _STATEMENTS.split(";\n\n"):
        op.execute(statement)
