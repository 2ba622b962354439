"""Spreadsheets of observations: the template, and a filled one taken whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from services.indicators.observations import service
from services.indicators.observations.errors import NoFileError
from services.indicators.observations.rows import read
from services.indicators.observations.schemas import FileReport, ObservationOut, TakenRow
from services.indicators.observations.sending import REFUSALS, Observed, send
from services.indicators.observations.spots import Spot
from services.indicators.observations.taking import Taken
from services.indicators.observations.template import template
from shared.http.auth import allow
from shared.http.downloads import BINARY, WORKBOOK, XLSX, workbook
from shared.http.idempotency import Answer, KeyHeader, fingerprint
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep
from shared.sheets.errors import (
    EmptySheetError,
    EncodingError,
    FileTooLargeError,
    LayoutError,
    UnreadableFileError,
)

_FORM = "multipart/form-data"
_RAW = ("text/csv", XLSX, "application/octet-stream", "application/vnd.ms-excel")
_FILE = {"type": "string", "format": "binary", "title": "文件"}
_BODY = {
    "required": True,
    "content": {
        _FORM: {
            "schema": {"type": "object", "properties": {"file": _FILE}, "required": ["file"]},
            "examples": {"form": {"summary": "表单上传", "value": {"file": "@2025年观测值.xlsx"}}},
        },
        XLSX: {**BINARY, "examples": {"xlsx": {"summary": "XLSX 文件本身", "value": "（文件内容）"}}},
        "text/csv": {**BINARY, "examples": {"csv": {"summary": "CSV 文件本身", "value": "（文件内容）"}}},
    },
}
_SHEET_REFUSALS = (NoFileError, UnreadableFileError, EncodingError, FileTooLargeError, LayoutError, EmptySheetError)


class Sent(NamedTuple):
    """A file as it came, and the name it came with."""

    content: bytes
    name: str


async def sent_file(request: Request) -> Sent:
    """The file of a form's field `file`, or the body itself; the edge has bounded it. NoFileError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _FORM:
        return await _of_form(request)
    if kind not in _RAW:
        raise NoFileError(f"请以表单字段 file 上传，或以文件为请求体并注明 Content-Type：text/csv 或 {XLSX}。")
    content = await request.body()
    if not content:
        raise NoFileError("请求体是空的，没有收到文件。")
    return Sent(content, "")


async def _of_form(request: Request) -> Sent:
    try:
        form = await request.form(max_files=1, max_fields=10)
    except HTTPException as broken:
        if broken.status_code != HTTPStatus.BAD_REQUEST:
            raise
        raise NoFileError("表单读不出来：应是 multipart/form-data，只有一个文件，放在字段 file 中。") from None
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise NoFileError("表单里没有名为 file 的文件。")
        return Sent(await file.read(), file.filename or "")
    finally:
        await form.close()


FileDep = Annotated[Sent, Depends(sent_file)]


def add_routes(made: APIRouter, observed: Observed, closed_at: service.ClosedAt) -> None:
    """Add the template and the upload to the room's router."""
    made.add_api_route(
        "/template.xlsx",
        read_template,
        methods=["GET"],
        summary="观测值填报模板",
        response_class=Response,
        responses=WORKBOOK,
    )
    made.add_api_route(
        "/files",
        _upload_route(observed, closed_at),
        methods=["POST"],
        status_code=201,
        summary="上传观测值文件",
        response_model=FileReport,
        responses=responses(*REFUSALS, *_SHEET_REFUSALS),
        openapi_extra={"requestBody": _BODY},
    )


async def read_template(_principal: Annotated[Principal, allow("indicators:read")]) -> Response:
    """空白的 XLSX 模板：中文列名，观测项、指标和单位的下拉列表，“填写说明”，以及观测项、指标、区划的清单。
    填好后上传到 `POST /v1/observations/files`，也可另存为 CSV。"""
    return workbook(await asyncio.to_thread(template), "指标观测值-模板.xlsx")


def _upload_route(observed: Observed, closed_at: service.ClosedAt) -> Callable[..., Awaitable[Response]]:
    async def upload_observations(
        principal: Annotated[Principal, allow("observations:write")],
        file: FileDep,
        conn: ConnectionDep,
        idempotency_key: KeyHeader = None,
    ) -> Response:
        """上传填好的模板（XLSX，或 UTF-8、GB18030 的 CSV），最多 10,000 行，全部保存或全部不保存，与逐条填报完全一样。

        不符合要求的，`errors` 逐行逐格指明（`/rows/17/数值`，行号与表格软件显示的一致）。可用表单字段 `file` 上传，
        也可直接以文件为请求体。同一文件再传一次不会重复保存。
        """
        rows = await asyncio.to_thread(read, file.content, file.name)
        mark = fingerprint(hashlib.sha256(file.content).digest())

        def answer(taken: list[Taken]) -> Answer:
            return Answer.of(_report(file.name, rows.spots, taken), 201)

        sent = send(conn, principal, rows, (observed, closed_at), (idempotency_key, mark), answer)
        return (await sent).response()

    return upload_observations


def _report(name: str, spots: list[Spot], taken: list[Taken]) -> FileReport:
    rows = [
        TakenRow(row=at.row or 0, outcome=outcome, observation=ObservationOut.of(one))
        for at, (one, outcome) in zip(spots, taken, strict=True)
    ]
    counts = {
        word: sum(row.outcome == word for row in rows) for word in ("accepted", "corrected", "proposed", "duplicate")
    }
    return FileReport(name=name, rows=rows, **counts)
