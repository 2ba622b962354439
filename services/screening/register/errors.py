"""Refusals of the register."""

from __future__ import annotations

from shared.errors import NotFoundError


class HouseholdNotFoundError(NotFoundError):
    """No such household, or not in the caller's divisions."""

    code = "household_not_found"
    title = "未找到农牧户"


class HouseholdNotYetError(HouseholdNotFoundError):
    """The household is there today and in the caller's divisions, and was not at the day or instant asked for."""

    code = "household_not_yet"
    title = "那一天底册里还没有这一户"
