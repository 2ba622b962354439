"""Tables of the parameters. Values are added, never changed: they carry `known_at`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLE = """
CREATE TABLE parameter (
    name text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL CHECK (length(division_code) = 12),
    prefix text COLLATE "C" NOT NULL CHECK (starts_with(division_code, prefix)),
    valid_from date NOT NULL,
    valid_to date,
    version integer NOT NULL CHECK (version >= 1),
    value numeric(18, 6) NOT NULL CHECK (value >= 0),
    document text NOT NULL,
    status text NOT NULL CHECK (status IN ('adopted', 'demo')),
    known_at timestamptz NOT NULL,
    PRIMARY KEY (name, division_code, valid_from, version)
)
"""

# One open proposal for a name, division and first day: who sees it can decide it first. The person
# who proposed cannot be the one who decides, whatever the code above believes.
_PROPOSALS = """
CREATE TABLE parameter_proposal (
    proposal_id uuid PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL CHECK (length(division_code) = 12),
    valid_from date NOT NULL,
    valid_to date CHECK (valid_to >= valid_from),
    value numeric(18, 6) NOT NULL CHECK (value >= 0),
    document text NOT NULL CHECK (document <> ''),
    state text NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text CHECK (decided_by <> proposed_by),
    decided_at timestamptz,
    note text,
    version integer,
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CHECK ((state = 'approved') = (version IS NOT NULL))
);

CREATE UNIQUE INDEX parameter_proposal_open ON parameter_proposal (name, division_code, valid_from)
    WHERE state = 'proposed'
"""


def create(op: Operations) -> None:
    """Create the first release's table; migration 0001 reaches it through the rules, which had it then."""
    op.execute(_TABLE)


def upgrade_0002(op: Operations) -> None:
    """Add what people propose."""
    for statement in _PROPOSALS.split(";"):
        op.execute(statement)
