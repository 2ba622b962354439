"""Refusals of this room."""

from __future__ import annotations

from shared.errors import NotFoundError


class UnknownIndicatorError(NotFoundError):
    """No indicator of this code."""

    code = "unknown_indicator"
    title = "没有这个指标"
