"""An entry, the order in which entries hold, and what it means that a ledger is lawful on every day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

REVERSED = "reversed"
"""The kind of an entry that takes another one back (`takes_back`); both stay readable."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that holds from `holds_on` on. `body` is what its kind says, money in fen, days as text.

    Entries are numbered by time (UUID 7): of two that hold from one day the one recorded later comes second.
    """

    entry_id: UUID
    asset_id: UUID
    kind: str
    holds_on: date
    body: Mapping[str, Any]
    document: str
    recorded_at: datetime
    recorded_by: str
    takes_back: UUID | None = None

    @property
    def place(self) -> tuple[date, UUID]:
        """Where it stands in the life of the asset."""
        return self.holds_on, self.entry_id


class Fault(NamedTuple):
    """A rule that an entry breaks: `basis` is the article or paragraph, `pointer` the place in its body."""

    entry_id: UUID
    code: str
    message: str
    basis: str
    pointer: str = ""


class Note(NamedTuple):
    """Something that is lawful and that a clerk should look at once more; `household_nos` are those it speaks of."""

    code: str
    message: str
    household_nos: tuple[str, ...]


Law = Callable[[Sequence[Entry]], Sequence[Fault]]
"""Everything wrong with an asset's standing entries, given in their order; pure."""


def standing(entries: Iterable[Entry], known_at: datetime | None = None) -> list[Entry]:
    """The entries in force as known at an instant (None: now), in the order in which they hold."""
    known = [entry for entry in entries if known_at is None or entry.recorded_at <= known_at]
    back = {entry.takes_back for entry in known if entry.takes_back is not None}
    kept = [entry for entry in known if entry.takes_back is None and entry.entry_id not in back]
    return sorted(kept, key=lambda entry: entry.place)


def until(entries: Iterable[Entry], day: date) -> list[Entry]:
    """Those of `standing` that hold on `day`."""
    return [entry for entry in entries if entry.holds_on <= day]
