"""The quarantine's one table."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Index, Integer, MetaData, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

quarantine = Table(
    "quarantine",
    metadata,
    Column("part_id", Uuid, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("feed", SmallInteger, nullable=False),
    Column("refused_at", DateTime(timezone=True), nullable=False),
    Column("sealed", Text),
    Column("submission_id", Uuid),
    Column("source_id", Text(collation="C")),
    Column("superseded_from", BigInteger),
    Column("codes", ARRAY(Text), nullable=False, server_default="{}"),
    Column("errors", JSONB, nullable=False, server_default="[]"),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Uuid),
    Column("closed_by_index", Integer),
)
"""`line` is the record's index in its submission. `sealed`: the refused record as it was sent, under the vault key,
associated data = `{part_id}.{line}`; null once its 90 days are over. `errors` as on the receipt, pointers from the
record on; `codes` are theirs. `superseded_from`: a record of this `source_id` taken by whatever door closes the entry
if its version is not below this (null: any version does). `closed_by`, `closed_by_index`: submission and index of the
record that closed it. `submission_id` is null only for what a release before 0003 refused during the upgrade."""

_unclosed, _kept = quarantine.c.closed_at.is_(None), quarantine.c.sealed.is_not(None)
_order = (quarantine.c.feed, quarantine.c.part_id, quarantine.c.line)
Index("quarantine_content", quarantine.c.refused_at, postgresql_where=_kept)
Index("quarantine_of_feed", *_order)
Index("quarantine_open", *_order, postgresql_where=_unclosed & _kept)
Index("quarantine_unclosed", quarantine.c.feed, quarantine.c.source_id, postgresql_where=_unclosed)
Index("quarantine_of_submission", quarantine.c.submission_id, quarantine.c.part_id, quarantine.c.line)
Index("quarantine_closed_by", quarantine.c.closed_by, postgresql_where=quarantine.c.closed_by.is_not(None))
