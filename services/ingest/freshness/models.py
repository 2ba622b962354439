"""The one table of freshness."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, MetaData, SmallInteger, String, Table, Text

metadata = MetaData()
_INSTANT = DateTime(timezone=True)

freshness = Table(
    "freshness",
    metadata,
    Column("feed", SmallInteger, primary_key=True),
    Column("division_code", Text(collation="C"), primary_key=True),
    Column("last_at", _INSTANT, nullable=False),
    Column("last_by", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", _INSTANT, nullable=False),
)
"""`state` as it was last told on the bus; `since` is when it began. No row: never delivered. `division_code` is a
banner, or the city, where anything of the feed counts."""
