"""Tables of uploads."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
_INSTANT = DateTime(timezone=True)

upload = Table(
    "upload",
    metadata,
    Column("upload_id", Uuid, primary_key=True),
    Column("department", Text(collation="C"), nullable=False),
    Column("feed", SmallInteger, nullable=False),
    Column("caller", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("strict", Boolean, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("delivery", Text),
    Column("state", String(16), nullable=False),
    Column("received_at", _INSTANT, nullable=False),
    Column("rows", Integer),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("submission_id", Uuid),
    Column("ended_at", _INSTANT),
    Column("counts", JSONB(none_as_null=True)),
    Column("problem", JSONB(none_as_null=True)),
    Column("workbook", Boolean, nullable=False, server_default="false"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("leased_by", Uuid),
    Column("leased_until", _INSTANT),
)
"""Columns as `domain.Upload`, which worker reads it until when, and how often one began since a part was stored."""
Index("upload_unread", upload.c.upload_id, postgresql_where=upload.c.ended_at.is_(None))
Index("upload_ended", upload.c.department, upload.c.ended_at)

upload_chunk = Table(
    "upload_chunk",
    metadata,
    Column("upload_id", Uuid, ForeignKey("upload.upload_id"), primary_key=True),
    Column("piece", String(8), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kept_since", _INSTANT, nullable=False),
    Column("sealed", Text, nullable=False),
)
"""Content under the vault key, a MiB a chunk; associated data as `domain.associated`."""
Index("upload_chunk_kept", upload_chunk.c.kept_since)
