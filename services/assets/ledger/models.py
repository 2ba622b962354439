"""The table of assets as they are now: a projection of the entries, made again with every entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """CREATE TABLE asset (
        asset_id uuid PRIMARY KEY,
        project_id uuid NOT NULL REFERENCES project,
        code text COLLATE "C" NOT NULL UNIQUE,
        name text NOT NULL,
        asset_class text COLLATE "C" NOT NULL,
        form text COLLATE "C" NOT NULL,
        division_code text COLLATE "C" NOT NULL,
        place text NOT NULL,
        quantity text NOT NULL,
        unit text NOT NULL,
        original_value_fen bigint NOT NULL CHECK (original_value_fen > 0),
        useful_life_years smallint,
        real_estate boolean NOT NULL,
        photovoltaic boolean NOT NULL,
        operation_plan text,
        risk_controls text,
        equity_exit text,
        equity_disposal text,
        acquired_on date NOT NULL,
        state text COLLATE "C" NOT NULL,
        state_since date NOT NULL
    )""",
    "CREATE INDEX asset_division ON asset (division_code, asset_id)",
    "CREATE INDEX asset_project ON asset (project_id)",
)


def upgrade_0002(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
