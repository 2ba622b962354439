"""The page 数据到位: which department's data has come for which banner, what of today, and what is left to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.ingest.freshness import service as freshness
from services.ingest.quarantine import service as quarantine
from services.ingest.tally import service as tally
from services.ingest.tally.domain import CITY, OUTCOMES
from shared import clock
from shared.feeds.catalogue import DEPARTMENTS
from shared.feeds.domain import Feed

_REJECTED = OUTCOMES.index("rejected")


@dataclass(frozen=True, slots=True)
class Today:
    """Records of a feed that came today: `taken` are those that were not rejected."""

    taken: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A feed in one banner, or in the city."""

    standing: freshness.Row
    today: Today


@dataclass(frozen=True, slots=True)
class Line:
    """A feed over the places asked for, in their order. `waiting`: records in the quarantine to be corrected, None
    where the caller has no business with them."""

    feed: Feed
    cells: Sequence[Cell]
    today: Today
    waiting: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """A department and its feeds."""

    title: str
    lines: Sequence[Line]

    @property
    def late(self) -> int:
        """How many of its cells are overdue or were never delivered."""
        return sum(cell.standing.state != "fresh" for line in self.lines for cell in line.cells)


async def blocks(
    conn: AsyncConnection, feeds: Sequence[Feed], places: Sequence[str], own: Collection[str]
) -> list[Block]:
    """The departments of these feeds; `own` are the departments whose quarantine the caller works on."""
    today = await _today(conn, feeds)
    waiting = await quarantine.to_do(conn, [feed.number for feed in feeds])
    rows: defaultdict[int, list[Cell]] = defaultdict(list)
    for row in await freshness.listed(conn, feeds, places):
        rows[row.feed.number].append(Cell(row, today.get((row.feed.number, row.division_code), Today())))
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for feed in feeds:
        left = waiting.get(feed.number, 0) if feed.department in own else None
        cells = rows[feed.number]
        lines[feed.department].append(Line(feed, cells, cells[0].today if cells else Today(), left))
    return [Block(title, lines[name]) for name, title in DEPARTMENTS.items() if name in lines]


async def _today(conn: AsyncConnection, feeds: Sequence[Feed]) -> dict[tuple[int, str], Today]:
    """By feed and place; the city has all of it, also what names no banner."""
    found: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for day in await tally.of_day(conn, clock.today(), [feed.number for feed in feeds]):
        rejected = day.counts[_REJECTED]
        for place in {CITY, day.division_code}:
            found[day.feed, place][0] += sum(day.counts) - rejected
            found[day.feed, place][1] += rejected
    return {at: Today(*counts) for at, counts in found.items()}
