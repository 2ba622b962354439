"""The quarantine's one table."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, MetaData, SmallInteger, Table, Text, Uuid

metadata = MetaData()

quarantine = Table(
    "quarantine",
    metadata,
    Column("part_id", Uuid, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("feed", SmallInteger, nullable=False),
    Column("refused_at", DateTime(timezone=True), nullable=False, index=True),
    Column("sealed", Text, nullable=False),
)
"""The refused record as it was sent, under the vault key, associated data = `{part_id}.{line}`. Why it was
refused is on its receipt line."""
