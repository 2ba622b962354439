"""What the pages show: the ledger of a place in sums with the places below it, and one asset with its whole life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.disposal.domain import Ending, ending
from services.assets.entries.domain import standing, until
from services.assets.findings import repository as wanted
from services.assets.findings import service as findings
from services.assets.findings.domain import Finding
from services.assets.income.books import Money, money
from services.assets.ledger import service as ledger
from services.assets.ledger.domain import Asset, fold
from services.assets.ledger.errors import AssetNotFoundError
from services.assets.overview import service
from services.assets.overview.domain import Sum, Totals, added
from services.assets.overview.lives import Step, steps
from services.assets.projects import service as projects
from services.assets.projects.domain import Project
from services.assets.rights import service as rights_room
from services.assets.rights.domain import Beside, Rights, beside, rights
from services.assets.upkeep.domain import Upkeep, upkeep
from shared import clock
from shared.codes import divisions
from shared.codes.divisions import Division
from shared.http.permissions import Principal

_DIGITS = {"city": 6, "banner": 9, "township": 12, "village": 12}
"""How many digits of a code tell the places below a place apart."""
_SHOWN_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A place below the one looked at: its assets by class, its findings open and past their deadline. `own`: what is
    registered at the place looked at itself and at none below it."""

    division: Division
    own: bool
    sums: Mapping[str, Sum]
    open: int
    late: int

    @property
    def whole(self) -> Sum:
        """Assets of all classes."""
        return added(self.sums.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """The ledger of a place. `trail` leads from the largest place that the caller sees down to it, `idle` are the
    places below without assets, `confirmed` are assets by class that exist and those whose owner is confirmed,
    `findings` the open ones and the late ones by kind; the two last are known for today only."""

    trail: Sequence[Division]
    day: date
    today: bool
    totals: Totals
    lines: Sequence[Line]
    idle: Sequence[Division]
    confirmed: Mapping[str, tuple[int, int]]
    findings: Mapping[str, tuple[int, int]]

    @property
    def place(self) -> Division:
        """The place that is looked at."""
        return self.trail[-1]


async def sheet(conn: AsyncConnection, scope: str, place: Division, day: date | None) -> Sheet:
    """The ledger of a place inside the caller's `scope` (significant digits), now when `day` is None."""
    prefix, digits = divisions.prefix(place.code), _DIGITS[place.level]
    totals = await service.totals(conn, prefix, day, digits)
    counts = [] if day else await findings.counts(conn, prefix, digits)
    by_place, by_kind = defaultdict[str, list[tuple[int, int]]](list), defaultdict[str, list[tuple[int, int]]](list)
    for count in counts:
        by_place[count.place_code].append((count.open, count.late))
        by_kind[count.code].append((count.open, count.late))
    sums = defaultdict[str, dict[str, Sum]](dict)
    for (code, asset_class), found in totals.by_place.items():
        sums[code][asset_class] = found
    below = [one for one in divisions.all_divisions() if one.parent == place.code]
    lines = [
        Line(one, one is place, sums.get(one.code, {}), *_sum(by_place.get(one.code, ())))
        for one in (place, *below)
        if one.code in sums or one.code in by_place
    ]
    return Sheet(
        trail=trail(scope, place.code),
        day=day or clock.today(),
        today=day is None,
        totals=totals,
        lines=lines,
        idle=[one for one in below if one.code not in sums],
        confirmed={} if day else await _confirmed(conn, prefix),
        findings={code: _sum(by_kind.get(code, ())) for code in findings.kinds()} if day is None else {},
    )


async def _confirmed(conn: AsyncConnection, prefix: str) -> dict[str, tuple[int, int]]:
    found = defaultdict[str, list[tuple[int, int]]](list)
    for row in await rights_room.progress(conn, prefix):
        found[row.asset_class].append((row.assets, row.confirmed))
    return {asset_class: _sum(pairs) for asset_class, pairs in found.items()}


def _sum(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(first for first, _ in pairs), sum(second for _, second in pairs)


def trail(scope: str, code: str) -> list[Division]:
    """From the caller's own place down to the one looked at."""
    found: list[Division] = []
    place = divisions.get(code)
    while place is not None and place.code.startswith(scope):
        found.append(place)
        place = divisions.get(place.parent)
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Paper:
    """An asset on a day with its project, rights, upkeep, money, ending and open findings; `steps` is its whole life,
    what holds from later days than `day` too."""

    asset: Asset
    project: Project
    day: date
    today: bool
    rights: Rights
    beside: Beside
    upkeep: Upkeep
    money: Money
    ending: Ending
    findings: Sequence[Finding]
    steps: Sequence[Step]


async def paper(conn: AsyncConnection, principal: Principal, asset_id: UUID, day: date | None) -> Paper:
    """All about one asset, as of today when `day` is None. AssetNotFoundError, also before it existed."""
    history = await ledger.history(conn, principal, asset_id)
    on = day or clock.today()
    life = standing(history)
    lived = until(life, on)
    asset = fold(lived)
    if asset is None:
        raise AssetNotFoundError(f"{on.isoformat()} 时这项资产尚未取得。")
    by_id, _ = await projects.by_reference(conn, [asset.project_id], ())
    # An asset out of scope was refused above; the findings of one in scope are in scope wherever it was then.
    asked = wanted.Wanted(prefix="", asset_id=asset_id, day=on)
    return Paper(
        asset=asset,
        project=by_id[asset.project_id],
        day=on,
        today=day is None,
        rights=rights(lived),
        beside=beside(lived),
        upkeep=upkeep(lived),
        money=money(lived),
        ending=ending(lived),
        findings=await findings.listed(conn, asked, None, _SHOWN_FINDINGS),
        steps=steps(history, {plan_id: plan.period for plan_id, plan in money(life).plans.items()}),
    )
