"""What a feed is, and what becomes of one record of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shared.codes.school_calendar import CALENDAR
from shared.errors import FieldError
from shared.feeds.draft import Draft
from shared.feeds.envelope import Record, Retract

Shape = Literal["event", "state"]
Subject = Literal["person", "head", "household"]


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One provision that allows this feed for this purpose, and from its first to its last day (`valid_to` None: until
    changed). `common` ones allow the exchange as such, the others this kind; with `fields` it is what those fields
    need beside the kind's own."""

    document: str
    article: str
    valid_from: date
    valid_to: date | None = None
    fields: frozenset[str] = frozenset()
    common: bool = False

    def in_force(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """One department's one kind of record. `number` is the row in the design's table; `own_date` reads the kind's own
    date from checked values, None where the day of the last change is meant; `own_date_text` says so in Chinese;
    `check` is the cross-field check; `examples` are complete upserts; `feedback_owner` names the department that
    answers for the fact where it is not the one that sends it (水利, 人社); with `due_in_term` only days in school term
    make it older."""

    number: int
    department: str
    kind: str
    title: str
    description: str
    model: type[Record]
    retract_model: type[Retract]
    shape: Shape
    subject: Subject
    own_date: Callable[[Mapping[str, Any]], str | None]
    own_date_text: str
    cadence: str
    overdue_days: int
    check: Callable[[Draft], None]
    legal_basis: tuple[LegalBasis, ...]
    examples: tuple[Mapping[str, Any], ...]
    feedback_owner: str | None = None
    due_in_term: bool = False

    @property
    def name(self) -> str:
        """`department/kind`."""
        return f"{self.department}/{self.kind}"

    @property
    def topic(self) -> str:
        """The Kafka topic of the department's records."""
        return f"feeds.{self.department}.v1"

    def age_days(self, last: date, today: date) -> int:
        """How old what came on `last` is on `today`, in the days that `overdue_days` counts: overdue if greater."""
        return CALENDAR.term_days(last, today) if self.due_in_term else (today - last).days


@dataclass(slots=True)
class Prepared:
    """One record that may be stored and published: checked, normalised, free of names and numbers of persons but for
    `identities`, which go to the vault only. `version` is microseconds since 1970 of `source_updated_at`."""

    index: int
    source_id: str
    version: int
    source_updated_at: str
    op: str
    effective_on: date | None
    subject_key: str | None
    household_no: str | None
    division_code: str | None
    key: str
    data_json: bytes
    digest: bytes
    identities: list[tuple[str, str, str]]
    notes: list[FieldError]


@dataclass(slots=True)
class Refused:
    """One record that is not taken, and why. `raw` is the offending JSON value for the quarantine: sealed, never
    logged; it is always serialisable (lone surrogates are replaced)."""

    index: int
    source_id: str | None
    errors: list[FieldError]
    raw: Any
