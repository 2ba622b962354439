"""Tables of now, made again with every entry, and what was told: `income_stop` is only ever added to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """CREATE TABLE due (
        asset_id uuid NOT NULL,
        due_id text COLLATE "C" NOT NULL,
        period text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL,
        amount_fen bigint NOT NULL,
        received_fen bigint NOT NULL,
        due_on date NOT NULL,
        PRIMARY KEY (asset_id, due_id)
    )""",
    "CREATE INDEX due_open ON due (due_on) WHERE received_fen < amount_fen",
    """CREATE TABLE plan (
        plan_id uuid PRIMARY KEY,
        asset_id uuid NOT NULL,
        period text COLLATE "C" NOT NULL,
        amount_fen bigint NOT NULL,
        paid_fen bigint NOT NULL,
        state text COLLATE "C" NOT NULL,
        drafted_on date NOT NULL,
        last_paid_on date
    )""",
    "CREATE INDEX plan_asset ON plan (asset_id, plan_id)",
    """CREATE TABLE plan_line (
        plan_id uuid NOT NULL REFERENCES plan ON DELETE CASCADE,
        line_id text COLLATE "C" NOT NULL,
        purpose text COLLATE "C" NOT NULL,
        amount_fen bigint NOT NULL,
        paid_fen bigint NOT NULL,
        household_no text COLLATE "C",
        basis text COLLATE "C",
        reference text,
        standing text COLLATE "C",
        in_kind boolean NOT NULL,
        PRIMARY KEY (plan_id, line_id)
    )""",
    "CREATE INDEX plan_line_household ON plan_line (household_no) WHERE household_no IS NOT NULL",
    """CREATE TABLE income_stop (
        asset_id uuid NOT NULL,
        reason text COLLATE "C" NOT NULL,
        due_id text COLLATE "C" NOT NULL,
        stopped_on date NOT NULL,
        told_at timestamptz NOT NULL,
        PRIMARY KEY (asset_id, reason, due_id)
    )""",
)


def upgrade_0002(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
