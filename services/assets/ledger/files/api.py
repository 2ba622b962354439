"""The asset ledger as spreadsheets over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.assets.entries.service import Rules
from services.assets.ledger.errors import AssetCodeTakenError
from services.assets.ledger.files import service
from services.assets.ledger.files.layout import LAYOUT
from services.assets.ledger.repository import Wanted
from services.assets.ledger.schemas import AssetClass
from services.assets.terms.routes import Clerk, Division, Reader, prefix_of
from services.assets.terms.schemas import Day
from services.assets.terms.sheets import writing
from services.assets.terms.sheets.reading import read
from services.assets.terms.sheets.reports import SHEET_REFUSALS, FileReport
from shared.errors import NotFoundError
from shared.http import downloads, uploads
from shared.http.downloads import DELIMITED, WORKBOOK
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep
from shared.http.uploads import FileDep

OfClass = Annotated[AssetClass | None, Query(title="资产类别", description="三类台账之一；不填为全部")]
Year = Annotated[int | None, Query(title="项目年度", ge=2012, le=9999)]
AsOf = Annotated[Day | None, Query(title="截至日期", description="那一天的样子；不填为现在")]
_UPLOAD = "POST /v1/assets/files"


def add_routes(made: APIRouter, rules: Rules) -> None:
    """Add the template and the upload to the room's router: before `/v1/assets/{asset_id}`."""
    made.add_api_route(
        "/v1/assets/template.xlsx",
        asset_template,
        methods=["GET"],
        summary="资产登记模板",
        response_class=Response,
        responses=WORKBOOK,
    )
    made.add_api_route(
        "/v1/assets/files",
        _upload(rules),
        methods=["POST"],
        status_code=201,
        summary="上传资产文件",
        response_model=FileReport,
        responses=responses(*SHEET_REFUSALS, AssetCodeTakenError, KeyReusedError, KeyInFlightError),
        openapi_extra={"requestBody": uploads.body("资产台账.xlsx")},
    )

    for path, handler, summary, answer in (
        ("/v1/assets.csv", export_csv, "导出资产台账（CSV）", DELIMITED),
        ("/v1/assets.xlsx", export_xlsx, "导出资产台账（XLSX）", WORKBOOK),
    ):
        made.add_api_route(
            path,
            handler,
            methods=["GET"],
            summary=summary,
            response_class=Response,
            responses={**answer, **responses(NotFoundError)},
        )


async def asset_template(_principal: Reader) -> Response:
    """空白的 XLSX 模板：中文列名、下拉列表、“填写说明”和区划清单。填好后上传到 `POST /v1/assets/files`，
    也可另存为 CSV。"""
    return downloads.workbook(await asyncio.to_thread(writing.template, LAYOUT), "资产台账-模板.xlsx")


def _upload(rules: Rules) -> Callable[..., Awaitable[Response]]:
    async def upload_assets(
        principal: Clerk,
        file: FileDep,
        conn: ConnectionDep,
        idempotency_key: KeyHeader = None,
    ) -> Response:
        """上传填好的模板（XLSX，或 UTF-8、GB18030 的 CSV），最多 10,000 行，逐行登记、逐行答复。

        好的行登记；不符合要求的行不登记，`errors` 逐格指明（`/rows/17/原值`，行号与表格软件显示的一致）。
        按资产编码识别重复：内容与已登记的相同即为 `duplicate`，内容不同的不予登记，请登记变动。
        改好以后整个文件再传一次即可。
        """
        rows = await asyncio.to_thread(read, LAYOUT, file.content, file.name)

        async def work() -> Answer:
            return Answer.of(FileReport.of(file.name, await service.take(conn, principal, rows, rules)), 201)

        mark = fingerprint(hashlib.sha256(file.content).digest())
        claim = Claim(principal.sub, _UPLOAD, idempotency_key, mark) if idempotency_key else None
        return (await once(conn, claim, work)).response()

    return upload_assets


async def export_csv(
    principal: Reader,
    conn: ConnectionDep,
    division: Division = None,
    asset_class: OfClass = None,
    year: Year = None,
    as_of: AsOf = None,
) -> Response:
    """令牌区划之内的资产，列与登记模板相同（另有资产编号和状态），可以直接再导入。"""
    found = await service.given(conn, _wanted(principal, division, asset_class, year, as_of))
    return downloads.delimited(await asyncio.to_thread(writing.delimited, LAYOUT, found), "资产台账.csv")


async def export_xlsx(
    principal: Reader,
    conn: ConnectionDep,
    division: Division = None,
    asset_class: OfClass = None,
    year: Year = None,
    as_of: AsOf = None,
) -> Response:
    """同 `GET /v1/assets.csv`，为 XLSX 工作簿。"""
    found = await service.given(conn, _wanted(principal, division, asset_class, year, as_of))
    return downloads.workbook(await asyncio.to_thread(writing.workbook, LAYOUT, found), "资产台账.xlsx")


def _wanted(
    principal: Principal, division: str | None, asset_class: str | None, year: int | None, as_of: date | None
) -> Wanted:  # fmt: skip
    return Wanted(prefix_of(principal, division), asset_class, None, None, year, None, as_of)
