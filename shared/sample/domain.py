"""What the sample is made of: records with what must become of them, in waves of sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from shared.clock import SHANGHAI

HISTORY_DAYS = 730
"""24 months."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A labelled defect of real files; see `defects.yaml`. `code` is the refusal's or the note's, None for neither."""

    title: str
    feed: str
    share: float
    outcome: str
    code: str | None = None


DEFECTS: Mapping[str, Defect] = {
    label: Defect(**entry)
    for label, entry in yaml.safe_load(files(__package__).joinpath("defects.yaml").read_text("utf-8")).items()
}


@dataclass(slots=True)
class Item:
    """One record to send. `outcome` is what the receipt must say; `wave` 1 is sent before 2, 2 before 3; `label` names
    the defect it carries."""

    record: dict[str, Any]
    outcome: str = "accepted"
    wave: int = 1
    label: str | None = None


@dataclass(slots=True)
class Labels:
    """What must come out: `counts` by feed (`department/kind`) and outcome, `source_ids` by label."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    source_ids: dict[str, list[str]] = field(default_factory=dict)

    def add(self, feed: str, item: Item) -> None:
        """Count one record."""
        counts = self.counts.setdefault(feed, {})
        counts[item.outcome] = counts.get(item.outcome, 0) + 1
        if item.label is not None:
            self.source_ids.setdefault(item.label, []).append(item.record["source_id"])


class Chooser:
    """Says for each record of a feed whether it shall carry a defect, and which; the first records carry one of each,
    so that the smallest sample has them all."""

    def __init__(self, feed: str, random: Random) -> None:
        self._random = random
        self._shares = [(label, defect.share) for label, defect in DEFECTS.items() if defect.feed == feed]
        self._missing = [label for label, _ in self._shares]

    def choose(self, possible: Iterable[str]) -> str | None:
        """A label among `possible`, or None."""
        allowed = set(possible)
        for label in self._missing:
            if label in allowed:
                self._missing.remove(label)
                return label
        draw = self._random.random()
        for label, share in self._shares:
            if draw < share:
                return label if label in allowed else None
            draw -= share
        return None


def at(day: date, random: Random, latest: date) -> str:
    """An office hour of the day (not after `latest`) in Beijing time, as a department writes it."""
    moment = datetime.combine(min(day, latest), time(8), SHANGHAI) + timedelta(seconds=random.randrange(8 * 3600))
    return moment.isoformat()


def later(instant: str, **by: float) -> str:
    """The instant moved by days, hours or seconds."""
    return (datetime.fromisoformat(instant) + timedelta(**by)).isoformat()
