"""What the sample is made of: records with what must become of them, in waves of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from random import Random
from types import MappingProxyType
from typing import Any, Literal

import yaml

from shared.clock import SHANGHAI

HISTORY_DAYS = 730
"""24 months."""
Door = Literal["json", "file"]
"""How records come: as JSON (NDJSON too), or as cells of a CSV or XLSX, which are put right in more ways."""
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Defect:
    """A labelled defect of real files; see `defects.yaml`. `code` is the refusal's or the note's, None for neither;
    `in_files` replaces outcome or code for what comes through the file door."""

    title: str
    feeds: tuple[str, ...]
    share: float
    outcome: str
    code: str | None = None
    in_files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def outcome_by(self, door: Door) -> str:
        """What becomes of the record that carries it."""
        return self.in_files.get("outcome", self.outcome) if door == "file" else self.outcome

    def code_by(self, door: Door) -> str | None:
        """The code of the refusal or note."""
        return self.in_files.get("code", self.code) if door == "file" else self.code


def _load() -> dict[str, Defect]:
    page = yaml.safe_load(files(__package__).joinpath("defects.yaml").read_text("utf-8"))
    return {label: Defect(**{**entry, "feeds": tuple(entry["feeds"])}) for label, entry in page.items()}


DEFECTS: Mapping[str, Defect] = MappingProxyType(_load())


@dataclass(slots=True)
class Item:
    """One record to send. `outcome` is what the receipt must say, unless `label`, the defect it carries, says otherwise
    for the door it comes by; `wave` 1 is sent before 2, 2 before 3. A `fixed` one is not spoiled: other records build
    upon it."""

    record: Record
    outcome: str = "accepted"
    wave: int = 1
    label: str | None = None
    fixed: bool = False

    def outcome_by(self, door: Door) -> str:
        """What the receipt must say when it comes by this door."""
        return DEFECTS[self.label].outcome_by(door) if self.label else self.outcome


@dataclass(slots=True)
class Labels:
    """What must come out: `counts` by feed (`department/kind`) and outcome, `source_ids` by label and feed."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    source_ids: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def add(self, feed: str, item: Item, door: Door) -> None:
        """Count one record."""
        counts, outcome = self.counts.setdefault(feed, {}), item.outcome_by(door)
        counts[outcome] = counts.get(outcome, 0) + 1
        if item.label is not None:
            self.source_ids.setdefault(item.label, {}).setdefault(feed, []).append(item.record["source_id"])


def at(day: date, random: Random, latest: date) -> str:
    """An office hour of the day (not after `latest`) in Beijing time, as a department writes it."""
    moment = datetime.combine(min(day, latest), time(8), SHANGHAI) + timedelta(seconds=random.randrange(8 * 3600))
    return moment.isoformat()


def later(instant: str, **by: float) -> str:
    """The instant moved by days, hours or seconds."""
    return (datetime.fromisoformat(instant) + timedelta(**by)).isoformat()


def money(fen: int) -> str:
    """`1234.50` of 123450 fen."""
    return f"{fen // 100}.{fen % 100:02d}"
