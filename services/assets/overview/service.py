"""Adding the ledger up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.ledger.domain import DISPOSED
from services.assets.overview import repository
from services.assets.overview.domain import Planned, Totals, divided, grouped
from services.assets.overview.repository import Cell, Counted
from shared.codes import divisions

FIRST_YEAR, LAST_YEAR = 2021, 2025
"""The years of 专栏7."""
BANNER_DIGITS = 6


@cache
def plan() -> dict[str, Any]:
    """专栏7 as the package holds it."""
    said: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("plan.yaml").read_text("utf-8"))
    return said


async def totals(conn: AsyncConnection, prefix: str, day: date | None = None, digits: int = BANNER_DIGITS) -> Totals:
    """The ledger of the divisions that begin with `prefix` in sums, now or at the end of a day. Projects have no
    day: what is registered of them is counted whole. `digits` of a code tell places apart, not fewer than a banner's.
    """
    cells = await repository.cells(conn, prefix, day, digits)
    by_banner = sorted(cells, key=lambda cell: cell.place_code)
    funds: dict[str, int] = defaultdict(int)
    for funded in await repository.funds(conn, prefix):
        funds[funded.source] += funded.fen
    counted = await repository.projects(conn, prefix)
    by_source = await _by_source(conn, cells)
    # Of the whole city the assets of its projects are its assets; below, a project may have built elsewhere.
    whole = divisions.CITY.startswith(prefix)
    formed = by_source if whole else await _by_source(conn, await repository.cells(conn, "", day, digits, prefix))
    return Totals(
        whole=grouped(("", c.state, c.assets, c.fen) for c in cells).get("") or _nothing(),
        by_class=grouped((c.asset_class, c.state, c.assets, c.fen) for c in cells),
        by_banner=grouped((divisions.banner_of(c.place_code), c.state, c.assets, c.fen) for c in by_banner),
        by_year=grouped((c.year, c.state, c.assets, c.fen) for c in sorted(cells, key=lambda c: c.year)),
        by_state=grouped((c.state, c.state, c.assets, c.fen) for c in cells),
        by_place=grouped(((c.place_code, c.asset_class), c.state, c.assets, c.fen) for c in cells),
        by_source=by_source,
        projects=sum(one.projects for one in counted),
        funds_fen=dict(funds),
        formed_fen={source: sum(both) for source, both in formed.items()},
        plan=[_planned(kind, said, counted) for kind, said in plan()["kinds"].items()],
    )


async def _by_source(conn: AsyncConnection, cells: Sequence[Cell]) -> dict[str, tuple[int, int]]:
    """What the assets of cells owe to each source (fen): those that stand, and those that were disposed of."""
    shares = await repository.shares(conn, {cell.project_id for cell in cells})
    standing, gone = defaultdict[str, int](int), defaultdict[str, int](int)
    for cell in cells:
        sums = gone if cell.state == DISPOSED else standing
        for source, fen in divided(cell.values_fen, shares[cell.project_id]).items():
            sums[source] += fen
    return {source: (standing[source], gone[source]) for source in sorted({*standing, *gone})}


def _nothing() -> Any:
    return grouped([("", "in_use", 0, 0)])[""]


def _planned(kind: str, said: dict[str, Any], counted: Sequence[Counted]) -> Planned:
    own = [one for one in counted if one.kind == kind and FIRST_YEAR <= one.year <= LAST_YEAR]
    years = {one.year: one.projects for one in own}
    return Planned(
        kind=kind,
        projects=said["projects"],
        years=tuple(said["years"]),
        total_yi=said["total"],
        special_yi=said["special"],
        registered=tuple(years.get(year, 0) for year in range(FIRST_YEAR, LAST_YEAR + 1)),
        registered_fen=sum(one.fen for one in own),
    )
