"""Refusals of the register."""

from __future__ import annotations

from shared.errors import InvalidError, NotFoundError


class HouseholdNotFoundError(NotFoundError):
    """No such household at that day, or not in the caller's divisions."""

    code = "household_not_found"
    title = "未找到农牧户"


class FutureDayError(InvalidError):
    """A question about a day that has not come."""

    code = "as_of_in_future"
    title = "截至日期在将来"
