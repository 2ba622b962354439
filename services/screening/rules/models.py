"""Tables of the rules and the parameters. Rows are added, never changed: both carry `known_at`."""

from __future__ import annotations

from alembic.operations import Operations

_TABLES = """
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
);

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
);
"""


def create(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
