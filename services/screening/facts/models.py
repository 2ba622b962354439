"""The stored row of facts of each household: what the live path evaluates rules over."""

from __future__ import annotations

from alembic.operations import Operations

_TABLE = """
CREATE TABLE household_facts (
    household_no text COLLATE "C" PRIMARY KEY,
    division_code text COLLATE "C" NOT NULL,
    as_of date NOT NULL,
    members integer,
    lifted boolean,
    policy_entitled boolean,
    monitored boolean,
    low_income boolean,
    self_paid_in_catalogue_12m_sum bigint,
    uninsured_members integer,
    dwelling_grade smallint,
    dwelling_unsafe boolean,
    renovation_recorded boolean
)
"""


def create(op: Operations) -> None:
    """Create the table in the service's migration."""
    op.execute(_TABLE)
