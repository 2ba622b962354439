"""Spreadsheets of observations: the template, and a filled one taken whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Response

from services.indicators.observations import service
from services.indicators.observations.files.rows import read
from services.indicators.observations.files.template import template
from services.indicators.observations.schemas import FileReport, ObservationOut, TakenRow
from services.indicators.observations.sending import REFUSALS, Observed, send
from services.indicators.observations.spots import Spot
from services.indicators.observations.taking import Taken
from shared.http import uploads
from shared.http.auth import allow
from shared.http.downloads import WORKBOOK, workbook
from shared.http.idempotency import Answer, KeyHeader, fingerprint
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep
from shared.http.uploads import FileDep, NoFileError
from shared.sheets.errors import (
    EmptySheetError,
    EncodingError,
    FileTooLargeError,
    LayoutError,
    UnreadableFileError,
)

_SHEET_REFUSALS = (NoFileError, UnreadableFileError, EncodingError, FileTooLargeError, LayoutError, EmptySheetError)


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
        openapi_extra={"requestBody": uploads.body("2025年观测值.xlsx")},
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
