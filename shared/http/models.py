"""The table of this package, which a service that takes `Idempotency-Key` has in its database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

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
_BY_AGE = "idempotency_key_created_at"


def create(op: Any) -> None:
    """Create the table with alembic's `op`: for the first migration of a service that uses it."""
    op.create_table(idempotency_key.name, *(column.copy() for column in idempotency_key.columns))
    op.create_index(_BY_AGE, idempotency_key.name, ["created_at"])
