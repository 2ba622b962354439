"""A life as steps that a person reads: one a line, payments of one plan on one day together, what was reversed with
the reversal beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from services.assets.entries.domain import REVERSED, Entry
from services.assets.income.kinds import PAID
from services.assets.overview.telling import money, told


@dataclass(frozen=True, slots=True)
class Step:
    """What happened on a day: its sentence, the entries behind it in their order, and the entry that took it back."""

    holds_on: date
    told: str
    entries: Sequence[Entry]
    reversal: Entry | None

    @property
    def document(self) -> str:
        """The paper that it rests on."""
        return self.entries[0].document

    @property
    def parts(self) -> list[str]:
        """The sentences of its entries where there are several."""
        return [told(entry) for entry in self.entries] if len(self.entries) > 1 else []


def steps(history: Iterable[Entry], periods: Mapping[str, str]) -> list[Step]:
    """All entries of an asset in their order as steps; `periods` are the periods of its plans by their ids."""
    entries = list(history)
    back = {entry.takes_back: entry for entry in entries if entry.takes_back is not None}
    own = [entry for entry in entries if entry.kind != REVERSED]
    return [_step(list(group), back, periods) for _, group in groupby(own, lambda entry: _together(entry, back))]


def _together(entry: Entry, back: Mapping[UUID, Entry]) -> tuple[Any, ...]:
    """Neighbours for which this is the same are one step."""
    if entry.kind == PAID and entry.entry_id not in back:
        return entry.holds_on, entry.body["plan_id"], entry.document
    return (entry.entry_id,)


def _step(entries: Sequence[Entry], back: Mapping[UUID, Entry], periods: Mapping[str, str]) -> Step:
    first = entries[0]
    return Step(first.holds_on, _told(entries, periods), entries, back.get(first.entry_id))


def _told(entries: Sequence[Entry], periods: Mapping[str, str]) -> str:
    first = entries[0]
    if first.kind != PAID or len(entries) == 1:
        return told(first)
    amount = money(sum(entry.body["amount_fen"] for entry in entries))
    return f"支付：{periods.get(first.body['plan_id'], '')} 方案的 {len(entries)} 行，共 {amount} 元"
