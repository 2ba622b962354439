"""Totals and lives over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.assets.ledger import service as ledger
from services.assets.ledger.errors import AssetNotFoundError
from services.assets.ledger.routes import AssetId
from services.assets.ledger.schemas import AssetOut
from services.assets.overview import service
from services.assets.overview.schemas import HistoryOut, ToldEntry, TotalsOut
from services.assets.terms.routes import Division, Reader, prefix_of
from services.assets.terms.schemas import Day
from shared import clock
from shared.errors import NotFoundError
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["总览"])


@router.get("/v1/totals", summary="台账合计", responses=responses(NotFoundError))
async def get_totals(
    principal: Reader,
    conn: ConnectionDep,
    division: Division = None,
    as_of: Annotated[Day | None, Query(title="截至日期", description="那一天的资产；不填为现在")] = None,
) -> TotalsOut:
    """按类别、旗区、项目年度、状态和资金来源合计；资金来源按项目资金构成分摊到分。

    项目资金 = 形成资产（含已处置）+ 未形成资产，每个来源都成立。旁列专栏7的计划。
    """
    prefix = prefix_of(principal, division)
    return TotalsOut.of(await service.totals(conn, prefix, as_of), as_of or clock.today())


@router.get("/v1/assets/{asset_id}/history", summary="一项资产的全部经历", responses=responses(AssetNotFoundError))
async def get_history(principal: Reader, conn: ConnectionDep, asset_id: AssetId) -> HistoryOut:
    """从登记到现在的每一条分录，各附一句话；被冲销的分录仍在，标明被哪条冲销。"""
    asset = await ledger.get(conn, principal, asset_id)
    entries = await ledger.history(conn, principal, asset_id)
    back = {entry.takes_back: entry.entry_id for entry in entries if entry.takes_back is not None}
    told = [ToldEntry.told_of(entry, back.get(entry.entry_id)) for entry in entries]
    return HistoryOut(asset=AssetOut.of(asset), entries=told)
