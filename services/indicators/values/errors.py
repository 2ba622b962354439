"""Refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class ValueNotFoundError(NotFoundError):
    """No such value, or not in the caller's division."""

    code = "value_not_found"
    title = "未找到指标数值"
