"""The one table of incidents."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Index, MetaData, SmallInteger, String, Table, Text, Uuid

metadata = MetaData()
_CODE = Text(collation="C")
_INSTANT = DateTime(timezone=True)

incident = Table(
    "incident",
    metadata,
    Column("incident_id", Uuid, primary_key=True),
    Column("feed", SmallInteger, nullable=False),
    Column("scope", String(8), nullable=False),
    Column("name", _CODE, nullable=False),
    Column("equation", String(16), nullable=False),
    Column("expected", BigInteger, nullable=False),
    Column("found", BigInteger, nullable=False),
    Column("submissions", ARRAY(Uuid), nullable=False),
    Column("opened_at", _INSTANT, nullable=False),
    Column("seen_at", _INSTANT, nullable=False),
    Column("resolved_at", _INSTANT),
)
"""An equation that failed. `submissions` are some of those where it does."""
Index(
    "incident_open",
    incident.c.feed,
    incident.c.scope,
    incident.c.name,
    incident.c.equation,
    unique=True,
    postgresql_where=incident.c.resolved_at.is_(None),
)
