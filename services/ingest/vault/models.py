"""The vault's one table."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text

metadata = MetaData()

person = Table(
    "person",
    metadata,
    Column("person_key", Text(collation="C"), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("as_of", BigInteger, nullable=False),
)
"""`sealed`: ID number and name under the vault key, associated data = the person key. `digest`: keyed, tells
whether the name changed. `as_of`: version of the record that named the person so; the newest naming stays."""
