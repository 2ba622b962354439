"""Refusals of this room."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class DivisionNotFoundError(NotFoundError):
    """The division asked for does not exist or is outside the caller's scope."""

    code = "division_not_found"
    title = "未找到行政区划"


class FutureDayError(InvalidError):
    """Values are not predicted."""

    code = "as_of_in_future"
    title = "截至日期在将来"


class ValueNotFoundError(NotFoundError):
    """No such value, or not in the caller's division."""

    code = "value_not_found"
    title = "未找到指标数值"
