"""What of a record is visible at (D, T): the meaning, and the rectangles that store it.

Among a record's versions known by T, if the newest by version is a retract, none is visible. Of an
event kind the newest is, if effective by D; of a state kind the newest among those effective by D
(screening §1). `pieces` is a pure function of the set of versions, so the order in which they
arrive cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

Shape = Literal["event", "state"]

FAR_DAY = date(9999, 12, 31)
FAR_INSTANT = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its number (µs of source_updated_at), when known, from which day; None = retract."""

    number: int
    known_at: datetime
    effective_on: date | None


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """One rectangle of a version; `visible_from == visible_to` keeps a version never visible."""

    number: int
    visible_from: datetime
    visible_to: datetime
    holds_to: date


def timeline(known: Iterable[Version], shape: Shape) -> dict[int, date]:
    """The visible versions among `known`, each with the day until which it holds."""
    newest_first = sorted(known, key=lambda v: v.number, reverse=True)
    if not newest_first or newest_first[0].effective_on is None:
        return {}
    if shape == "event":
        return {newest_first[0].number: FAR_DAY}
    visible: dict[int, date] = {}
    limit = FAR_DAY
    for version in newest_first:
        if version.effective_on is not None and version.effective_on < limit:
            visible[version.number] = limit
            limit = version.effective_on
    return visible


def pieces(versions: Iterable[Version], shape: Shape) -> list[Piece]:
    """All rectangles of one record, every version at least once, sorted."""
    ordered = sorted(versions, key=lambda v: (v.known_at, v.number))
    if len(ordered) == 1:  # nearly every record of a live batch
        only = ordered[0]
        visible_to = only.known_at if only.effective_on is None else FAR_INSTANT
        return [Piece(only.number, only.known_at, visible_to, FAR_DAY)]
    opened: dict[tuple[int, date], datetime] = {}
    done: list[Piece] = []
    for index, version in enumerate(ordered):
        instant = version.known_at
        if index + 1 < len(ordered) and ordered[index + 1].known_at == instant:
            continue  # versions known at one instant appear together
        current = set(timeline(ordered[: index + 1], shape).items())
        ended = [key for key in opened if key not in current]
        done += [Piece(number, opened.pop((number, until)), instant, until) for number, until in ended]
        for key in current - opened.keys():
            opened[key] = instant
    done += [Piece(number, since, FAR_INSTANT, holds_to) for (number, holds_to), since in opened.items()]
    seen = {piece.number for piece in done}
    done += [Piece(v.number, v.known_at, v.known_at, FAR_DAY) for v in ordered if v.number not in seen]
    return sorted(done)


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Where a stored version came from: what an answer to 为什么 names (contracts.md, Why.records)."""

    kind: int
    source_id: str
    version: int
    part_id: str
    line: int
    submission_id: str
    partition: int
    offset: int

    @property
    def event_id(self) -> str:
        """The event's `ce_id`."""
        return f"{self.part_id}.{self.line}"
