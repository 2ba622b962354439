"""Tables of the room: every word that the ledger said of a project or an asset. Rows are added and never changed, so
that any order and any repetition of the events comes to the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    # What a project is; the last word counts. `funds` is its money by source as JSON, yuan as text.
    """
    CREATE TABLE project_word (
        event_id text COLLATE "C" PRIMARY KEY,
        project_id text COLLATE "C" NOT NULL,
        known_at timestamptz NOT NULL,
        code text COLLATE "C" NOT NULL,
        year smallint NOT NULL,
        kind text COLLATE "C" NOT NULL,
        division_code text COLLATE "C" NOT NULL,
        total numeric NOT NULL,
        funds text NOT NULL
    )
    """,
    "CREATE INDEX project_word_of ON project_word (project_id, known_at, event_id)",
    # Of one aspect of an asset (standing: it is there; owned: its ownership is confirmed), from a day on; of the words
    # of one day the last counts.
    """
    CREATE TABLE asset_word (
        event_id text COLLATE "C" PRIMARY KEY,
        asset_id text COLLATE "C" NOT NULL,
        aspect text COLLATE "C" NOT NULL CHECK (aspect IN ('standing', 'owned')),
        holds_on date NOT NULL,
        known_at timestamptz NOT NULL,
        holds boolean NOT NULL,
        division_code text COLLATE "C" NOT NULL,
        code text COLLATE "C"
    )
    """,
    "CREATE INDEX asset_word_of ON asset_word (asset_id, aspect, holds_on, known_at, event_id)",
)


def upgrade_0004(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
