"""Tables of the room. A value's row is never changed but in `as_of`, `known_at`, `sources` and `used` (it was
confirmed) and in `current` and `replaced_at` (a later one took its place): what was published stays readable.
`beside` and `sources` hold JSON as text: only this room reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLES = """
CREATE TABLE indicator_value (
    value_id uuid PRIMARY KEY,
    number smallint NOT NULL,
    code text COLLATE "C" NOT NULL,
    division_code text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    as_of date NOT NULL,
    known_at timestamptz NOT NULL,
    value numeric,
    numerator numeric,
    denominator numeric,
    unit text NOT NULL,
    status text NOT NULL,
    reason text,
    basis text,
    beside text NOT NULL,
    sources text NOT NULL,
    formula_version integer NOT NULL,
    replaces uuid,
    published_at timestamptz NOT NULL,
    current boolean NOT NULL
);
CREATE UNIQUE INDEX indicator_value_current ON indicator_value (number, division_code, period) WHERE current;
CREATE INDEX indicator_value_period ON indicator_value (period, division_code, number) WHERE current;

CREATE TABLE dirty_mark (
    mark_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number smallint NOT NULL,
    since date NOT NULL,
    until date,
    known_at timestamptz NOT NULL
);

CREATE TABLE pass_day (
    day date NOT NULL,
    definitions text NOT NULL,
    PRIMARY KEY (day, definitions)
)
"""


def create(op: Operations) -> None:
    """Create the tables in the service's migration."""
    for statement in _TABLES.split(";"):
        op.execute(statement)


# `replaced_at` of what was replaced before there was the column: when its successor was published.
_UPGRADE_0003: tuple[str, ...] = (
    """ALTER TABLE indicator_value
           ADD COLUMN replaced_at timestamptz,
           ADD COLUMN restates uuid,
           ADD COLUMN used uuid[] NOT NULL DEFAULT '{}'""",
    """UPDATE indicator_value v SET replaced_at = later.published_at
       FROM indicator_value later WHERE later.replaces = v.value_id AND NOT v.current""",
    "CREATE INDEX indicator_value_history ON indicator_value (number, division_code, period, published_at)",
    "CREATE INDEX indicator_value_used ON indicator_value USING gin (used)",
    "ALTER TABLE dirty_mark ADD COLUMN division_code text COLLATE \"C\" NOT NULL DEFAULT '150600000000'",
    """CREATE TABLE kept_count (
           name text COLLATE "C" NOT NULL,
           day date NOT NULL,
           division_code text COLLATE "C" NOT NULL,
           numbers integer[] NOT NULL,
           PRIMARY KEY (name, day, division_code))""",
)


def upgrade_0003(op: Operations) -> None:
    """Change the tables for all sixteen indicators."""
    for statement in _UPGRADE_0003:
        op.execute(statement)
