"""What a clerk is told of entries that break a rule: where in the body that was sent, or which later entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.assets.entries.domain import Entry, Fault
from services.assets.entries.errors import EntryRefusedError, LaterEntryConflictError
from services.assets.terms.schemas import word
from shared.errors import FieldError

_NAMED = 3
"""Later entries named in the sentence; `errors` and `entries` name them all."""


def refused(faults: Sequence[Fault], places: Mapping[UUID, Mapping[str, str]]) -> EntryRefusedError:
    """New entries are wrong themselves. `places` are those of the new entries by their ids: where in the body that was
    sent a place of the entry is, if elsewhere. What is wrong with each of several in the same words is said once."""
    told = {
        (at, fault.code, fault.message): error(fault, at)
        for fault in faults
        for at in [places[fault.entry_id].get(fault.pointer, fault.pointer)]
    }
    return EntryRefusedError(_first(faults[0], len(told)), errors=list(told.values()))


def conflicting(faults: Sequence[Fault], later: Mapping[UUID, Entry]) -> LaterEntryConflictError:
    """The new entries would make entries of later days wrong: which, each with its day, and why."""
    found = sorted(faults, key=lambda fault: later[fault.entry_id].place)
    entries = {fault.entry_id: later[fault.entry_id] for fault in found}
    whys = {fault.entry_id: fault.message for fault in reversed(found)}
    named = [f"{_named(entry)}：{whys[entry_id]}" for entry_id, entry in list(entries.items())[:_NAMED]]
    more = "等" if len(entries) > _NAMED else ""
    return LaterEntryConflictError(
        f"补记或冲销以后，其后的 {len(entries)} 条分录不再成立：{'；'.join(named)}{more}。",
        errors=[error(fault, "", f"{_named(entries[fault.entry_id])}（分录 {fault.entry_id}）：") for fault in found],
        extra={"entry_id": str(next(iter(entries))), "entries": [_listed(entry) for entry in entries.values()]},
    )


def error(fault: Fault, pointer: str, before: str = "") -> FieldError:
    """A fault as it is told."""
    return FieldError(pointer=pointer, code=fault.code, message=f"{before}{_told(fault)}", value_masked=None)


def _listed(entry: Entry) -> dict[str, str]:
    return {"entry_id": str(entry.entry_id), "kind": entry.kind, "holds_on": entry.holds_on.isoformat()}


def _named(entry: Entry) -> str:
    return f"{entry.holds_on.isoformat()} 的“{word('entry_kind', entry.kind)}”"


def _first(fault: Fault, faults: int) -> str:
    return f"{_told(fault)}（共 {faults} 处）" if faults > 1 else _told(fault)


def _told(fault: Fault) -> str:
    return f"{fault.message}（依据：{fault.basis}）"
