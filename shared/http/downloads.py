"""Workbooks as answers: how a route declares one, and how it is given."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY = {"schema": {"type": "string", "format": "binary"}}
"""An OpenAPI media type object whose content is bytes."""
WORKBOOK: dict[int | str, dict[str, Any]] = {200: {"description": "XLSX 工作簿", "content": {XLSX: BINARY}}}
"""The `responses` of a route that gives a workbook."""


def workbook(body: bytes, name: str) -> Response:
    """An XLSX to be saved under `name`. It may hold what is a person's: nothing on the way keeps it."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(body, media_type=XLSX, headers=headers)
