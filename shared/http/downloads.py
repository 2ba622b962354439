"""Files as answers: how a route declares a workbook or a CSV, and how it is given."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY = {"schema": {"type": "string", "format": "binary"}}
"""An OpenAPI media type object whose content is bytes."""
WORKBOOK: dict[int | str, dict[str, Any]] = {200: {"description": "XLSX 工作簿", "content": {XLSX: BINARY}}}
"""The `responses` of a route that gives a workbook."""
DELIMITED: dict[int | str, dict[str, Any]] = {
    200: {"description": "CSV 文件（UTF-8，带字节序标记，中文列名）", "content": {"text/csv": BINARY}}
}
"""The `responses` of a route that gives a CSV."""


def workbook(body: bytes, name: str) -> Response:
    """An XLSX to be saved under `name`. It may hold what is a person's: nothing on the way keeps it."""
    return _file(body, XLSX, name)


def delimited(body: bytes, name: str) -> Response:
    """A CSV to be saved under `name`; nothing on the way keeps it."""
    return _file(body, "text/csv; charset=utf-8", name)


def _file(body: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
