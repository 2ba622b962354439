"""Refusals of this room."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class ValueNotFoundError(NotFoundError):
    """No such value, or not in the caller's division."""

    code = "value_not_found"
    title = "未找到指标数值"


class TooManyValuesError(InvalidError):
    """More values than one file may hold."""

    code = "too_many_values"
    title = "数值太多"
