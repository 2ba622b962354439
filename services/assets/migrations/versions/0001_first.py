"""Projects and their funds; idempotency keys; outbox, broker log, inbox.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

from shared.http import models as http_models
from shared.messaging.outbox import models as outbox_models

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE project (
    project_id uuid PRIMARY KEY,
    code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    year smallint NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    owner_department text NOT NULL,
    total_fen bigint NOT NULL,
    accepted_on date,
    registered_at timestamptz NOT NULL,
    registered_by text NOT NULL,
    CONSTRAINT project_code_once UNIQUE (code),
    CONSTRAINT project_total_positive CHECK (total_fen > 0),
    CONSTRAINT project_accepted_has_date CHECK ((status = 'accepted') = (accepted_on IS NOT NULL))
);
CREATE INDEX project_division ON project (division_code, project_id);

CREATE TABLE project_fund (
    project_id uuid NOT NULL REFERENCES project,
    source text NOT NULL,
    amount_fen bigint NOT NULL,
    PRIMARY KEY (project_id, source),
    CONSTRAINT project_fund_positive CHECK (amount_fen > 0)
)
"""


def upgrade() -> None:
    """Create everything assets owns."""
    for statement in _TABLES.split(";\n"):
        op.execute(statement)
    outbox_models.create(op)
    http_models.create(op)
