"""Tables of the room: subscriptions, and their queues, which are their logs too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLES = """
CREATE TABLE webhook (
    webhook_id uuid PRIMARY KEY,
    owner text COLLATE "C" NOT NULL,
    url text NOT NULL,
    description text,
    division text COLLATE "C",
    scope_prefix text COLLATE "C" NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    rules text[],
    severities text[],
    enabled boolean NOT NULL,
    disabled_reason text
        CHECK (disabled_reason IN ('owner', 'retries_exhausted', 'gone', 'cursor_expired')),
    disabled_at timestamptz,
    not_before timestamptz,
    cursor bigint NOT NULL,
    secret text NOT NULL,
    former_secret text,
    former_until timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX webhook_owner ON webhook (owner, webhook_id);

CREATE TABLE webhook_message (
    message_id uuid PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhook (webhook_id) ON DELETE CASCADE,
    position bigint,
    event_id text COLLATE "C" NOT NULL,
    type text NOT NULL,
    household_no text COLLATE "C",
    payload bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    tries smallint NOT NULL,
    due_at timestamptz NOT NULL,
    claim uuid,
    claimed_until timestamptz,
    attempts jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    UNIQUE (webhook_id, position)
);
CREATE INDEX webhook_message_due ON webhook_message (webhook_id, due_at) WHERE state = 'pending';
CREATE INDEX webhook_message_order ON webhook_message (webhook_id, household_no, position) WHERE state = 'pending';
CREATE INDEX webhook_message_log ON webhook_message (webhook_id, message_id);
CREATE INDEX webhook_message_event ON webhook_message (webhook_id, event_id);
CREATE INDEX webhook_message_old ON webhook_message (settled_at) WHERE state <> 'pending'
"""


def upgrade_0003(op: Operations) -> None:
    """Create the tables, for the service's third migration."""
    for statement in _TABLES.split(";"):
        op.execute(statement)
