"""Tables of the bus, the same in every service; `create(op)` belongs in a service's first migration.

The outbox is four narrow things and a view over them, because its rows are written once and never
changed: updating each for its position and again for its mark cost five times the rate (measured).
Messages get their place in `outbox_position`; what is published is everything up to the greatest
`until_position`, since the leader publishes in that order. Read the view `outbox`; write by `add`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.schema import CreateIndex, CreateTable

metadata = MetaData()

outbox_message = Table(
    "outbox_message",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("headers", Text, nullable=False, comment="JSON [[name, value as latin-1], …] without ce_id"),
    Column("timestamp_ms", BigInteger, nullable=False),
)
Index("outbox_event", outbox_message.c.event_id, outbox_message.c.type, unique=True)

outbox_new = Table("outbox_new", metadata, Column("id", BigInteger, primary_key=True, autoincrement=False))
"""Messages without a position yet."""

outbox_position = Table(
    "outbox_position",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("id", BigInteger, nullable=False, unique=True),
)

outbox_published = Table(
    "outbox_published",
    metadata,
    Column("until_position", BigInteger, primary_key=True, autoincrement=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
)
"""One row a batch that the broker acknowledged."""

OUTBOX_VIEW = """
CREATE VIEW outbox AS
SELECT m.id, m.event_id, m.type, m.topic, m.key, m.value, m.headers,
       to_timestamp(m.timestamp_ms / 1000.0) AS occurred_at, p.position,
       (SELECT b.published_at FROM outbox_published b
        WHERE b.until_position >= p.position ORDER BY b.until_position LIMIT 1) AS published_at
FROM outbox_message m LEFT JOIN outbox_position p ON p.id = m.id"""

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
    for table in metadata.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(CreateIndex(index))
    op.execute(OUTBOX_VIEW)
