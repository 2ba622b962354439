"""Projects as spreadsheets over HTTP."""

from __future__ import annotations

import asyncio
import hashlib

from fastapi import APIRouter, Response

from services.assets.projects.files import service
from services.assets.projects.files.layout import LAYOUT
from services.assets.terms.routes import Clerk, Division, Reader
from services.assets.terms.sheets import writing
from services.assets.terms.sheets.reading import read
from services.assets.terms.sheets.reports import SHEET_REFUSALS, FileReport
from shared.errors import NotFoundError
from shared.http import downloads, tracing, uploads
from shared.http.downloads import DELIMITED, WORKBOOK
from shared.http.idempotency import Answer, Claim, KeyHeader, KeyInFlightError, KeyReusedError, fingerprint, once
from shared.http.problems import responses
from shared.http.session import ConnectionDep
from shared.http.uploads import FileDep

_UPLOAD = "POST /v1/projects/files"


def router() -> APIRouter:
    """The routes: before `/v1/projects/{project_id}`."""
    made = APIRouter(tags=["项目"])
    made.add_api_route(
        "/v1/projects/files",
        upload_projects,
        methods=["POST"],
        status_code=201,
        summary="上传项目文件",
        response_model=FileReport,
        responses=responses(*SHEET_REFUSALS, KeyReusedError, KeyInFlightError),
        openapi_extra={"requestBody": uploads.body("项目.xlsx")},
    )
    for path, handler, summary, answer in (
        ("/v1/projects/template.xlsx", project_template, "项目登记模板", WORKBOOK),
        ("/v1/projects.csv", export_csv, "导出项目（CSV）", {**DELIMITED, **responses(NotFoundError)}),
        ("/v1/projects.xlsx", export_xlsx, "导出项目（XLSX）", {**WORKBOOK, **responses(NotFoundError)}),
    ):
        made.add_api_route(
            path, handler, methods=["GET"], summary=summary, response_class=Response, responses=answer
        )  # fmt: skip
    return made


async def project_template(_principal: Reader) -> Response:
    """空白的 XLSX 模板：中文列名、每个资金来源一列、下拉列表、“填写说明”和区划清单。填好后上传到
    `POST /v1/projects/files`，也可另存为 CSV。"""
    return downloads.workbook(await asyncio.to_thread(writing.template, LAYOUT), "项目-模板.xlsx")


async def upload_projects(
    principal: Clerk,
    file: FileDep,
    conn: ConnectionDep,
    idempotency_key: KeyHeader = None,
) -> Response:
    """上传填好的模板（XLSX，或 UTF-8、GB18030 的 CSV），最多 10,000 行，逐行登记、逐行答复。

    好的行登记；不符合要求的行不登记，`errors` 逐格指明。按项目编码识别重复：内容与已登记的相同即为
    `duplicate`，内容不同的不予登记，请登记项目变动。改好以后整个文件再传一次即可。
    """
    rows = await asyncio.to_thread(read, LAYOUT, file.content, file.name)

    async def work() -> Answer:
        taken = await service.take(conn, principal, rows, correlation_id=tracing.trace_id())
        return Answer.of(FileReport.of(file.name, taken), 201)

    mark = fingerprint(hashlib.sha256(file.content).digest())
    claim = Claim(principal.sub, _UPLOAD, idempotency_key, mark) if idempotency_key else None
    return (await once(conn, claim, work)).response()


async def export_csv(principal: Reader, conn: ConnectionDep, division: Division = None) -> Response:
    """令牌区划之内的项目，列与登记模板相同（另有项目编号），可以直接再导入。"""
    found = await service.given(conn, principal, division)
    return downloads.delimited(await asyncio.to_thread(writing.delimited, LAYOUT, found), "项目.csv")


async def export_xlsx(principal: Reader, conn: ConnectionDep, division: Division = None) -> Response:
    """同 `GET /v1/projects.csv`，为 XLSX 工作簿。"""
    found = await service.given(conn, principal, division)
    return downloads.workbook(await asyncio.to_thread(writing.workbook, LAYOUT, found), "项目.xlsx")
