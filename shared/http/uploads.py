"""Files that are sent to us: from a form's field `file`, or the body itself; held in memory, as the edge bounds it.

Name `FileDep` between the principal and the connection among a handler's parameters, as `bodies` says.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from shared.errors import InvalidError
from shared.http.downloads import BINARY, XLSX

_FORM = "multipart/form-data"
_RAW = ("text/csv", XLSX, "application/octet-stream", "application/vnd.ms-excel")
_FILE = {"type": "string", "format": "binary", "title": "文件"}


class NoFileError(InvalidError):
    """The request holds no file."""

    code = "no_file"
    title = "没有收到文件"


class Sent(NamedTuple):
    """A file as it came, and the name it came with."""

    content: bytes
    name: str


async def sent_file(request: Request) -> Sent:
    """The file of a request; NoFileError when there is none."""
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


def body(example: str) -> dict[str, Any]:
    """The request body of a route that takes a spreadsheet, for its documents; `example` is a file's name."""
    form = {"type": "object", "properties": {"file": _FILE}, "required": ["file"]}
    return {
        "required": True,
        "content": {
            _FORM: {
                "schema": form,
                "examples": {"form": {"summary": "表单上传", "value": {"file": f"@{example}"}}},
            },
            XLSX: {**BINARY, "examples": {"xlsx": {"summary": "XLSX 文件本身", "value": "（文件内容）"}}},
            "text/csv": {**BINARY, "examples": {"csv": {"summary": "CSV 文件本身", "value": "（文件内容）"}}},
        },
    }
