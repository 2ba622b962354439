"""Tables of the tally."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, MetaData, SmallInteger, Table, Text

metadata = MetaData()
_CODE = Text(collation="C")

tally_cursor = Table(
    "tally_cursor",
    metadata,
    Column("one", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)
"""One row: every part up to `position` is counted. Whoever changes what is counted holds its lock, so that all of
reconciliation happens one after the other."""

tally = Table(
    "tally",
    metadata,
    Column("feed", SmallInteger, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("division_code", _CODE, primary_key=True),
    Column("accepted", BigInteger, nullable=False),
    Column("corrected", BigInteger, nullable=False),
    Column("retracted", BigInteger, nullable=False),
    Column("stale", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("published", BigInteger, nullable=False),
)
"""Records by outcome of the submissions received on a Shanghai day, and versions published for them. `division_code`
is a banner; the city's own code for what names none (`domain.UNPLACED`)."""

published_total = Table(
    "published_total",
    metadata,
    Column("feed", SmallInteger, primary_key=True),
    Column("division_code", _CODE, primary_key=True),
    Column("published", BigInteger, nullable=False),
)
"""Versions published since the beginning."""
