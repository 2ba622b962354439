"""Tables of the room: what was restated after its period had closed, and by what. Rows are never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations

_TABLES = (
    """
    CREATE TABLE restatement (
        value_id uuid PRIMARY KEY,
        closed_value_id uuid,
        previous_value_id uuid UNIQUE,
        number smallint NOT NULL,
        code text COLLATE "C" NOT NULL,
        division_code text COLLATE "C" NOT NULL,
        period text COLLATE "C" NOT NULL,
        closed_at timestamptz NOT NULL,
        published_at timestamptz NOT NULL,
        value numeric,
        numerator numeric,
        denominator numeric,
        status text NOT NULL,
        closed_value numeric,
        closed_numerator numeric,
        closed_denominator numeric,
        closed_status text,
        previous_value numeric,
        previous_numerator numeric,
        previous_denominator numeric,
        previous_status text,
        reason text NOT NULL,
        causes integer NOT NULL CHECK (causes >= 0),
        CHECK (previous_value_id <> value_id),
        CHECK (closed_value_id IS NULL OR previous_value_id IS NOT NULL)
    )
    """,
    "CREATE INDEX restatement_place ON restatement (number, division_code, period)",
    "CREATE INDEX restatement_period ON restatement (period, value_id)",
    """
    CREATE TABLE restatement_cause (
        value_id uuid NOT NULL REFERENCES restatement (value_id),
        ordinal integer NOT NULL,
        kind text NOT NULL CHECK (kind IN ('record', 'observation', 'method')),
        known_at timestamptz,
        household_no text COLLATE "C",
        person_key text COLLATE "C",
        event_id text COLLATE "C",
        department text COLLATE "C",
        record_kind text COLLATE "C",
        source_id text COLLATE "C",
        version bigint,
        submission_id text COLLATE "C",
        observation_id uuid,
        PRIMARY KEY (value_id, ordinal),
        CHECK ((kind = 'record') = (source_id IS NOT NULL)),
        CHECK ((kind = 'observation') = (observation_id IS NOT NULL))
    )
    """,
)


def upgrade_0003(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES:
        op.execute(statement)
