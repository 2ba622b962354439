"""`POST /v1/feeds/{department}/{kind}/files`, its progress, the error workbook, and the template to fill in."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import IO, Annotated
from urllib.parse import unquote
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from services.ingest.admission.errors import DepartmentBusyError
from services.ingest.files import service
from services.ingest.files.domain import Upload, Wishes
from services.ingest.files.errors import NoFileError, NoWorkbookError, UnknownFileError
from services.ingest.files.schemas import FileJob
from services.ingest.submissions.api import DeliveryQuery, DryRunQuery, PreferHeader, handling_of
from shared import sheets
from shared.db import transaction
from shared.feeds import catalogue
from shared.feeds.catalogue import BY_NUMBER
from shared.feeds.domain import Feed
from shared.feeds.errors import UnknownFeedError
from shared.http import idempotency, problems
from shared.http.auth import allow
from shared.http.downloads import BINARY, WORKBOOK, XLSX, workbook
from shared.http.edge import Wider
from shared.http.errors import TooBusyError
from shared.http.idempotency import Answer, Claim
from shared.http.permissions import Principal
from shared.http.session import ConnectionDep

LIMIT_BYTES = 64 << 20
_IN_MEMORY = 1 << 20
_RAW = ("text/csv", XLSX, "application/octet-stream", "application/vnd.ms-excel")
_FORM = "multipart/form-data"
LIMITS = [Wider(kind, "/files", LIMIT_BYTES) for kind in (*_RAW, _FORM)]
"""Bodies of files may be larger than others: none is held in memory as a whole."""

Pusher = Annotated[Principal, allow("feeds:push")]
Reader = Annotated[Principal, allow("feeds:read")]
Anyone = Annotated[Principal, allow("catalogue:read")]
DepartmentPath = Annotated[str, Path(title="部门", examples=["medical-insurance"])]
KindPath = Annotated[str, Path(title="数据种类", examples=["settlement"])]
FilePath = Annotated[UUID, Path(title="文件编号", description="上传时答复的 `file_id`")]
NameQuery = Annotated[
    str | None,
    Query(title="文件名", description="直接以请求体发送文件时的文件名", max_length=200, examples=["11月结算.csv"]),
]


class FileQuery(BaseModel):
    """What stands in the address of an upload."""

    name: NameQuery = None
    dry_run: DryRunQuery = False
    delivery: DeliveryQuery = None


_REFUSALS = problems.responses(
    UnknownFeedError, NoFileError, idempotency.KeyReusedError, idempotency.KeyInFlightError, DepartmentBusyError,
    TooBusyError,
)  # fmt: skip
_BODY = {
    "required": True,
    "content": {
        _FORM: {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary", "title": "文件"}},
                "required": ["file"],
            },
            "examples": {"form": {"summary": "表单上传", "value": {"file": "@11月结算.xlsx"}}},
        },
        XLSX: {**BINARY, "examples": {"xlsx": {"summary": "XLSX 文件本身", "value": "（文件内容）"}}},
        "text/csv": {**BINARY, "examples": {"csv": {"summary": "CSV 文件本身", "value": "（文件内容）"}}},
    },
}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]")

router = APIRouter(tags=["文件报送"])


@router.get(
    "/v1/feeds/{department}/{kind}/template.xlsx",
    summary="填报模板",
    response_class=Response,
    responses={**WORKBOOK, **problems.responses(UnknownFeedError)},
)
async def read_template(department: DepartmentPath, kind: KindPath, _principal: Anyone) -> Response:
    """空白的 XLSX 模板：中文列名、代码下拉、“填写说明”一页。填好后上传到 `POST …/files`，也可另存为 CSV。"""
    feed = catalogue.get(department, kind)
    body = await asyncio.to_thread(sheets.template, feed)
    return workbook(body, f"{feed.title}-模板.xlsx")


@router.post(
    "/v1/feeds/{department}/{kind}/files",
    status_code=202,
    summary="上传文件",
    response_model=FileJob,
    responses={202: {"description": "文件已持久保存，正在排队处理"}, **_REFUSALS},
    openapi_extra={"requestBody": _BODY},
)
async def upload(
    request: Request,
    department: DepartmentPath,
    kind: KindPath,
    principal: Pusher,
    asked: Annotated[FileQuery, Query()],
    prefer: PreferHeader = None,  # noqa: ARG001 - for the documents, see handling_of
    key: idempotency.KeyHeader = None,
) -> Response:
    """上传一个 CSV（UTF-8 或 GB18030）或 XLSX，列名用模板的中文列名，最大 64 MiB、200,000 行。可用表单字段 `file`
    上传，也可直接以文件为请求体（文件名写在 `name`）。

    答复 202 时文件已加密保存，随后由后台逐行校验、保存，与 JSON 报送完全一样；用答复的 `file_id` 查进度，处理完有回执，
    有拒收的行时有问题清单。
    """
    feed = catalogue.get(department, kind)
    principal.require_department(feed.department)
    wishes = Wishes(handling_of(request) == "strict", asked.dry_run, asked.delivery)
    with request.app.state.admission.enter(feed.department):
        async with _received(request) as (content, given):
            named = service.Named(_file_name(given or asked.name), await asyncio.to_thread(service.digest, content))
            async with request.app.state.admission.connection(feed.department):
                return await _keep(request, feed, principal.sub, content, named, wishes, key)


async def _keep(
    request: Request, feed: Feed, caller: str, content: IO[bytes], named: service.Named, wishes: Wishes, key: str | None
) -> Response:
    sealer = request.app.state.intake.sealer
    mark = idempotency.fingerprint(named.sha256, repr(wishes))
    claim = Claim(caller, f"file {feed.name}", key, mark) if key else None
    async with transaction(request.app.state.engine) as conn:

        async def work() -> Answer:
            made = await service.accept(conn, sealer, feed, caller, content, named, wishes)
            return Answer(202, bytes(_job(made, feed).body), headers={"Location": f"/v1/files/{made.upload_id}"})

        answer = await idempotency.once(conn, claim, work, sealer)
    return answer.response()


@router.get(
    "/v1/files/{file_id}",
    summary="文件处理进度",
    response_model=FileJob,
    responses=problems.responses(UnknownFileError),
)
async def read_file(file_id: FilePath, principal: Reader, conn: ConnectionDep) -> Response:
    """一个文件处理到了哪里；处理完后给出各结果的条数、回执和问题清单的地址。"""
    found = await service.find(conn, file_id)
    return _job(found, _own(principal, found))


@router.get(
    "/v1/files/{file_id}/errors.xlsx",
    summary="问题清单",
    response_class=Response,
    responses={**WORKBOOK, **problems.responses(UnknownFileError, NoWorkbookError)},
)
async def read_errors(request: Request, file_id: FilePath, principal: Pusher, conn: ConnectionDep) -> Response:
    """被拒收的行，按原来的次序和写法，附“处理结果”一列，出错的单元格标红。改好后把这个表照原样再上传即可：被接收的行会
    关闭对应的隔离记录。保留 90 天。"""
    found = await service.find(conn, file_id)
    _own(principal, found)
    body = await service.workbook(conn, request.app.state.intake.sealer, found)
    return workbook(body, f"{found.name.rpartition('.')[0] or found.name}-问题清单.xlsx")


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[tuple[IO[bytes], str | None]]:
    """The file and the name it came with; on disk, without a name, once it is large. Raises NoFileError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _FORM:
        form = await _form(request)
        try:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise NoFileError("表单里没有名为 file 的文件。")
            yield file.file, file.filename
        finally:
            await form.close()
        return
    if kind not in _RAW:
        raise NoFileError(f"请以表单字段 file 上传，或以文件为请求体并注明 Content-Type：text/csv 或 {XLSX}。")
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
        async for chunk in request.stream():
            kept.write(chunk)
        if not kept.tell():
            raise NoFileError("请求体是空的，没有收到文件。")
        yield kept, None


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=1, max_fields=10)
    except HTTPException as broken:
        if broken.status_code != HTTPStatus.BAD_REQUEST:
            raise
        raise NoFileError(
            "表单读不出来：应是 multipart/form-data，只有一个文件，放在字段 file 中，文件名不要过长。"
        ) from None


def _file_name(given: str | None) -> str:
    """What a person called the file, without any path in it, and without what is not seen or turns the line round."""
    name = _UNSAFE.split(unquote(given or "").strip())[-1]
    seen = "".join(character for character in name if character.isprintable() or character == "\u3000")
    return seen[-200:].lstrip(". ") or "未命名"


def _own(principal: Principal, found: Upload) -> Feed:
    feed = BY_NUMBER[found.feed]
    if not principal.may_department(feed.department):
        raise UnknownFileError("没有这个文件，或者不在您的权限范围内。")
    return feed


def _job(found: Upload, feed: Feed) -> Response:
    body = orjson.dumps(service.answer(found, feed), option=orjson.OPT_UTC_Z)
    return Response(body, media_type="application/json")
