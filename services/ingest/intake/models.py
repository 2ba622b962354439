"""Tables of what was received; `record_version` is also the outbox (architecture §5).

Text that is compared or sorted with keys made in Python is in collation "C": both sides then agree
on the order in which rows are locked and inserted, which is what keeps two batches out of a deadlock.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
_KEY = Text(collation="C")
_INSTANT = DateTime(timezone=True)

submission = Table(
    "submission",
    metadata,
    Column("submission_id", Uuid, primary_key=True),
    Column("feed", SmallInteger, nullable=False),
    Column("caller", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("received_at", _INSTANT, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("corrected", Integer, nullable=False),
    Column("retracted", Integer, nullable=False),
    Column("stale", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("origin", String(16), nullable=False, server_default="json"),
    Column("delivery", Text),
    Column("body_bytes", BigInteger, nullable=False, server_default="0"),
    Column("claim", LargeBinary),
)
"""One request of a department; the six counts are those of its receipt, their sum is the index of the next record.
`state`: receiving, complete or interrupted. `origin`: json, ndjson, file or resubmission. `delivery`: the period it
is part of, as the sender names it. Of NDJSON: `sha256` is of the first `body_bytes` of the body, those that are stored;
`claim` is the digest of the Idempotency-Key under which the rest may be sent, for 30 days."""

Index("submission_received", submission.c.feed, submission.c.received_at)
Index(
    "submission_delivery", submission.c.feed, submission.c.delivery, postgresql_where=submission.c.delivery.is_not(None)
)
Index("submission_claim", submission.c.claim, unique=True, postgresql_where=submission.c.claim.is_not(None))

part = Table(
    "part",
    metadata,
    Column("part_id", Uuid, primary_key=True),
    Column("submission_id", Uuid, ForeignKey("submission.submission_id"), nullable=False),
    Column("feed", SmallInteger, nullable=False),
    Column("known_at", _INSTANT, nullable=False),
    Column("publishable", Integer, nullable=False),
    Column("position", BigInteger, unique=True),
    Column("published_at", _INSTANT),
    Column("partitions", SmallInteger),
    Column("runs", JSONB),
    Column("first_line", Integer, nullable=False, server_default="0"),
    Column("lines", Integer, nullable=False, server_default="5000"),
    Column("reinstated", Integer, nullable=False, server_default="0"),
)
"""The outbox unit: what one transaction committed: the `lines` records of its submission from index `first_line` on.
`publishable` versions go on the bus; `reinstated` of them were repeats of earlier submissions (`intake.domain`), and
have the lines behind the part's own. `runs` is [[partition, base_offset, count], …] in the order of the part's
published lines; `partitions` the number of partitions the keys were spread over."""

Index("part_of_submission", part.c.submission_id, part.c.first_line)
Index("part_unnumbered", part.c.part_id, postgresql_where=part.c.position.is_(None))
Index("part_unpublished", part.c.position, postgresql_where=part.c.published_at.is_(None))

record_version = Table(
    "record_version",
    metadata,
    Column("part_id", Uuid, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("feed", SmallInteger, nullable=False),
    Column("source_id", _KEY, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("follows", BigInteger),
    Column("known_at", _INSTANT, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("retracted", Boolean, nullable=False),
    Column("publish", Boolean, nullable=False, server_default="true"),
    Column("key", _KEY, nullable=False),
    Column("division_code", _KEY),
    Column("digest", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    UniqueConstraint("feed", "source_id", "version", name="record_version_once"),
    UniqueConstraint("feed", "source_id", "follows", name="record_version_chain"),
)
"""One stored version of a record; `payload` is the body of its event, to the byte. `follows` as in domain. `publish` is
false only in rows that a release before 0002 kept back."""

confirmation = Table(
    "confirmation",
    metadata,
    Column("feed", SmallInteger, primary_key=True),
    Column("source_id", _KEY, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("effective_on", Date),
    Column("part_id", Uuid, nullable=False),
    Column("line", Integer, nullable=False),
)
"""A repeat (`intake.domain`): what the stored version just below it says, the department said again at `version`.
`effective_on` is the repeat's own; (`part_id`, `line`) is where it was received."""

receipt_line = Table(
    "receipt_line",
    metadata,
    Column("part_id", Uuid, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("source_id", Text),
    Column("outcome", SmallInteger, nullable=False),
    Column("version", BigInteger),
    Column("normalised", JSONB, nullable=False),
    Column("errors", JSONB, nullable=False),
)
"""What a receipt says beyond record_version: lines that were not stored, and normalisations of any line."""
