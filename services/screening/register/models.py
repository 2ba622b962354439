"""Tables of the register that are not of `shared.versions`: what the ledger of project assets tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLES = """
CREATE TABLE asset_income_stop (
    event_id text COLLATE "C" NOT NULL,
    asset_id text COLLATE "C" NOT NULL,
    household_no text COLLATE "C" NOT NULL,
    stopped_on date NOT NULL,
    known_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, household_no)
);
CREATE INDEX asset_income_stop_household ON asset_income_stop (household_no)
"""


def upgrade_0002(op: Operations) -> None:
    """Create the tables in the service's second migration."""
    for statement in _TABLES.split(";"):
        op.execute(statement)
