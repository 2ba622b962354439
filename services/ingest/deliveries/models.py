"""Tables of closed periods."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, MetaData, SmallInteger, Table, Text

metadata = MetaData()
_CODE = Text(collation="C")
_INSTANT = DateTime(timezone=True)

delivery = Table(
    "delivery",
    metadata,
    Column("feed", SmallInteger, primary_key=True),
    Column("period", _CODE, primary_key=True),
    Column("division_code", _CODE, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("records_sent", BigInteger, nullable=False),
    Column("first_closed_at", _INSTANT, nullable=False),
    Column("closed_at", _INSTANT, nullable=False),
)
"""What holds: the last closing of a period for a division."""
Index("delivery_first_closed", delivery.c.feed, delivery.c.first_closed_at)

closing = Table(
    "closing",
    metadata,
    Column("feed", SmallInteger, primary_key=True),
    Column("period", _CODE, primary_key=True),
    Column("division_code", _CODE, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("records_sent", BigInteger, nullable=False),
    Column("closed_at", _INSTANT, nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("effective", Boolean, nullable=False),
)
"""Every closing and correction. `effective`: all that came before it is published, so freshness may rely on it."""
Index("closing_pending", closing.c.feed, postgresql_where=~closing.c.effective)
