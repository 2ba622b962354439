"""The projects and assets behind a value, as of its own day and instant."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.definitions import service as definitions
from services.indicators.definitions.domain import Indicator
from services.indicators.holdings import service as holdings
from services.indicators.holdings.domain import Asset, Counted, counted
from services.indicators.lineage.domain import Holding, Part
from services.indicators.values.domain import Value
from services.indicators.values.ledgers import LEDGERS, asked_of


async def behind(conn: AsyncConnection, indicator: Indicator, value: Value, part: Part) -> list[Holding]:
    """What one part of a value is made of, by place: the amounts add up to it."""
    calculation = LEDGERS[indicator.formula.name or ""]
    if calculation.about == "assets":
        found = [_asset(one) for one in await holdings.standing(conn, value.as_of, value.known_at, value.division_code)]
    else:
        asked = asked_of(indicator, definitions.catalogue().plan, value.division_code, value.period)
        found = [_project(one) for one in counted(calculation, await holdings.projects(conn, value.known_at), asked)]
    wanted = {"numerator": (True,), "denominator": (True, False), "missing": (False,)}.get(part, ())
    if part != "numerator" and value.denominator is None:
        wanted = ()
    return sorted((one for one in found if one.covered in wanted), key=lambda one: one.place)


def _asset(asset: Asset) -> Holding:
    return Holding("assets", asset.asset_id, asset.code, asset.division_code, _ONE, asset.owned, asset.event_ids)


def _project(one: Counted) -> Holding:
    project = one.project
    return Holding(
        "projects", project.project_id, project.code, project.division_code, one.amount, one.chosen, (project.event_id,)
    )


_ONE = Decimal(1)
