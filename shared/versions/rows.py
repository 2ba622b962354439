"""One consumed record as the rows it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from shared import clock
from shared.events.codec import Delivery
from shared.events.records import RecordRetractedV1
from shared.feeds import catalogue
from shared.versions.domain import RecordRef, Version
from shared.versions.extract import covered, typed
from shared.versions.kinds import COVERING, HOUSEHOLD, Typed

_uuid = lru_cache(maxsize=4096)(UUID)  # a batch names the same few parts and submissions again and again


class Row(NamedTuple):
    """A version without its rectangles, in the order of `repository.BASE`."""

    kind: int
    source_id: str
    version: int
    known_at: datetime
    effective_on: date | None
    retracted: bool
    subject_key: str | None
    household_no: str | None
    division_code: str | None
    happened_on: date | None
    starts_on: date | None
    ends_on: date | None
    extra_on: date | None
    amount_fen: int | None
    amount2_fen: int | None
    amount3_fen: int | None
    amount4_fen: int | None
    grade: int | None
    status: int | None
    reason: int | None
    flag: bool | None
    year: int | None
    counted: int | None
    part_id: UUID
    line: int
    submission_id: UUID
    partition: int
    offset: int

    def as_version(self) -> Version:
        """The row as the pure rules see it."""
        return Version(self.version, self.known_at, None if self.retracted else self.effective_on)

    def ref(self) -> RecordRef:
        """The row as evidence names it."""
        return RecordRef(
            self.kind,
            self.source_id,
            self.version,
            str(self.part_id),
            self.line,
            str(self.submission_id),
            self.partition,
            self.offset,
        )


def row_of(delivery: Delivery) -> Row:
    """The version row of one event."""
    meta = delivery.event.meta
    retracted = isinstance(delivery.event, RecordRetractedV1)
    feed = catalogue.get(meta.department, meta.kind)
    columns = Typed() if retracted else typed(feed.number, delivery.event.data)
    effective_on = meta.effective_on or clock.business_date(meta.source_updated_at)
    part_id, _, line = delivery.event_id.rpartition(".")
    return Row(
        feed.number,
        meta.source_id,
        meta.version,
        meta.known_at,
        None if retracted else effective_on,
        retracted,
        meta.subject_key,
        meta.household_no,
        meta.division_code,
        *columns,
        _uuid(part_id),
        int(line),
        _uuid(meta.submission_id),
        delivery.partition,
        delivery.offset,
    )


_NOBODY = frozenset({None})


class Incoming(NamedTuple):
    """One delivery as the rows it becomes: `members` in the order of `repository.MEMBER`, `covered` in that
    of `repository.COVERED`. `persons` are those whom the version is about: its subject, also before a
    correction, members, covered persons."""

    delivery: Delivery
    row: Row
    persons: set[str]
    members: Sequence[tuple[Any, ...]] = ()
    covered: Sequence[tuple[int, str, int, str]] = ()

    @property
    def record(self) -> tuple[int, str]:
        """Which record this is a version of."""
        return self.row.kind, self.row.source_id


def incoming(delivery: Delivery) -> Incoming:
    """The rows of one event."""
    row = row_of(delivery)
    persons = {row.subject_key, delivery.event.meta.previous_subject_key} - _NOBODY
    if row.retracted or (row.kind != HOUSEHOLD and row.kind not in COVERING):
        return Incoming(delivery, row, persons)
    covering = [(row.kind, row.source_id, row.version, key) for key in covered(row.kind, delivery.event.data)]
    members = member_rows(delivery) if row.kind == HOUSEHOLD else []
    persons |= {member[2] for member in members} | {key for *_, key in covering}
    return Incoming(delivery, row, persons, members, covering)


def state_row(delivery: Delivery) -> tuple[Any, ...]:
    """The household attributes of a household version, in the order of `repository.STATE`."""
    meta, data = delivery.event.meta, delivery.event.data
    return (
        meta.source_id,
        meta.version,
        data["base_status"],
        data.get("lifted_year"),
        data.get("policy_entitled"),
        data["resettlement"],
        data.get("resettled_site"),
        data.get("no_labour_household"),
    )


def member_rows(delivery: Delivery) -> list[tuple[Any, ...]]:
    """The members a household version names, in the order of `repository.MEMBER`."""
    meta = delivery.event.meta
    return [
        (
            meta.source_id,
            meta.version,
            m["person_key"],
            meta.household_no,
            m["relation"],
            m["labour"],
            bool(m.get("insurance_exempt")),
            date.fromisoformat(m["birth_on"]) if m.get("birth_on") else None,
            m.get("sealed"),
        )
        for m in delivery.event.data["members"]
    ]
