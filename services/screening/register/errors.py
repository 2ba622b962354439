"""Refusals of the register."""

from __future__ import annotations

from shared.errors import NotFoundError


class HouseholdNotFoundError(NotFoundError):
    """No such household at that day, or not in the caller's divisions."""

    code = "household_not_found"
    title = "未找到农牧户"
