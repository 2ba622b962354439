"""Upkeep over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from services.assets.entries.service import Rules
from services.assets.ledger import routes
from services.assets.ledger.errors import AssetNotFoundError
from services.assets.ledger.routes import AssetId, EntryRoute
from services.assets.terms.routes import AsOf, Reader
from services.assets.upkeep import schemas, service
from shared import clock
from shared.http.problems import responses
from shared.http.session import ConnectionDep

_ENTRIES = (
    EntryRoute(
        "/custody", "assign_custody", schemas.CustodyBody, "登记管护责任",
        "经营性、公益性资产每一天有一个责任单位和一个管护岗位，空缺列为问题；到户类资产由农户自主经营或委托经营。",
    ),
    EntryRoute("/custody/endings", "end_custody", schemas.CustodyEndBody, "管护责任终止", "其后没有新的责任即为空缺。"),
    EntryRoute("/inspections", "inspect_asset", schemas.InspectionBody, "登记巡查", "照片只登记摘要，不上传照片本身。"),
    EntryRoute("/repairs", "repair_asset", schemas.RepairBody, "登记维修", "维修以后，损坏的问题自动销号。"),
)  # fmt: skip


def router(rules: Rules) -> APIRouter:
    """The routes of this room."""
    made = APIRouter(tags=["管护"])
    for route in _ENTRIES:
        routes.add(made, rules, route)
    made.add_api_route(
        "/v1/assets/{asset_id}/upkeep",
        get_upkeep,
        methods=["GET"],
        summary="一项资产的管护",
        responses=responses(AssetNotFoundError),
    )
    return made


async def get_upkeep(
    principal: Reader,
    conn: ConnectionDep,
    asset_id: AssetId,
    as_of: AsOf = None,
) -> schemas.UpkeepOut:
    """某一天由谁管护、最近一次巡查的结果。"""
    day = as_of or clock.today()
    return schemas.UpkeepOut.of(asset_id, day, await service.on(conn, principal, asset_id, day))
