"""Tables of the bus, the same in every service; `create(op)` belongs in a service's first migration."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.schema import CreateIndex, CreateTable

metadata = MetaData()

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("headers", Text, nullable=False, comment="JSON [[name, value as latin-1], …]: any bytes survive"),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("position", BigInteger, comment="order of publication and of the change feed, given by the leader"),
    Column("published_at", DateTime(timezone=True)),
    Column("partition", Integer),
    Column("offset", BigInteger),
)
Index("outbox_event", outbox.c.event_id, outbox.c.type, unique=True)
Index("outbox_position", outbox.c.position, unique=True)
Index("outbox_unnumbered", outbox.c.id, postgresql_where=outbox.c.position.is_(None))
Index("outbox_unpublished", outbox.c.position, postgresql_where=outbox.c.published_at.is_(None))

broker_log = Table(
    "broker_log",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("last_base_offset", BigInteger, nullable=False),
    Column("event_id", Text, nullable=False, comment="ce_id of the message at that offset"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)
Index("inbox_seen", inbox.c.seen_at, postgresql_using="brin")


def create(op: Any) -> None:
    """Create outbox, broker_log and inbox with alembic's `op`."""
    for table in (outbox, broker_log, inbox):
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(CreateIndex(index))
