"""Rights over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries.service import Draft, Rules
from services.assets.ledger import routes
from services.assets.ledger.errors import AssetNotFoundError, AssetRefusedError
from services.assets.ledger.routes import AssetId, EntryRoute
from services.assets.ledger.schemas import AssetClass
from services.assets.rights import service
from services.assets.rights.domain import RIGHTS
from services.assets.rights.repository import Progress
from services.assets.rights.schemas import (
    EndBody,
    HandOverBody,
    HolderBody,
    RightBody,
    RightsOut,
    SupervisionBody,
    TransferBody,
    held,
)
from services.assets.terms.domain import yuan
from services.assets.terms.routes import AsOf, Division, Reader, prefix_of
from shared import clock
from shared.codes import divisions
from shared.codes.errors import CodeError
from shared.errors import FieldError, NotFoundError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep
from shared.privacy import PersonKeys


class ProgressRow(BaseModel):
    """一个旗区一类资产的确权进度"""

    banner_code: str = Field(title="旗区代码")
    banner_name: str = Field(title="旗区")
    asset_class: AssetClass = Field(title="资产类别")
    assets: int = Field(title="资产数")
    confirmed: int = Field(title="已确权（所有权）")
    rate: str = Field(title="确权率（%）", description="按项数，向下取到 0.1", examples=["99.9"])
    value: str = Field(title="原值合计", description="元")
    confirmed_value: str = Field(title="已确权原值", description="元")

    @classmethod
    def of(cls, row: Progress) -> ProgressRow:
        """As it is shown. Never 100.0 before the last asset is confirmed."""
        permille = 1000 * row.confirmed // row.assets
        return cls(
            banner_code=row.banner_code,
            banner_name=divisions.path(row.banner_code),
            asset_class=row.asset_class,
            assets=row.assets,
            confirmed=row.confirmed,
            rate=f"{permille // 10}.{permille % 10}",
            value=yuan(row.value_fen),
            confirmed_value=yuan(row.confirmed_fen),
        )


class ProgressOut(BaseModel):
    """确权登记进度"""

    plan: str = Field(title="规划要求", examples=["2022年底前全面完成扶贫项目资产确权登记工作"])
    items: list[ProgressRow] = Field(title="各旗区各类资产")
    next: str | None = Field(default=None, title="下一页位置", description="总为空：一页给全")


def router(rules: Rules, keys: PersonKeys) -> APIRouter:
    """The routes of this room; `keys` make person keys of identity numbers."""
    made = APIRouter(tags=["确权"])

    async def prepare(
        _conn: AsyncConnection, _principal: Principal, asset_id: UUID, body: RightBody | TransferBody
    ) -> Draft:
        wrong = [error for at, one in body.holders().items() if (error := _wrong(one, at, keys)) is not None]
        if wrong:
            raise AssetRefusedError(f"权利人填写有误：{wrong[0]['message']}", errors=wrong)
        return body.entry(asset_id, keys)

    for route in (
        EntryRoute(
            "/rights/confirmations", "confirm_right", RightBody, "确权",
            "自生效日起这项权利全部份额的归属，各份之和正好为 1。集体财产的所有权不得分割到成员个人"
            "（农村集体经济组织法第三十六条，2025-05-01 起）；经营性财产的收益权可以量化到成员（第四十条）。",
            prepare=prepare, wrote=service.told,
        ),
        EntryRoute(
            "/rights/transfers", "transfer_right", TransferBody, "转让权利份额",
            "转让人当日须持有这份权利；资产编号不变，转让前后的归属都可以按日期查到。",
            prepare=prepare, wrote=service.told,
        ),
        EntryRoute(
            "/rights/endings", "end_right", EndBody, "权利终止", "合同到期等使一项权利不再存在。", wrote=service.told
        ),
        EntryRoute("/supervision", "assign_supervision", SupervisionBody, "登记监督单位", "监督是职责，不是份额。"),
        EntryRoute(
            "/handovers", "hand_over", HandOverBody, "公益性资产移交", "项目建成后及时移交；逾期未移交列为问题。"
        ),
    ):  # fmt: skip
        routes.add(made, rules, route)
    made.add_api_route(
        "/v1/assets/{asset_id}/rights", get_rights, methods=["GET"], summary="一项资产的权利",
        responses=responses(AssetNotFoundError),
    )  # fmt: skip
    made.add_api_route(
        "/v1/confirmations", get_progress, methods=["GET"], summary="确权登记进度", responses=responses(NotFoundError)
    )
    return made


def _wrong(named: HolderBody, at: str, keys: PersonKeys) -> FieldError | None:
    try:
        named.holder(keys)
    except CodeError as error:
        return FieldError(pointer=f"{at}/{named.said}", code=error.code, message=str(error), value_masked=None)
    return None


async def get_rights(
    principal: Reader,
    conn: ConnectionDep,
    asset_id: AssetId,
    as_of: AsOf = None,
) -> RightsOut:
    """某一天各项权利的份额；个人只以人员标识出现。"""
    day = as_of or clock.today()
    rights, beside = await service.on(conn, principal, asset_id, day)
    return RightsOut(
        asset_id=asset_id,
        as_of=day,
        rights=held(rights),
        missing=[right for right in RIGHTS if right not in rights],
        supervision=list(beside.supervision),
        handed_over_on=beside.handed_over_on,
    )


async def get_progress(
    principal: Reader,
    conn: ConnectionDep,
    division: Division = None,
) -> ProgressOut:
    """各旗区各类资产已确认所有权的项数和原值；已处置的不计。"""
    prefix = prefix_of(principal, division)
    rows = [ProgressRow.of(row) for row in await service.progress(conn, prefix)]
    return ProgressOut(plan="2022年底前全面完成扶贫项目资产确权登记工作", items=rows)
