"""Refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class RecordNotFoundError(NotFoundError):
    """No such record here, of a kind that no indicator uses, or not in the caller's division."""

    code = "record_not_found"
    title = "未找到数据记录"
