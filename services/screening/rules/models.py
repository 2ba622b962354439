"""The table of the rules. Rows are added, never changed: they carry `known_at`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.screening.parameters import models as parameters

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLE = """
CREATE TABLE rule_version (
    code text COLLATE "C" NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    title text NOT NULL,
    risk_type text,
    severity text NOT NULL CHECK (severity IN ('urgent', 'high', 'normal', 'info')),
    population text,
    condition text NOT NULL,
    parameters text[] NOT NULL,
    evidence text[] NOT NULL,
    departments text[] NOT NULL,
    measures_expected text[] NOT NULL,
    legal_basis jsonb NOT NULL CHECK (jsonb_array_length(legal_basis) > 0),
    valid_from date NOT NULL,
    valid_to date,
    author text NOT NULL,
    approver text NOT NULL,
    origin text NOT NULL CHECK (origin IN ('shipped', 'authored')),
    known_at timestamptz NOT NULL,
    PRIMARY KEY (code, version)
)
"""


def create(op: Operations) -> None:
    """Create the first release's tables: the parameters were in this room then."""
    op.execute(_TABLE)
    parameters.create(op)


def upgrade_0002(op: Operations) -> None:
    """Let a rule tell the risk by a fact (an accident that was a natural disaster)."""
    op.execute("ALTER TABLE rule_version ADD COLUMN risk_by jsonb")
