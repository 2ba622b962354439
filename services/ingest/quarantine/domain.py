"""What an entry of the quarantine is, and which taken record closes which entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from shared.errors import FieldError

KEPT = timedelta(days=90)
"""How long refused content is kept; what is known of the entry stays."""
State = Literal["open", "closed", "expired"]
"""`expired`: its content was dropped before a correction came. One that comes later still closes it."""
ID_PATTERN = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(0|[1-9][0-9]{0,8})$"
_ID = re.compile(ID_PATTERN)


class Key(NamedTuple):
    """What an entry is found by: the part that brought it and its index in the submission."""

    part_id: UUID
    line: int

    @property
    def entry_id(self) -> str:
        """The `quarantine_id` that departments see: `{part_id}.{line}`, also what its content is bound to."""
        return f"{self.part_id}.{self.line}"

    @classmethod
    def read(cls, entry_id: str) -> Key | None:
        """The key of a `quarantine_id`, None if it cannot be one."""
        if _ID.fullmatch(entry_id) is None:
            return None
        part_id, _, line = entry_id.partition(".")
        return cls(UUID(part_id), int(line))


class Taken(NamedTuple):
    """One record that was taken (any outcome but rejected), `line` its index in its submission."""

    line: int
    source_id: str
    version: int


class Open(NamedTuple):
    """An entry that nothing has closed yet; the columns as in the table."""

    key: Key
    source_id: str | None
    superseded_from: int | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The record that closed an entry."""

    at: datetime
    submission_id: UUID
    index: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One refused record. `sealed` is None once dropped; `closed` None while nothing has closed it."""

    key: Key
    feed: int
    submission_id: UUID | None
    source_id: str | None
    refused_at: datetime
    errors: Sequence[FieldError]
    sealed: str | None
    closed: Closed | None

    @property
    def content_until(self) -> datetime:
        """From then on the content is gone."""
        return self.refused_at + KEPT

    def state(self, now: datetime) -> State:
        """What the department may do with it: past its time it is expired, whether the worker came by or not."""
        if self.closed is not None:
            return "closed"
        return "open" if self.sealed is not None and now < self.content_until else "expired"


def closings(entries: Iterable[Open], taken: Iterable[Taken], named: Mapping[Key, int]) -> dict[Key, int]:
    """Which entry is closed by the record at which index.

    `named`: entries that a sender says the record at an index corrects. It does, unless both have a `source_id` and
    they differ: in a spreadsheet a copied row brings the hidden id of another along. Any other entry is closed by the
    newest taken record of its `source_id` that is not older than what was refused: an older one that comes late does
    not bring what is missing.
    """
    newest: dict[str, Taken] = {}
    source_of: dict[int, str] = {}
    for record in taken:
        source_of[record.line] = record.source_id
        if record.source_id not in newest or newest[record.source_id].version < record.version:
            newest[record.source_id] = record
    closed: dict[Key, int] = {}
    for entry in entries:
        line = named.get(entry.key)
        if line is not None and line in source_of and entry.source_id in (None, source_of[line]):
            closed[entry.key] = line
        elif _answered(entry, newest.get(entry.source_id or "")):
            closed[entry.key] = newest[entry.source_id or ""].line
    return closed


def _answered(entry: Open, newest: Taken | None) -> bool:
    return newest is not None and (entry.superseded_from is None or newest.version >= entry.superseded_from)


def annotate(lines: Iterable[dict[str, Any]], part_id: UUID, corrected: Mapping[int, Sequence[str]]) -> None:
    """Let the lines of a receipt say which entry a rejected record has become (`quarantine_id`) and which entries a
    taken one has closed (`corrects`); other lines stay as they are. `corrected` as `service.close` gives it."""
    for line in lines:
        index = line["index"]
        if line["outcome"] == "rejected":
            line["quarantine_id"] = Key(part_id, index).entry_id
        elif index in corrected:
            line["corrects"] = corrected[index]
