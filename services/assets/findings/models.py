"""The table of findings: opened and closed by the ledger itself, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """CREATE TABLE finding (
        finding_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        asset_id uuid NOT NULL,
        code text COLLATE "C" NOT NULL,
        since date NOT NULL,
        opened_on date NOT NULL,
        deadline date NOT NULL,
        explanation text,
        explained_by text,
        closed_on date
    )""",
    "CREATE UNIQUE INDEX finding_open ON finding (asset_id, code) WHERE closed_on IS NULL",
    "CREATE INDEX finding_asset ON finding (asset_id)",
)


def upgrade_0002(op: Operations) -> None:
    """Create the table in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
