"""The table of this package, which a service that takes `Idempotency-Key` has in its database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import CreateIndex, CreateTable

metadata = sa.MetaData()

idempotency_key = sa.Table(
    "idempotency_key",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True, comment="SHA-256 of caller, operation and key"),
    sa.Column("fingerprint", sa.LargeBinary, nullable=False, comment="of the payload that was answered"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("headers", JSONB, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False, comment="the answer, sealed where it could name a person"),
)
_by_age = sa.Index("idempotency_key_age", idempotency_key.c.created_at, postgresql_using="brin")


def create(op: Any) -> None:
    """Create the table with alembic's `op`: for the first migration of a service that uses it."""
    op.execute(CreateTable(idempotency_key))
    op.execute(CreateIndex(_by_age))
