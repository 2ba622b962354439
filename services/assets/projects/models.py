"""Tables of the ledger; the first migration creates them."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

project = sa.Table(
    "project",
    metadata,
    sa.Column("project_id", sa.Uuid, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("division_code", sa.Text, nullable=False),
    sa.Column("owner_department", sa.Text, nullable=False),
    sa.Column("total_fen", sa.BigInteger, nullable=False),
    sa.Column("accepted_on", sa.Date),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("registered_by", sa.Text, nullable=False),
)

project_fund = sa.Table(
    "project_fund",
    metadata,
    sa.Column("project_id", sa.ForeignKey("project.project_id"), primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
)
