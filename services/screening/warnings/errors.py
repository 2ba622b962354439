"""Refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class WarningNotFoundError(NotFoundError):
    """No such warning, or not in the caller's division."""

    code = "warning_not_found"
    title = "未找到预警"
