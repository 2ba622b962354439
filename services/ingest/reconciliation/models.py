"""Tables of the agenda and of manifests."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

metadata = MetaData()
_CODE = Text(collation="C")
_INSTANT = DateTime(timezone=True)

agenda = Table(
    "agenda",
    metadata,
    Column("feed", SmallInteger, primary_key=True),
    Column("scope", String(8), primary_key=True),
    Column("name", _CODE, primary_key=True),
    Column("due_at", _INSTANT, nullable=False),
)
"""What is to be reconciled, and from when on. `scope` is day or period, `name` which."""
Index("agenda_due", agenda.c.due_at)

daily_run = Table(
    "daily_run",
    metadata,
    Column("one", SmallInteger, primary_key=True, autoincrement=False),
    Column("reconciled_through", Date, nullable=False),
    Column("looked_back_to", Date),
)
"""One row: the last day that was put on the agenda, and how far back the look at old days has come."""

manifest = Table(
    "manifest",
    metadata,
    Column("manifest_id", Uuid, primary_key=True),
    Column("feed", SmallInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("scope", String(8), nullable=False),
    Column("name", _CODE, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("made_at", _INSTANT, nullable=False),
    Column("balanced", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("feed", "number", name="manifest_numbered"),
    UniqueConstraint("feed", "scope", "name", "revision", name="manifest_revised"),
)
"""`body` is the file that `sha256` is over; `content` a digest of what it says of its scope alone, which tells whether
another revision has anything to say."""
