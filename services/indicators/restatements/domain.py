"""A value that a closed period was restated with: how far it is from the closed one, and what caused it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

CauseKind = Literal["record", "observation", "method"]


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one value; None where there is none (it was not computable). `value_id` names it."""

    value_id: UUID
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    status: str


@dataclass(frozen=True, slots=True)
class Delta:
    """Later minus earlier; None when one of the two has no number: a difference to nothing is not a number."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True, slots=True)
class Cause:
    """What made the difference: a record's version (with the unit it concerns), an observation, or the method
    (the definition changed: neither)."""

    kind: CauseKind
    known_at: datetime | None
    household_no: str | None = None
    person_key: str | None = None
    event_id: str | None = None
    department: str | None = None
    record_kind: str | None = None
    source_id: str | None = None
    version: int | None = None
    submission_id: str | None = None
    observation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Restated:
    """A restatement of the place (number, division_code, period), closed at `closed_at`.

    `now` is the value published with it. `closed` was current when the period was closed (None: there was
    none), `previous` was current until now: the closed one the first time, else the restatement before.
    `reason` is one Chinese sentence. Every cause is kept.
    """

    number: int
    code: str
    division_code: str
    period: str
    closed_at: datetime
    published_at: datetime
    now: Figures
    closed: Figures | None
    previous: Figures | None
    reason: str
    causes: Sequence[Cause]

    @property
    def since_closing(self) -> Delta:
        """Now minus the closed value."""
        return delta(self.now, self.closed)

    @property
    def since_previous(self) -> Delta:
        """Now minus the value that stood until now."""
        return delta(self.now, self.previous)


def delta(now: Figures, before: Figures | None) -> Delta:
    """The differences of two values' numbers."""
    if before is None:
        return Delta(None, None, None)
    return Delta(
        _minus(now.value, before.value),
        _minus(now.numerator, before.numerator),
        _minus(now.denominator, before.denominator),
    )


def _minus(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


@dataclass(frozen=True, slots=True)
class Listed:
    """A restatement as it is read: its first causes, and how many there are."""

    restated: Restated
    causes_count: int
